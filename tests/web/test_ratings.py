"""From the mail that says resolved to the technician's page: what the links do, and what they never do."""

from __future__ import annotations

from typing import Any

import pytest
from desk.acts import Acts
from lxml import html
from sqlalchemy import select

from cast import Clock
from console.desk import tables as t
from web.conftest import token
from web.test_view_links import link
from world import World, send

SECRET = "Ben was rude to me."
ALL = tuple(t.metadata.tables[name] for name in ("activity", "rating", "message", "ticket"))


@pytest.fixture
def acts(world: World) -> Acts:
    return Acts(world.desk, world.cast)


def stored(world: World) -> list[Any]:
    return [
        world.desk.database.read_now(lambda connection, table=table: connection.execute(select(table)).all())
        for table in ALL
    ]


def question(page: str) -> dict[str, Any] | None:
    """What the page asks: the answer that is chosen, and the comment in the box."""
    forms = html.document_fromstring(page).xpath("//form[contains(@class, 'rating')]")
    if not forms:
        return None
    (form,) = forms
    chosen = form.xpath(".//input[@type='radio' and @checked]/@value")
    return {
        "chosen": "".join(chosen),
        "comment": form.xpath("string(.//textarea)").strip(),
        "action": form.get("action"),
    }


def test_following_the_link_changes_nothing_and_one_press_gives_the_rating(world: World, acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    ada = world.socket("ada")
    assert ada.join("ticket:1")["ok"]
    address, client, before = link(world, "rhea"), world.browse(), stored(world)
    for each in ("good", "bad"):
        answer = client.get(f"{address}?rating={each}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/portal/requests/1?rating={each}")
        page = client.get(answer.headers["location"]).text
        assert question(page) == {"chosen": each, "comment": "", "action": "/portal/requests/1/rating"}
    assert [each for each in stored(world)[1:]] == before[1:], "who only follows links has rated nothing"
    answer = client.post("/portal/requests/1/rating", data={"value": "bad", "comment": SECRET})
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/requests/1")
    told = ada.next("event")
    assert told["kind"] == "rated" and any(SECRET in op["html"] for op in told["ops"])
    page = client.get("/portal/requests/1").text
    assert question(page) == {"chosen": "bad", "comment": SECRET, "action": "/portal/requests/1/rating"}
    assert SECRET in world.browse("ada").get("/tickets/1").text


def test_a_link_with_another_word_or_to_another_place_chooses_nothing(world: World, acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    for word in ("great", "good%0d%0aX-Evil:%201", "//evil.example", "GOOD"):
        answer = world.browse().get(f"{link(world, 'rhea')}?rating={word}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/portal/requests/1")
    page = world.browse("rhea").get("/portal/requests/1?rating=%22%3E%3Cscript%3E").text
    assert question(page) == {"chosen": "", "comment": "", "action": "/portal/requests/1/rating"}


@pytest.mark.parametrize("wrong", ("forged", "expired", "another ticket", "another person"))
def test_a_link_that_was_not_written_so_rates_nothing(wrong: str, world: World, acts: Acts, clock: Clock) -> None:
    acts.sets("ada", "status", "resolved")
    other = acts.opens("rhea").number
    _, _, _, person, code = link(world, "rhea").split("/")
    address = {
        "forged": f"/view/1/{person}/{'a' * len(code)}",
        "expired": f"/view/1/{person}/{code}",
        "another ticket": f"/view/{other}/{person}/{code}",
        "another person": f"/view/1/{world.cast['cora'].id}/{code}",
    }[wrong]
    if wrong == "expired":
        clock.pass_(days=31)
    client = world.browse()
    assert client.get(f"{address}?rating=bad").status_code == 404 and not client.cookies
    answer = client.post("/portal/requests/1/rating", data={"value": "bad"})
    assert answer.headers["location"].startswith("/sign-in") and not stored(world)[1]


def test_the_session_of_a_link_rates_its_own_request_alone(world: World, acts: Acts) -> None:
    other = acts.opens("rhea").number or 0
    for number in (1, other):
        acts.sets("ada", "status", "resolved", number=number)
    client = world.browse()
    client.get(link(world, "rhea"))
    assert send(client, f"/portal/requests/{other}/rating", value="bad").status_code == 404
    assert send(client, "/portal/requests/1/rating", value="bad").status_code == 200
    assert [row.ticket_number for row in stored(world)[1]] == [1]


def test_who_is_copied_is_not_asked_and_learns_nothing(world: World, acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    cora, rhea = world.browse("cora"), world.browse("rhea")
    heard = world.socket("cora", "/portal")
    assert heard.join("ticket:1")["ok"]
    addresses = ("", "/since/0", "/history", "/rating")
    before = [cora.get(f"/portal/requests/1{each}").text for each in addresses]
    assert question(before[0]) is None and not before[-1].strip()
    assert question(rhea.get("/portal/requests/1").text) is not None
    assert send(cora, "/portal/requests/1/rating", value="good").status_code == 422
    assert send(rhea, "/portal/requests/1/rating", value="bad", comment=SECRET).status_code == 200
    assert [cora.get(f"/portal/requests/1{each}").text for each in addresses] == before
    assert "Blank pages" not in cora.get("/portal?q=rude").text, "nor is it found by its words"
    assert heard.is_silent(lambda: acts.replies("ada", "A public word."))


def test_only_the_one_who_gave_it_reads_it_in_the_portal(world: World, acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    acts.rates("bad", SECRET)
    for name, reads in (("rhea", True), ("cora", False)):
        page = world.browse(name).get("/portal/requests/1").text
        assert (SECRET in page) is reads
        assert SECRET not in world.browse(name).get("/portal/requests/1/since/0").text
        assert SECRET not in world.browse(name).get("/portal/requests/1/history").text


def test_the_comment_leaves_the_page_of_its_author_with_its_text(world: World, acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    said = acts.rates("bad", SECRET)
    ada = world.browse("ada")
    page = ada.get("/tickets/1").text
    assert f'data-redact="{said.message_id}"' in page and f'data-show-note="{said.message_id}"' not in page
    shown = send(ada, "/tickets/1/shown-notes", message=str(said.message_id), email="0")
    assert shown.status_code == 404
    assert send(ada, "/tickets/1/redactions", message=str(said.message_id)).status_code == 200
    page = ada.get("/tickets/1").text
    assert SECRET not in page and "removed the comment of a rating" in page
    assert SECRET not in world.browse("rhea").get("/portal/requests/1").text


def test_a_wrong_rating_is_refused_in_the_requesters_language(world: World, acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    for language, words in (("en", "Choose whether"), ("es", "Elige si"), ("pt", "Escolha se")):
        answer = send(world.browse("rhea", language), "/portal/requests/1/rating", value="")
        assert answer.status_code == 422 and words in answer.json()["error"] and answer.json()["field"] == "value"


def test_switched_off_the_portal_asks_nothing(world: World, acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    root = world.browse("root")
    assert root.post("/settings/desk", data={"name": "ratings", "on": "0"}).status_code == 303
    assert 'id="about-ratings"' in root.get("/settings/desk").text
    assert question(world.browse("rhea").get("/portal/requests/1").text) is None


def test_the_api_tells_it_to_technicians_alone(world: World, acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    acts.rates("bad")
    acts.rates("good", SECRET)
    for name, told in (("ada", [(None, "bad"), ("bad", "good")]), ("rhea", []), ("cora", [])):
        proof = {"authorization": f"Bearer {token(world, name)}"}
        answer = world.browse().get("/api/v1/tickets/1/activity", headers=proof)
        rated = [each for each in answer.json()["items"] if each["kind"] == "rated"]
        assert [(each["from"], each["to"]) for each in rated] == told
        assert (SECRET in answer.text) is (name == "ada")
