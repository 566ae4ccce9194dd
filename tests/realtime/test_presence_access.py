"""Who may not open a ticket neither is shown on it nor learns who is."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from realtime.line import Do, Open
from realtime.watching import ADA, BEN, CLEO, intend, states, until
from sqlalchemy import select

from console.desk.actions import signing, staffing
from console.desk.tables import session
from console.presence import registry
from console.realtime import joining
from world import JSON, World, email


@pytest.fixture(autouse=True)
def endless_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may not be there has none, so it does not matter how long it is."""
    monkeypatch.setattr(registry, "GRACE", 60)


def test_a_viewer_without_access_is_not_shown_any_more(world: World, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
    intend(ada, "reply")
    until(ben, {ADA: "reply", BEN: "viewing"})
    world.desk.run(staffing.change_access, None, email=email("ada"), departments=["Billing"])
    until(ben, {BEN: "viewing"})
    assert ada.next("gone")["reason"] == "access"
    ada.so_far("presence")
    assert ada.call("intent", {"channel": "ticket:1", "state": "reply"}) == {"ok": False, "error": "not_found"}
    intend(ben, "note")
    until(ben, {BEN: "note"})
    assert ada.so_far("presence") == [], "nor learns any more who is"


@pytest.mark.parametrize("change", [{"active": False}, {"role": "requester"}])
def test_whoever_is_put_out_of_the_desk_leaves_every_roster_at_once(
    world: World, line: Open, change: dict[str, Any]
) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
    person = world.cast["ada"]
    assert world.console.house.presence.is_online(person.id)
    world.desk.run(staffing.change_access, None, email=email("ada"), **change)
    until(ben, {BEN: "viewing"})
    assert not world.console.house.presence.is_online(person.id)


def test_a_sign_out_takes_away_that_session_and_no_other(world: World, do: Do, line: Open) -> None:
    here, there = world.session("ada"), world.session("ada")
    out, stays, ben = line("ada", cookie=here), line("ada", cookie=there), line("ben")
    for each in (out, stays, ben):
        each.join("ticket:1")
    intend(stays, "idle")
    intend(out, "reply")
    until(ben, {ADA: "reply", BEN: "viewing"})
    sign_out(world, do, "ada", here)
    until(ben, {BEN: "viewing", ADA: "idle"})


def sign_out(world: World, do: Do, name: str, cookie: str) -> None:
    query = select(session.c.id).where(session.c.digest == signing.digest(cookie))
    session_id = world.desk.database.read_now(lambda connection: connection.execute(query).scalar_one())
    do(signing.sign_out, world.cast[name], session_id=session_id)


def test_a_viewer_without_access_is_not_shown_even_in_the_grace(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
    ada.close()
    do(staffing.change_access, None, email=email("ada"), departments=[])
    until(ben, {BEN: "viewing"})


def test_access_that_is_lost_while_joining_shows_nobody(
    world: World, do: Do, line: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, go_on = threading.Event(), threading.Event()
    caught_up = joining.catch_up

    def slow(*args: Any) -> Any:
        caught = caught_up(*args)
        if args[2].viewer.person.name == ADA:
            read.set()
            assert go_on.wait(5)
        return caught

    ada, ben = line("ada"), line("ben")
    ben.join("ticket:1")
    monkeypatch.setattr(joining, "catch_up", slow)
    number = ada.emit("join", {"channel": "ticket:1"})
    assert read.wait(5)
    do(staffing.change_access, None, email=email("ada"), departments=[])
    assert ada.next("gone")["reason"] == "access"
    go_on.set()
    assert ada.next(f"ack {number}") == {"ok": False, "error": "not_found"}
    intend(ben, "idle")
    assert states(ben.next("presence")) == {BEN: "idle"}


def test_whoever_may_not_open_a_ticket_learns_nothing_of_who_views_it(world: World, line: Open) -> None:
    cleo, ada = line("cleo"), line("ada")
    ada.join("ticket:1")
    assert cleo.join("ticket:1") == {"ok": False, "error": "not_found"}
    assert cleo.call("intent", {"channel": "ticket:1", "state": "reply"}) == {"ok": False, "error": "not_found"}
    answer = world.browse("cleo").get("/tickets/1/since/0?intent=reply", headers=JSON)
    assert answer.status_code == 404 and "viewers" not in answer.text
    assert not any(ADA in text for text in cleo.raw)
    intend(ada, "reply")
    assert states(ada.next("presence")) == {ADA: "reply"}, f"nor is {CLEO} on it"


def test_who_is_sent_out_is_told_no_more_who_stays(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
    until(ada, {ADA: "viewing", BEN: "viewing"})
    do(staffing.change_access, None, email=email("ada"), departments=["Billing"])
    assert ada.read()[0] == "gone"
    until(ben, {BEN: "viewing"})
    assert ada.so_far("presence") == []
