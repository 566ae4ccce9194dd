"""No byte of a staff-only fact reaches a requester's program, nor does a gap tell of one."""

from __future__ import annotations

import secrets

import httpx2
import pytest

from api.conftest import Program
from cast import email
from console.desk.actions import fields
from world import World

STAFF_WORDS = ("noted", "notified", "viewed", "impact", "activity_status", "Ben Okafor", "unread", "awaiting_requester")


def everything(client: httpx2.Client) -> bytes:
    """Every byte that a requester's token gets for anything it asks."""
    answers = [client.get("/tickets"), client.get("/tickets/1")]
    answers += [client.get("/tickets/1/activity", params={"after": after}) for after in range(8)]
    answers += [
        client.post("/tickets/1/messages", json={"body": "A word"}),
        client.post("/tickets/1/messages", json={"kind": "note", "body": "A word"}),
        client.post("/tickets/1/messages", json={"body": "A word", "notify": [email("ben")]}),
        client.post("/tickets", json={"subject": "Another", "body": "Another"}),
        client.get("/tickets/1/activity"),
        client.get("/tickets/2"),
        client.get("/tickets/2/activity"),
        client.get("/tickets?limit=1"),
        client.get("/people"),
    ]
    return b"\n".join(repr(each.headers).encode() + each.content for each in answers)


@pytest.mark.parametrize("requester", ["rhea", "cora"])
def test_no_byte_of_a_note_reaches_a_requester(program: Program, world: World, requester: str) -> None:
    token = secrets.token_hex(12)
    ada = world.cast["ada"]
    note = {"kind": "note", "body": f"{token} @Ben Okafor", "notify": [email("lea")]}
    assert program("ada").post("/tickets/1/messages", json=note).status_code == 201
    world.desk.run(fields.set_field, 1, ada, field="technician", value=str(world.cast["ben"].id))
    world.desk.run(fields.set_field, 1, ada, field="impact", value="site")
    seen = everything(program(requester))
    assert token.encode() not in seen
    assert [word for word in STAFF_WORDS if word.encode() in seen.replace(b"@Ben", b"")] == []
    assert token.encode() in everything(program("ben"))


def test_a_requester_sees_the_same_bytes_with_and_without_notes(program: Program, world: World) -> None:
    """Numbers, counts, times and order: nothing a requester reads moves when staff act among themselves."""
    rhea, ada = program("rhea"), program("ada")
    paths = ("/tickets", "/tickets/1", "/tickets/1/activity", "/tickets/1/activity?after=1", "/tickets?limit=1")
    before = [rhea.get(path).content for path in paths]
    ada.post("/tickets/1/messages", json={"kind": "note", "body": "One"})
    ada.post("/tickets/1/messages", json={"kind": "note", "body": "Two", "notify": [email("ben")]})
    world.desk.run(fields.set_field, 1, world.cast["ada"], field="type", value="problem")
    assert [rhea.get(path).content for path in paths] == before
    ada.post("/tickets/1/messages", json={"kind": "reply", "body": "Three"})
    assert [rhea.get(path).content for path in paths] != before


def test_the_numbers_a_requester_gets_have_no_gap_where_a_note_is(program: Program) -> None:
    rhea, ada = program("rhea"), program("ada")
    answers = []
    for _ in range(3):
        ada.post("/tickets/1/messages", json={"kind": "note", "body": "Between us"})
        answers.append(rhea.post("/tickets/1/messages", json={"body": "A word"}).json())
    assert answers == [{"id": seq, "number": 1, "seq": seq} for seq in (3, 4, 5)]
    assert ada.get("/tickets/1").json()["seq"] == 8


def test_a_waiting_reply_is_a_fact_of_staff_alone(program: Program, world: World) -> None:
    world.desk.undo_seconds = 60
    page = world.browse("ada")
    sent = page.post("/tickets/1/replies", data={"body": "Soon"}, headers={"accept": "application/json"})
    assert sent.status_code == 200
    assert program("rhea").get("/tickets/1/activity").json()["head"] == 2
    assert b"Soon" not in everything(program("rhea"))
    assert program("ada").get("/tickets/1/activity?after=2").json()["items"][0]["message"]["state"] == "queued"
