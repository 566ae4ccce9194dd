"""PATCH of a ticket: several fields in one change, or none of them."""

from __future__ import annotations

import pytest

from api.conftest import Program, problem
from cast import email


def kinds(program: Program) -> list[str]:
    return [each["kind"] for each in program("ada").get("/tickets/1/activity").json()["items"]]


def test_several_fields_are_set_at_once_and_shown_in_the_answer(program: Program) -> None:
    ada = program("ada")
    before = ada.get("/tickets/1").json()
    asked = {
        "status": "pending",
        "priority": "high",
        "impact": "site",
        "technician": email("ben").upper(),
        "type": "problem",
    }
    answer = ada.patch("/tickets/1", json=asked)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["status"], told["priority"], told["impact"], told["type"]) == ("pending", "high", "site", "problem")
    assert told["technician"]["email"] == email("ben") and told["seq"] == before["seq"] + 5
    assert sorted(kinds(program)[-5:]) == [
        "assigned",
        "impact_changed",
        "priority_changed",
        "status_changed",
        "type_changed",
    ]
    assert ada.get("/tickets/1").json() == told
    cleared = ada.patch("/tickets/1", json={"technician": None, "impact": None}).json()
    assert (cleared["technician"], cleared["impact"], cleared["status"]) == (None, None, "pending")
    assert ada.patch("/tickets/1", json={}).json() == cleared, "nothing was asked for"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"status": "done"}, "status"),
        ({"priority": None}, "priority"),
        ({"type": "x\0"}, "type"),
        ({"technician": email("cleo")}, "technician"),
        ({"technician": "nobody\0@desk.example"}, "technician"),
        ({"impact": 3}, "impact"),
        ({"subject": "Another"}, "subject"),
        ({"department": "Billing"}, "department"),
    ],
)
def test_one_wrong_field_leaves_all_as_they_were(program: Program, wrong: dict[str, object], field: str) -> None:
    ada = program("ada")
    before = ada.get("/tickets/1").json()
    problem(ada.patch("/tickets/1", json={"priority": "urgent", **wrong}), 422, field)
    assert ada.get("/tickets/1").json() == before
    assert ada.patch("/tickets/1", json={"priority": "urgent"}).json()["priority"] == "urgent"


def test_a_key_sent_again_sets_nothing_again(program: Program) -> None:
    ada, key = program("ada"), {"idempotency-key": "k"}
    ada.patch("/tickets/1", json={"priority": "high"}, headers=key)
    ada.patch("/tickets/1", json={"priority": "low"})
    assert ada.patch("/tickets/1", json={"priority": "high"}, headers=key).json()["priority"] == "low"
    problem(ada.patch("/tickets/1", json={"priority": "urgent"}, headers=key), 422)


def test_a_status_past_something_unseen_is_stopped_and_other_fields_are_not(program: Program) -> None:
    ada = program("ada")
    seen = {"if-seen": str(ada.get("/tickets/1").json()["seq"])}
    program("rhea").post("/tickets/1/messages", json={"body": "It works again!"})
    stopped = ada.patch("/tickets/1", json={"status": "resolved", "priority": "high"}, headers=seen)
    problem(stopped, 409)
    assert stopped.json()["missed"][0]["message"]["body"] == "It works again!"
    assert ada.get("/tickets/1").json()["priority"] == "normal"
    assert ada.patch("/tickets/1", json={"priority": "high"}, headers=seen).status_code == 200
    again = {"if-seen": str(stopped.json()["head"])}
    assert ada.patch("/tickets/1", json={"status": "resolved"}, headers=again).json()["status"] == "resolved"


def test_requesters_set_nothing_and_strangers_find_nothing(program: Program) -> None:
    problem(program("rhea").patch("/tickets/1", json={"priority": "urgent"}), 403, "priority")
    problem(program("rhea").patch("/tickets/1", json={}), 403)
    assert program("ada").patch("/tickets/1", json={}).status_code == 200, "the twin: nothing is asked, nothing is done"
    for name in ("mallory", "cleo"):
        problem(program(name).patch("/tickets/1", json={"priority": "urgent"}), 404)
    assert program("ada").get("/tickets/1").json()["priority"] == "normal"
