"""Bad input gets a clear problem in the person's language, and nothing is lost or stored."""

from __future__ import annotations

import json
from typing import Any

from api.conftest import Program, problem
from cast import PASSWORD, email

REPLY = {"kind": "reply", "body": "Hello"}


MESSAGES: list[tuple[Any, str | None]] = [
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
    ({**REPLY, "occurred_at": 1_700_000_000}, "occurred_at"),
    ({**REPLY, "occurred_at": "2026-01-32T00:00:00Z"}, "occurred_at"),
    ({**REPLY, "occurred_at": "2026-01-01T00:00:00Z" * 3}, "occurred_at"),
    ({**REPLY, "minutes": "5"}, "minutes"),
    ({**REPLY, "minutes": 5.5}, "minutes"),
    ({**REPLY, "minutes": 10**30}, "minutes"),
    ({**REPLY, "solution": None}, "solution"),
    ({**REPLY, "solution": "x" * 10_001}, "solution"),
    ({**REPLY, "visible": 0}, "visible"),
    ({**REPLY, "visible": False}, "visible"),
    ({**REPLY, "email": "no"}, "email"),
    ({**REPLY, "\u0000" * 99: 1}, "\0" * 60),
    ([], None),
    ("reply", None),
    (None, None),
    (7, None),
]


def test_a_body_that_does_not_fit_names_its_field(program: Program) -> None:
    ada = program("ada")
    for body, field in MESSAGES:
        problem(ada.post("/tickets/1/messages", content=json.dumps(body)), 422, field)
    assert ada.get("/tickets/1").json()["seq"] == 2


TICKETS: list[tuple[Any, str]] = [
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
]


def test_a_ticket_that_does_not_fit_names_its_field(program: Program) -> None:
    ada = program("ada")
    for body, field in TICKETS:
        problem(ada.post("/tickets", json=body), 422, field)
    assert len(ada.get("/tickets").json()["items"]) == 1


TOKENS: list[tuple[Any, str]] = [
    ({"email": email("ada"), "password": PASSWORD}, "name"),
    ({"email": email("ada"), "password": PASSWORD, "name": " "}, "name"),
    ({"email": email("ada"), "password": PASSWORD, "name": "x" * 81}, "name"),
    ({"email": email("ada"), "password": 1, "name": "x"}, "password"),
    ({"email": "x" * 255, "password": PASSWORD, "name": "x"}, "email"),
]


def test_a_wish_for_a_token_that_does_not_fit_names_its_field(program: Program) -> None:
    for body, field in TOKENS:
        answer = program().post("/tokens", json=body)
        problem(answer, 422, field)
        assert PASSWORD not in answer.text


NOT_JSON: list[bytes] = [
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
]


def test_what_is_not_json_is_told_so(program: Program) -> None:
    ada = program("ada")
    for content in NOT_JSON:
        assert problem(ada.post("/tickets/1/messages", content=content), 400) == "This is not valid JSON."


QUERIES: list[tuple[str, str]] = [
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
]


def test_a_query_that_does_not_fit_names_its_part(program: Program) -> None:
    ada = program("ada")
    for path, field in QUERIES:
        problem(ada.get(path), 422, field)


NUMBERS = ["0", "999", "-1", "1.0", "one", "99999999999999999999", "%D9%A1", "+1", "1%20", "%00", "1;2"]


def test_a_number_that_is_no_ticket_is_not_found(program: Program) -> None:
    ada = program("ada")
    for number in NUMBERS:
        problem(ada.get(f"/tickets/{number}"), 404)
        problem(ada.get(f"/tickets/{number}/activity"), 404)
        problem(ada.post(f"/tickets/{number}/messages", json=REPLY), 404)


def test_a_body_that_is_too_large_is_told_so(program: Program) -> None:
    ada = program("ada")
    for size in ((1 << 20) + 1, 3 << 20, 40 << 20):  # the last one is beyond the limit of the whole desk
        body = b'{"kind": "reply", "body": "' + b"x" * (size - 29) + b'"}'
        pieces = (body[at : at + 65_536] for at in range(0, len(body), 65_536))
        for content in (body, pieces):
            answer = ada.post("/tickets/1/messages", content=content)
            assert problem(answer, 413) == "This is too large to be sent."
    assert ada.get("/tickets/1").json()["seq"] == 2


def test_the_longest_message_fits_however_it_is_written(program: Program) -> None:
    body = json.dumps({"kind": "reply", "body": "\U0001f600" * 64_000}).encode()
    assert len(body) > 64_000 * 12
    assert program("ada").post("/tickets/1/messages", content=body).status_code == 201
    said = program("rhea").get("/tickets/1/activity?after=2").json()["items"][0]["message"]["body"]
    assert said == "\U0001f600" * 64_000
