"""Who is on a ticket, over real sockets: coming, going, and the ways to vanish."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from time import monotonic

import pytest
from realtime.line import Do, Line, Open
from realtime.watching import ADA, BEN, GONE, LEA, SLACK, VISIBLE, doing, intend, states, until

from console.desk.actions import opening
from console.desk.message import Draft
from console.presence import registry
from console.realtime import sockets, wire
from world import World


def test_whoever_joins_is_seen_at_once_and_sees_everybody(line: Open) -> None:
    ada = line("ada")
    assert states(ada.join("ticket:1")) == {ADA: "viewing"}
    ben = line("ben", language="es")
    began = monotonic()
    joined = ben.join("ticket:1")
    told = until(ada, {BEN: "viewing", ADA: "viewing"})
    assert monotonic() - began < VISIBLE * SLACK
    assert told["channel"] == "ticket:1"
    assert (joined["viewers"], joined["rev"]) == (told["viewers"], told["rev"])
    assert told["viewers"][1].keys() == {"id", "name", "initials", "color", "state", "since"}


def test_the_catch_up_comes_first_then_the_answer_and_then_what_changes(line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    ada.join("ticket:1")
    number = ben.emit("join", {"channel": "ticket:1", "after": 1})
    frames = [ben.read() for _ in range(2)]
    assert [name for name, _ in frames] == ["event", f"ack {number}"]
    intend(ada, "note")
    assert until(ben, {ADA: "note", BEN: "viewing"})["rev"] > frames[1][1]["rev"]


def test_whoever_leaves_is_gone_after_the_grace(line: Open) -> None:
    ada, ben, lea = line("ada"), line("ben"), line("lea")
    for each in (ada, ben, lea):
        each.join("ticket:1")
    until(ada, {LEA: "viewing", BEN: "viewing", ADA: "viewing"})
    began = monotonic()
    assert ben.call("leave", {"channel": "ticket:1"}) == {"ok": True}
    lea.close()
    until(ada, {ADA: "viewing"})
    assert registry.GRACE * 0.9 < monotonic() - began < GONE * SLACK


def test_whoever_comes_back_within_the_grace_never_flickers(line: Open) -> None:
    ada, ben, lea = line("ada"), line("ben"), line("lea")
    for each in (lea, ada, ben):
        each.join("ticket:1")
    before = until(ada, lambda seen: BEN in seen)["viewers"]
    ben.close()
    again = line("ben")
    again.join("ticket:1")
    lea.call("leave", {"channel": "ticket:1"})
    told = until(ada, {BEN: "viewing", ADA: "viewing"})  # Lea's grace ended; Ben's would have before
    assert told["viewers"] == [each for each in before if each["name"] != LEA]
    assert ada.so_far("presence") == []


def test_a_connection_that_breaks_has_the_same_grace(line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
    until(ada, lambda seen: BEN in seen)
    began = monotonic()
    reset(ben)
    until(ada, {ADA: "viewing"})
    assert registry.GRACE * 0.9 < monotonic() - began < GONE * SLACK


def reset(line: Line) -> None:
    """End the connection as a network does that goes away, without a word of the protocol."""
    raw = line.ws.socket
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    raw.shutdown(socket.SHUT_RDWR)


def test_a_client_that_vanishes_is_gone_as_soon_as_its_ping_is_overdue(
    line: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "PING_EVERY", 0.8)
    monkeypatch.setattr(sockets, "ANSWER_WITHIN", 0.5)
    monkeypatch.setattr(registry, "GRACE", 60)  # those who do not answer have none
    silent, ben = line("ada"), line("ben")
    for each in (silent, ben):
        each.join("ticket:1")
    intend(silent, "reply")
    until(ben, lambda seen: seen.get(ADA) == "reply")
    until(ben, {BEN: "viewing"})


def test_two_tabs_are_one_person_in_the_state_that_says_more(line: Open) -> None:
    ben, one, other = line("ben"), line("ada"), line("ada", language="pt")
    for each in (ben, one, other):
        each.join("ticket:1")
    intend(one, "away")
    intend(other, "note")
    until(ben, {ADA: "note", BEN: "viewing"})
    intend(one, "reply")
    until(ben, {ADA: "reply", BEN: "viewing"})
    intend(one, "away")
    until(ben, {ADA: "note", BEN: "viewing"})
    other.call("leave", {"channel": "ticket:1"})
    until(ben, {BEN: "viewing", ADA: "away"})


def test_ghost_viewers_of_tickets_that_were_only_passed_by(world: World, do: Do, line: Open) -> None:
    for _ in range(12):
        do(opening.open_ticket, world.cast["rhea"], subject="One", draft=Draft("."), department="Support")
    ada, watch = line("ada"), line("ben")
    for number in range(2, 14):
        watch.join(f"ticket:{number}")
    for number in range(2, 14):  # as somebody does who looks for a ticket with J, J, J …
        ada.emit("join", {"channel": f"ticket:{number}"})
        if number < 13:
            ada.emit("leave", {"channel": f"ticket:{number}"})
    assert states(ada.join("ticket:1")) == {ADA: "viewing"}
    last: dict[str, dict[str, str]] = {}
    ends = monotonic() + GONE * SLACK
    while [channel for channel, seen in last.items() if ADA in seen] != ["ticket:13"] or len(last) < 12:
        told = watch.next("presence", timeout=max(0.1, ends - monotonic()))
        last[told["channel"]] = states(told)
    assert world.console.house.presence.where(world.cast["ada"].id) == {1, 13}


def test_the_revision_rises_and_nothing_is_told_twice(line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    revs = [ada.join("ticket:1")["rev"]]
    ben.join("ticket:1")
    for state in ("reply", "note", "field:status", "chat", "idle", "away", "viewing"):
        intend(ben, state)
        revs.append(until(ada, doing(BEN, state))["rev"])
    assert revs == sorted(set(revs))


def test_many_changes_at_once_are_gathered(world: World, line: Open, loop: asyncio.AbstractEventLoop) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
    until(ada, {BEN: "viewing", ADA: "viewing"})
    ada.so_far("presence")
    presence, key = world.console.house.presence, next(iter(ben_seats(world)))

    def storm() -> None:
        for _ in range(50):
            for state in ("reply", "note", "idle"):
                presence.intend(1, key, state)

    loop.call_soon_threadsafe(storm)
    told = [states(ada.next("presence"))]
    while told[-1] != {ADA: "viewing", BEN: "idle"}:
        told.append(states(ada.next("presence")))
    assert len(told) <= 2, "the first, and then the last of the other 149"


def ben_seats(world: World) -> list[str]:
    seats = world.console.realtime.rooms.seats.values()
    return [seat.sid for seat in seats if seat.viewer.person.name == BEN]


def test_a_roster_is_encoded_once_for_all_languages(world: World, line: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line(name, language=language) for name, language in (("ada", "en"), ("tess", "es"), ("lea", "pt"))]
    for each in lines:
        each.join("ticket:1")
    for each in lines:
        until(each, lambda seen: len(seen) == 3)
    encoded = counted(monkeypatch)
    line("ben").join("ticket:1")
    told = [until(each, lambda seen: BEN in seen) for each in lines]
    assert told[0] == told[1] == told[2]
    assert encoded() == 1


def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many `presence` payloads are made from now on."""
    made, encode = [], wire.event

    def event(namespace: str, name: str, data: dict[str, object]) -> bytes:
        if name == "presence":
            made.append(data)
        return encode(namespace, name, data)

    monkeypatch.setattr(wire, "event", event)
    return lambda: len(made)
