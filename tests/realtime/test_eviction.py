"""Access that is taken away is gone from the sockets within a second."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any

import pytest
from realtime.line import Closed, Do, Open
from sqlalchemy import select

from console.desk.actions import note, signing, staffing
from console.desk.message import Draft
from console.desk.tables import session
from console.realtime import joining
from console.viewer import by_session
from world import World, email

SOON = 1.0  # seconds


def sign_out(world: World, name: str, cookie: str) -> None:
    """As another process does it: without a wake-up."""
    query = select(session.c.id).where(session.c.digest == signing.digest(cookie))
    session_id = world.desk.database.read_now(lambda connection: connection.execute(query).scalar_one())
    world.desk.run(signing.sign_out, world.cast[name], session_id=session_id)


def test_a_sign_out_ends_the_sockets_of_that_session_only(world: World, do: Do, line: Open) -> None:
    here, there = world.session("ada"), world.session("ada")
    out, stays = line("ada", cookie=here), line("ada", cookie=there)
    for each in (out, stays):
        each.join("ticket:1")
        each.join("me")
    began = monotonic()
    sign_out(world, "ada", here)
    assert [out.next("gone") for _ in range(2)] == [
        {"channel": "ticket:1", "reason": "signed_out"},
        {"channel": "me", "reason": "signed_out"},
    ]
    assert out.next("left") is None
    assert monotonic() - began < SOON
    do(note.write_note, 1, world.cast["ben"], draft=Draft("after"))
    assert stays.next("event")["seq"] == 3
    assert out.join("ticket:1") == {"ok": False, "error": "signed_out"}
    assert not any("noted" in text for text in out.raw)


def test_who_leaves_a_department_leaves_its_tickets_and_stays_signed_in(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
        each.join("me")
    began = monotonic()
    world.desk.run(staffing.change_access, None, email=email("ada"), departments=["Billing"])
    assert ada.next("gone") == {"channel": "ticket:1", "reason": "access"}
    assert monotonic() - began < SOON
    do(note.write_note, 1, world.cast["lea"], draft=Draft("not for Billing"))
    assert ben.next("event")["seq"] == 3
    assert ada.join("ticket:1") == {"ok": False, "error": "not_found"}
    assert ada.join("me") == {"ok": True}
    assert not any("noted" in text for text in ada.raw)


def test_who_is_deactivated_or_no_longer_staff_is_disconnected(world: World, line: Open) -> None:
    for name, change, reason in (("ada", {"active": False}, "signed_out"), ("ben", {"role": "requester"}, "access")):
        each = line(name)
        each.join("ticket:1")
        began = monotonic()
        world.desk.run(staffing.change_access, None, email=email(name), **change)
        assert each.next("gone") == {"channel": "ticket:1", "reason": reason}
        assert each.next("left") is None
        assert monotonic() - began < SOON


def test_an_eviction_is_heard_before_everything_that_happened_around_it(world: World, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
    for words in ("before", "just before"):
        world.desk.run(note.write_note, 1, world.cast["ben"], draft=Draft(words))
    world.desk.run(staffing.change_access, None, email=email("ada"), departments=[])
    world.desk.run(note.write_note, 1, world.cast["ben"], draft=Draft("behind her back"))
    assert [ben.next("event")["seq"] for _ in range(3)] == [3, 4, 5]
    events = [ada.read()]
    while events[-1][0] != "gone":
        events.append(ada.read())
    assert ada.join("ticket:1")["error"] == "not_found"
    assert "behind her back" not in "".join(ada.raw)


def test_access_that_is_lost_while_joining_is_not_slipped_past(
    world: World, do: Do, line: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, go_on = threading.Event(), threading.Event()
    caught_up = joining.catch_up

    def slow(*args: Any) -> Any:
        caught = caught_up(*args)
        read.set()
        assert go_on.wait(5)
        return caught

    ada = line("ada")
    monkeypatch.setattr(joining, "catch_up", slow)
    number = ada.emit("join", {"channel": "ticket:1", "after": 0})
    assert read.wait(5)
    do(staffing.change_access, None, email=email("ada"), departments=[])
    assert ada.next("gone") == {"channel": "ticket:1", "reason": "access"}
    go_on.set()
    assert ada.next(f"ack {number}") == {"ok": False, "error": "not_found"}
    do(note.write_note, 1, world.cast["ben"], draft=Draft("unseen"))
    assert ada.join("me") == {"ok": True}
    assert not any("event" in text for text in ada.raw)


def test_access_that_is_lost_while_connecting_is_not_slipped_past(
    world: World, do: Do, line: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = world.session("ada")
    looked: list[Any] = []

    async def late(*args: Any) -> Any:
        found = await by_session(*args)
        looked.append(found)
        if len(looked) == 1:  # signed out after the look, and the feed has seen to it before it is used
            query = select(session.c.id).where(session.c.digest == signing.digest(cookie))
            session_id = await world.desk.read(lambda connection: connection.execute(query).scalar_one())
            assert found is not None
            receipt = await world.desk.do(signing.sign_out, found.person, session_id=session_id)
            await world.console.realtime.feed.reached(receipt.position)
        return found

    monkeypatch.setattr("console.realtime.doors.by_session", late)
    with pytest.raises((AssertionError, Closed), match="signed_out"):
        line("ada", cookie=cookie)
    assert len(looked) == 2
