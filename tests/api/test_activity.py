"""The activity of a ticket, for programs that keep up with it."""

from __future__ import annotations

from typing import Any

import httpx2

from api.conftest import Program
from console.desk.actions import fields, viewing
from world import World


def follow(client: httpx2.Client, limit: int) -> list[dict[str, Any]]:
    """Everything, in portions, as a program reads it."""
    found: list[dict[str, Any]] = []
    while True:
        after = found[-1]["seq"] if found else 0
        answer = client.get("/tickets/1/activity", params={"after": after, "limit": limit}).json()
        found += answer["items"]
        if not answer["items"]:
            assert after == answer["head"]
            return found


def act(world: World) -> None:
    """One of each kind of activity."""
    ada = world.cast["ada"]
    world.desk.run(viewing.record_view, 1, ada)
    for field, value in (("technician", str(ada.id)), ("priority", "high"), ("type", "problem"), ("impact", "site")):
        world.desk.run(fields.set_field, 1, ada, field=field, value=value)
    world.desk.run(fields.set_field, 1, ada, field="technician", value="")
    world.desk.run(fields.set_field, 1, ada, field="status", value="resolved")


def test_staff_read_every_activity_in_order_without_holes(program: Program, world: World) -> None:
    act(world)
    items = follow(program("ben"), 2)
    assert [each["seq"] for each in items] == list(range(1, 10))
    assert [each["kind"] for each in items] == [
        "opened",
        "replied",
        "viewed",
        "assigned",
        "priority_changed",
        "type_changed",
        "impact_changed",
        "assigned",
        "status_changed",
    ]
    assert items == follow(program("ben"), 200)


def test_a_requester_reads_the_public_ones_under_numbers_without_holes(program: Program, world: World) -> None:
    act(world)
    program("ada").post("/tickets/1/messages", json={"kind": "note", "body": "Between us"})
    program("rhea").post("/tickets/1/messages", json={"body": "Thanks, but no."})
    items = follow(program("rhea"), 2)
    kinds = ["opened", "replied", "priority_changed", "status_changed", "requester_replied", "status_changed"]
    assert [(each["seq"], each["kind"]) for each in items] == list(enumerate(kinds, 1))
    assert items == follow(program("cora"), 200)


def test_a_message_carries_its_text_as_written(program: Program, world: World) -> None:
    opened, replied = program("ada").get("/tickets/1/activity").json()["items"]
    rhea, cora = world.cast["rhea"], world.cast["cora"]
    assert opened["at"].endswith("Z")
    del opened["at"]
    assert opened == {
        "seq": 1,
        "kind": "opened",
        "actor": {"id": rhea.id, "name": "Rhea Lindqvist"},
        "side": "requester",
        "message": {
            "id": 1,
            "kind": "opening",
            "state": "sent",
            "body": "The printer in hall 3 prints **blank pages**.",
            "source": "portal",
            "cc": [],
            "notified": [],
            "files": [],
            "occurred_at": None,
            "minutes": None,
            "solution": "",
            "email": True,
        },
    }
    assert replied["message"]["cc"] == [{"id": cora.id, "name": "Cora Lindqvist"}]


def test_a_requester_reads_messages_without_ids_and_copies(program: Program, world: World) -> None:
    replied = program("rhea").get("/tickets/1/activity?after=1").json()["items"][0]
    assert replied["actor"] == {"id": world.cast["ada"].id, "name": "Ada Moreno"}
    told = {"kind": "reply", "body": "Which driver is it?", "source": "staff", "files": []}
    assert replied["message"] == {**told, "occurred_at": None, "solution": ""}


def test_a_changed_field_carries_what_it_was_and_what_it_is(program: Program, world: World) -> None:
    act(world)
    staff = {each["seq"]: each for each in follow(program("ada"), 200)}
    ada = {"id": world.cast["ada"].id, "name": "Ada Moreno"}
    assert (staff[4]["from"], staff[4]["to"]) == (None, ada)
    assert (staff[8]["from"], staff[8]["to"]) == (ada, None)
    assert (staff[7]["from"], staff[7]["to"]) == (None, "site")
    assert "from" not in staff[3] and "message" not in staff[3]
    public = follow(program("rhea"), 200)[-1]
    assert (public["from"], public["to"], public["actor"]) == ("open", "resolved", None)


def test_behind_the_head_there_is_nothing(program: Program) -> None:
    assert program("ada").get("/tickets/1/activity?after=999999").json() == {"head": 2, "items": []}
