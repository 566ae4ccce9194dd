"""Readers that do not read, and peers that have vanished."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

import pytest
from realtime.line import Do, Line, Open
from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from console.desk.actions import note
from console.desk.message import Draft
from console.realtime import sockets, transport, wire
from console.realtime.rooms import ticket_room
from console.serving import uvicorn_config
from world import World

LITTLE = 4_096  # bytes


@pytest.fixture
def shout(world: World, loop: asyncio.AbstractEventLoop) -> Callable[[int], None]:
    """Send that many events of 16,000 bytes to the staff on ticket 1, as fast as it goes."""
    room = ticket_room(1, "staff", "en")

    def send(count: int) -> None:
        for seq in range(count):
            payload = wire.event("/staff", "event", {"seq": seq, "html": "x" * 16_000})
            loop.call_soon_threadsafe(world.console.realtime.rooms.send, room, payload)

    return send


def gone(world: World, line: Line) -> bool:
    """Whether the server has dropped this reader, without reading from it."""
    until = monotonic() + 5
    while monotonic() < until:
        if len(world.console.realtime.rooms.seats) == 1:
            return True
        world.desk.database.read_now(lambda connection: connection)
    return False


def test_a_reader_that_does_not_read_is_cut_off_and_the_others_miss_nothing(
    world: World, line: Open, shout: Callable[[int], None]
) -> None:
    deaf, ben = line("ada", buffer=LITTLE), line("ben")
    for each in (deaf, ben):
        each.join("ticket:1")
    for _ in range(20):
        shout(20)
        assert [ben.next("event")["seq"] for _ in range(20)] == list(range(20))
    assert gone(world, deaf)
    assert world.console.realtime.server.eio.cuts["slow"] == 1


def test_a_reader_that_stops_draining_is_cut_off_by_time(
    world: World, line: Open, shout: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "WAITING_LIMIT", 1 << 30)
    monkeypatch.setattr(transport, "STALL_LIMIT", 0.3)
    deaf, ben = line("ada", buffer=LITTLE), line("ben")
    for each in (deaf, ben):
        each.join("ticket:1")
    shout(100)
    assert [ben.next("event")["seq"] for _ in range(100)] == list(range(100))
    assert gone(world, deaf)


def test_a_peer_that_answers_no_ping_is_dropped_and_one_that_does_stays(
    world: World, do: Do, line: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "PING_EVERY", 1.2)
    monkeypatch.setattr(sockets, "ANSWER_WITHIN", 1.0)
    silent, ben = line("ada"), line("ben")
    for each in (silent, ben):
        each.join("ticket:1")
    with pytest.raises(TimeoutError):
        while ben.read(3.0)[0] == "presence":  # it answers meanwhile
            pass
    assert [seat.viewer.person.name for seat in world.console.realtime.rooms.seats.values()] == ["Ben Okafor"]
    do(note.write_note, 1, world.cast["lea"], draft=Draft("there"))
    assert ben.next("event")["seq"] == 3
    assert world.console.realtime.server.eio.cuts["unanswered"] == 1


def test_a_connection_that_enters_no_namespace_is_dropped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "PING_EVERY", 0.1)
    monkeypatch.setattr(sockets, "ANSWER_WITHIN", 0.05)
    monkeypatch.setattr(sockets, "ADMITTED_WITHIN", 0.3)
    idler = Line(world.url)
    idler.ended()
    idler.close()
    assert world.console.realtime.server.eio.cuts["not admitted"] == 1


@pytest.mark.usefixtures("stage")
def test_under_another_protocol_class_everything_goes_through_the_librarys_queue(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    def without(app: ASGIApp) -> Config:
        config = uvicorn_config(app)
        config.ws = WebSocketsSansIOProtocol
        return config

    monkeypatch.setattr("world.uvicorn_config", without)
    world, do, line = (request.getfixturevalue(name) for name in ("world", "do", "line"))
    ada, ben, odd = line("ada"), line("ben"), line("lea")
    for each in (ada, ben):
        assert each.join("ticket:1", after=1)["seq"] == 2
        assert each.next("event")["seq"] == 2
    assert all(socket.protocol is None for socket in world.console.realtime.server.eio.sockets.values())
    do(note.write_note, 1, world.cast["lea"], draft=Draft("slowly"))
    assert ada.next("event")["seq"] == ben.next("event")["seq"] == 3
    odd.send("x")
    odd.ended()
    world.server.should_exit = True
    ada.ended()
