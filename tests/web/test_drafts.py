"""Drafts at the doors: what they answer, what they refuse in which words, and who gets to see what."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from cast import email
from web.conftest import token
from world import JSON, World, send

LONGEST = 64_000  # characters
DRAFT, SHARED = "/tickets/1/draft", "/tickets/1/drafts"
EMPTY = {
    "body": "",
    "mode": "reply",
    "people": [],
    "shared": False,
    "discarded": False,
    "taken_by": None,
    "comments": 0,
}


@pytest.fixture
def ben(world: World) -> httpx2.Client:
    return world.browse("ben")


@pytest.fixture
def lea(world: World) -> httpx2.Client:
    return world.browse("lea")


def of(client: httpx2.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(DRAFT, headers=JSON).json()
    return found


def save(client: httpx2.Client, body: str, version: int = 0, **more: Any) -> httpx2.Response:
    return send(client, DRAFT, **{"body": body, "mode": "reply", "version": str(version), **more})


def share(client: httpx2.Client, on: str = "1") -> httpx2.Response:
    return send(client, DRAFT + "/sharing", on=on)


def test_a_draft_is_read_as_it_was_saved_and_each_save_tells_its_version(ben: httpx2.Client) -> None:
    assert of(ben) == {"version": 0, **EMPTY}
    saved = save(ben, "For\r\nTess", mode="note", people=[email("tess"), "who?"])
    assert (saved.status_code, saved.json()) == (200, {"version": 1})
    people = [{"value": email("tess"), "name": "Tess Quint"}, {"value": "who?", "name": "who?"}]
    assert of(ben) == {"version": 1, **EMPTY, "body": "For\nTess", "mode": "note", "people": people}
    assert save(ben, "For Tess", 1).json() == {"version": 2}


def test_a_save_from_another_version_is_answered_with_the_draft_that_is_there(ben: httpx2.Client) -> None:
    save(ben, "Here")
    refused = save(ben, "There")
    assert refused.status_code == 200
    assert refused.json() == {"draft": of(ben)} == {"draft": {"version": 1, **EMPTY, "body": "Here"}}


def test_the_page_carries_the_draft_and_nobody_elses(ben: httpx2.Client, lea: httpx2.Client) -> None:
    save(ben, "<b>Half a sentence</b>")
    assert "\n&lt;b&gt;Half a sentence&lt;/b&gt;</textarea>" in ben.get("/tickets/1").text
    for path in ("/tickets/1", SHARED, DRAFT):
        assert "Half a sentence" not in lea.get(path, headers=JSON).text


def test_a_draft_of_one_ticket_is_not_that_of_another(world: World, ben: httpx2.Client) -> None:
    proof = {"authorization": f"Bearer {token(world, 'ben')}"}
    opened = ben.post("/api/v1/tickets", json={"subject": "Another", "body": "Help"}, headers=proof)
    save(ben, "For the first")
    assert ben.get(f"/tickets/{opened.json()['number']}/draft", headers=JSON).json() == {"version": 0, **EMPTY}


def test_discarding_and_restoring_answer_with_the_draft(ben: httpx2.Client) -> None:
    save(ben, "Half a sentence")
    assert send(ben, DRAFT + "/discard").json() == {"version": 2, **EMPTY, "discarded": True} == of(ben)
    assert send(ben, DRAFT + "/restore").json() == {"version": 3, **EMPTY, "body": "Half a sentence"} == of(ben)


def test_a_reply_through_the_composer_ends_the_draft_and_one_through_the_api_does_not(
    world: World, ben: httpx2.Client
) -> None:
    save(ben, "Half a sentence")
    proof, said = {"authorization": f"Bearer {token(world, 'ben')}"}, {"kind": "reply", "body": "By a program"}
    assert ben.post("/api/v1/tickets/1/messages", json=said, headers=proof).status_code == 201
    assert of(ben)["body"] == "Half a sentence"
    assert send(ben, "/tickets/1/replies", body="Half a sentence.", draft=1).status_code == 200
    assert of(ben) == {"version": 2, **EMPTY}
    assert "version" not in save(ben, "Half a sentence", 1).json()


def test_a_shared_draft_is_shown_with_its_comments_and_can_be_taken(ben: httpx2.Client, lea: httpx2.Client) -> None:
    save(ben, "**Half** a <i>sentence</i>")
    assert share(ben).json()["shared"]
    author = of_person(ben)
    assert send(lea, f"{SHARED}/{author}/comments", body="Too <short>").status_code == 200
    region = lea.get(SHARED).text
    for shown in ("<strong>Half</strong> a &lt;i&gt;sentence&lt;/i&gt;", "Too &lt;short&gt;", "Draft by Ben Okafor"):
        assert shown in region
    assert region in lea.get("/tickets/1").text
    assert of(ben)["comments"] == 1
    taken = send(lea, f"{SHARED}/{author}/taking").json()
    assert taken["body"] == "**Half** a <i>sentence</i>" and taken == of(lea)
    assert of(ben) == {"version": 2, **EMPTY, "discarded": True, "taken_by": "Lea Brandt"}


def of_person(client: httpx2.Client) -> int:
    return int(client.get("/tickets/1").text.split('data-viewer="')[1].split('"')[0])


def test_the_region_is_the_same_bytes_for_its_author_and_for_colleagues(ben: httpx2.Client, lea: httpx2.Client) -> None:
    save(ben, "Half a sentence")
    share(ben)
    assert ben.get(SHARED).content == lea.get(SHARED).content


WRONG: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "no version": (DRAFT, {"body": "x", "mode": "reply"}, "version", "version is missing"),
    "a version that is no number": (DRAFT, {"body": "x", "mode": "reply", "version": "one"}, "version", "one is not"),
    "a negative version": (DRAFT, {"body": "x", "mode": "reply", "version": "-1"}, "version", "-1 is not"),
    "no mode": (DRAFT, {"body": "x", "version": "1"}, "mode", "is not a possible value"),
    "another mode": (DRAFT, {"body": "x", "mode": "chat", "version": "1"}, "mode", "chat is not"),
    "too much": (DRAFT, {"body": "x" * (LONGEST + 1), "mode": "reply", "version": "1"}, "body", "64001"),
    "sharing neither on nor off": (DRAFT + "/sharing", {"on": "maybe"}, "on", "maybe is not"),
    "a comment without words": (SHARED + "/{author}/comments", {"body": " \0 "}, "body", "Write something"),
    "a long comment": (SHARED + "/{author}/comments", {"body": "x" * 2_001}, "body", "2001"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_makes_no_sense_is_refused_and_changes_nothing(world: World, ben: httpx2.Client, wrong: str) -> None:
    path, data, field, says = WRONG[wrong]
    save(ben, "Half a sentence")
    share(ben)
    before = of(ben)
    refused = send(ben, path.format(author=of_person(ben)), **data)
    assert refused.status_code == 422
    assert refused.json()["field"] == field and says in refused.json()["error"]
    assert of(ben) == before


def test_what_is_not_shared_any_more_is_said_so(ben: httpx2.Client, lea: httpx2.Client) -> None:
    save(ben, "Half a sentence")
    author = of_person(ben)
    for path in (f"{SHARED}/{author}/comments", f"{SHARED}/{author}/taking", f"{SHARED}/999/taking"):
        refused = send(lea, path, body="Good")
        assert (refused.status_code, refused.json()["error"]) == (422, "This draft is not shared any more.")


def test_nothing_to_share_is_refused_in_the_composers_words(ben: httpx2.Client) -> None:
    refused = share(ben)
    assert (refused.status_code, refused.json()["field"]) == (422, "body")
    assert refused.json()["error"] == "Write something before you share it."


@pytest.mark.parametrize(
    ("language", "gone"),
    [("es", "Este borrador ya no se comparte."), ("pt", "Este rascunho não está mais compartilhado.")],
)
def test_refusals_are_in_the_persons_language(ben: httpx2.Client, language: str, gone: str) -> None:
    ben.headers["accept-language"] = language
    assert send(ben, f"{SHARED}/999/taking").json()["error"] == gone


@pytest.mark.parametrize("who", ["rhea", "cora", "mallory", "cleo"])
def test_to_others_there_is_no_draft_and_no_shared_one(world: World, ben: httpx2.Client, who: str) -> None:
    save(ben, "Half a sentence")
    share(ben)
    author, client = of_person(ben), world.browse(who)
    for path in (DRAFT, SHARED):
        assert client.get(path, headers=JSON).status_code == 404
    for path in (DRAFT, DRAFT + "/discard", f"{SHARED}/{author}/comments", f"{SHARED}/{author}/taking"):
        assert send(client, path, body="x", mode="reply", version="0").status_code == 404
    assert of(ben)["body"] == "Half a sentence"
