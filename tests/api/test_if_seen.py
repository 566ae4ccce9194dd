"""`If-Seen`, the send guard of programs: they are told what their author has not seen, and nothing is stored."""

from __future__ import annotations

import pytest

from api.conftest import Program, problem

REPLY = {"kind": "reply", "body": "Try again."}


def test_a_reply_past_something_unseen_is_stopped_once(program: Program) -> None:
    ada, rhea = program("ada"), program("rhea")
    seen = ada.get("/tickets/1").json()["seq"]
    assert rhea.post("/tickets/1/messages", json={"body": "It works again!"}).status_code == 201
    stopped = ada.post("/tickets/1/messages", json=REPLY, headers={"if-seen": str(seen)})
    problem(stopped, 409)
    told = stopped.json()
    assert told["head"] == seen + 1 and [each["seq"] for each in told["missed"]] == [seen + 1]
    assert told["missed"][0]["message"]["body"] == "It works again!"
    assert ada.get("/tickets/1").json()["seq"] == seen + 1, "nothing was stored"
    assert ada.post("/tickets/1/messages", json=REPLY, headers={"if-seen": str(seen + 1)}).status_code == 201


def test_without_if_seen_there_is_no_guard_and_a_note_is_held_only_with_a_status(program: Program) -> None:
    ada = program("ada")
    program("rhea").post("/tickets/1/messages", json={"body": "It works again!"})
    note = {"kind": "note", "body": "Between us"}
    assert ada.post("/tickets/1/messages", json=REPLY).status_code == 201
    assert ada.post("/tickets/1/messages", json=note, headers={"if-seen": "1"}).status_code == 201
    with_status = ada.post("/tickets/1/messages", json=note | {"status": "pending"}, headers={"if-seen": "1"})
    problem(with_status, 409)


def test_a_requester_s_numbers_are_the_public_ones_and_tell_of_nothing_internal(program: Program) -> None:
    ada, rhea = program("ada"), program("rhea")
    seen = rhea.get("/tickets/1").json()["seq"]
    ada.post("/tickets/1/messages", json={"kind": "note", "body": "Between us"})
    allowed = rhea.post("/tickets/1/messages", json={"body": "Hello?"}, headers={"if-seen": str(seen)})
    assert allowed.status_code == 201
    ada.post("/tickets/1/messages", json=REPLY)
    stopped = rhea.post("/tickets/1/messages", json={"body": "Hello?"}, headers={"if-seen": str(seen + 1)})
    problem(stopped, 409)
    assert stopped.json()["head"] == seen + 2 and "Between us" not in stopped.text
    assert [each["kind"] for each in stopped.json()["missed"]] == ["replied"]


@pytest.mark.parametrize("value", ("", "x", "-1", "1.5", "9" * 16, "٣"))
def test_an_if_seen_that_is_no_number_is_refused(value: str, program: Program) -> None:
    answer = program("ada").post("/tickets/1/messages", json=REPLY, headers={b"if-seen": value.encode()})
    problem(answer, 422, "If-Seen")
