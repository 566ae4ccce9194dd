"""Bad input gets a clear problem in the person's language, and nothing is lost or stored."""

from __future__ import annotations

import http.client
import json
from typing import Any

import httpx2
import pytest

from api.conftest import Program
from cast import PASSWORD, email
from console.desk.actions import signing
from console.language import translate
from world import World

REPLY = {"kind": "reply", "body": "Hello"}


def problem(answer: httpx2.Response, status: int, field: str | None = None) -> str:
    """The detail of a problem that is made as it should be."""
    found = answer.json()
    assert answer.status_code == status == found["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert found["type"] == "about:blank"
    assert found.get("field") == field
    assert "Traceback" not in answer.text
    detail: str = found["detail"]
    assert detail and "%(" not in detail
    return detail


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"kind": "reply"}, "body"),
        ({"kind": "chat", "body": "x"}, "kind"),
        ({"kind": 1, "body": "x"}, "kind"),
        ({"kind": "reply", "body": None}, "body"),
        ({"kind": "reply", "body": 5}, "body"),
        ({"kind": "reply", "body": ["x"]}, "body"),
        ({"kind": "reply", "body": ""}, "body"),
        ({"kind": "reply", "body": "\0 \n"}, "body"),
        ({"kind": "reply", "body": "x" * 64_001}, "body"),
        ({**REPLY, "cc": "cora@desk.example"}, "cc"),
        ({**REPLY, "cc": [1]}, "cc"),
        ({**REPLY, "cc": [None]}, "cc"),
        ({**REPLY, "cc": ["a@b.example"] * 51}, "cc"),
        ({**REPLY, "cc": ["x" * 255]}, "cc"),
        ({**REPLY, "cc": ["\0"]}, "cc"),
        ({**REPLY, "status": ""}, "status"),
        ({**REPLY, "status": 3}, "status"),
        ({**REPLY, "occurred_at": "2026-01-01T00:00:00Z"}, "occurred_at"),
        ({**REPLY, "minutes": 5}, "minutes"),
        ({**REPLY, "solution": "x"}, "solution"),
        ({**REPLY, "visible": True}, "visible"),
        ({**REPLY, "email": False}, "email"),
        ({**REPLY, "\u0000" * 99: 1}, "\0" * 60),
        ([], None),
        ("reply", None),
        (None, None),
        (7, None),
    ],
)
def test_a_body_that_does_not_fit_names_its_field(program: Program, body: Any, field: str | None) -> None:
    problem(program("ada").post("/tickets/1/messages", json=body), 422, field)
    assert program("ada").get("/tickets/1").json()["seq"] == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"subject": "x"}, "body"),
        ({"body": "x"}, "subject"),
        ({"subject": " \0\n", "body": "x"}, "subject"),
        ({"subject": "x" * 251, "body": "x"}, "subject"),
        ({"subject": "x", "body": " "}, "body"),
        ({"subject": "x", "body": "x", "priority": "huge"}, "priority"),
        ({"subject": "x", "body": "x", "priority": None}, "priority"),
        ({"subject": "x", "body": "x", "type": "wish"}, "type"),
        ({"subject": "x", "body": "x", "department": "Kitchen"}, "department"),
        ({"subject": "x", "body": "x", "requester": "nobody@desk.example"}, "requester"),
        ({"subject": "x", "body": "x", "technician": 1}, "technician"),
    ],
)
def test_a_ticket_that_does_not_fit_names_its_field(program: Program, body: Any, field: str) -> None:
    problem(program("ada").post("/tickets", json=body), 422, field)
    assert len(program("ada").get("/tickets").json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": email("ada"), "password": PASSWORD}, "name"),
        ({"email": email("ada"), "password": PASSWORD, "name": " "}, "name"),
        ({"email": email("ada"), "password": PASSWORD, "name": "x" * 81}, "name"),
        ({"email": email("ada"), "password": 1, "name": "x"}, "password"),
        ({"email": "x" * 255, "password": PASSWORD, "name": "x"}, "email"),
    ],
)
def test_a_wish_for_a_token_that_does_not_fit_names_its_field(program: Program, body: Any, field: str) -> None:
    answer = program().post("/tokens", json=body)
    problem(answer, 422, field)
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"kind": "reply", "body": "x"',
        b"kind=reply&body=x",
        b"\xff\xfe",
        b'{"body": "\xff"}',
        b'{"body": "\\ud800"}',
        b'{"minutes": NaN}',
        b'{"body": 1e999}',
        b"[" * 100_000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_json_is_told_so(program: Program, content: bytes) -> None:
    assert problem(program("ada").post("/tickets/1/messages", content=content), 400) == "This is not valid JSON."


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/tickets?limit=0", "limit"),
        ("/tickets?limit=201", "limit"),
        ("/tickets?limit=x", "limit"),
        ("/tickets?limit=%C2%B2", "limit"),
        ("/tickets?limit=", "limit"),
        ("/tickets?cursor=", "cursor"),
        ("/tickets?cursor=abc", "cursor"),
        ("/tickets?cursor=o1-99999999999999999999", "cursor"),
        ("/tickets?cursor=o99999999999999999999999999-1", "cursor"),
        ("/tickets?cursor=n1700000000000000-1", "cursor"),
        ("/tickets/1/activity?after=-1", "after"),
        ("/tickets/1/activity?after=1.5", "after"),
        ("/tickets/1/activity?after=99999999999999999999", "after"),
        ("/tickets/1/activity?limit=500", "limit"),
    ],
)
def test_a_query_that_does_not_fit_names_its_part(program: Program, path: str, field: str) -> None:
    problem(program("ada").get(path), 422, field)


@pytest.mark.parametrize(
    "number", ["0", "999", "-1", "1.0", "one", "99999999999999999999", "%D9%A1", "+1", "1%20", "%00", "1;2"]
)
def test_a_number_that_is_no_ticket_is_not_found(program: Program, number: str) -> None:
    ada = program("ada")
    problem(ada.get(f"/tickets/{number}"), 404)
    problem(ada.get(f"/tickets/{number}/activity"), 404)
    problem(ada.post(f"/tickets/{number}/messages", json=REPLY), 404)


def test_an_unknown_address_and_a_wrong_method_are_problems_too(program: Program, world: World) -> None:
    ada = program("ada")
    for path in ("/nothing", "/tickets/1/nothing", "/tokens/1"):
        problem(ada.get(path), 404)
    for path in ("/api/v2/tickets", "/api/", "/api/nothing"):
        problem(ada.get(f"{world.url}{path}"), 404)
    for method, path in (
        ("DELETE", "/tickets"),
        ("PUT", "/tickets/1"),
        ("GET", "/tokens"),
        ("GET", "/tickets/1/messages"),
    ):
        answer = ada.request(method, path)
        problem(answer, 405)
        assert answer.headers["allow"]
    assert set(ada.request("DELETE", "/tickets").headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("size", [(1 << 20) + 1, 3 << 20, 40 << 20])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_told_so(program: Program, world: World, size: int, chunked: bool) -> None:
    ada = program("ada")
    body = b'{"kind": "reply", "body": "' + b"x" * (size - 29) + b'"}'
    pieces = (body[at : at + 65_536] for at in range(0, len(body), 65_536))
    answer = ada.post("/tickets/1/messages", content=pieces if chunked else body)
    assert problem(answer, 413) == "This is too large to be sent."
    assert program("ada").get("/tickets/1").json()["seq"] == 2


def test_the_longest_message_fits_however_it_is_written(program: Program) -> None:
    body = json.dumps({"kind": "reply", "body": "\U0001f600" * 64_000}).encode()
    assert len(body) > 64_000 * 12
    assert program("ada").post("/tickets/1/messages", content=body).status_code == 201
    said = program("rhea").get("/tickets/1/activity?after=2").json()["items"][0]["message"]["body"]
    assert said == "\U0001f600" * 64_000


def test_somebody_who_hangs_up_while_sending_leaves_nothing(program: Program, world: World) -> None:
    token = signing.new_secret()
    world.desk.run(signing.create_token, world.cast["ada"], value=token, name="test")
    caller = http.client.HTTPConnection("127.0.0.1", world.settings.port, timeout=5)
    caller.putrequest("POST", "/api/v1/tickets/1/messages")
    caller.putheader("authorization", f"Bearer {token}")
    caller.putheader("content-length", "100")
    caller.endheaders(b'{"kind": "reply", "bo')
    caller.close()
    assert program("ada").get("/tickets/1").json()["seq"] == 2


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_problems_speak_the_language_of_who_asks(program: Program, language: str) -> None:
    rhea, nobody = program("rhea", language), program(None, language)
    told = {
        "A valid API token is needed.": nobody.get("/tickets"),
        "This e-mail address and password do not belong together.": nobody.post(
            "/tokens", json={"email": "x", "password": "x", "name": "x"}
        ),
        "There is nothing here, or you may not open it.": rhea.get("/tickets/999"),
        "This address works another way.": rhea.put("/tickets/1"),
        "This is not valid JSON.": rhea.post("/tickets", content=b"{"),
        "Send a JSON object.": rhea.post("/tickets", json=[]),
        "Requesters write no internal notes.": rhea.post("/tickets/1/messages", json={"kind": "note", "body": "x"}),
        "Only technicians open tickets for somebody else.": rhea.post(
            "/tickets", json={"subject": "x", "body": "x", "requester": "y"}
        ),
    }
    for sentence, answer in told.items():
        assert answer.json()["detail"] == translate(language, sentence)
        assert answer.headers["content-language"] == language
        assert language == "en" or answer.json()["detail"] != sentence
    missing = rhea.post("/tickets", json={"subject": "x"}).json()["detail"]
    assert missing == translate(language, "%(name)s is missing.", name="body")


def test_a_persons_own_language_comes_before_the_programs(program: Program, world: World) -> None:
    world.desk.run(signing.choose_language, world.cast["rhea"], language="pt")
    assert program("rhea", "es").get("/tickets/999").headers["content-language"] == "pt"
    assert program("cora", "es").get("/tickets/999").headers["content-language"] == "es"
