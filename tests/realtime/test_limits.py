"""Limits of the live side: connections of one person, and joins of one connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

import pytest
from realtime.line import PATIENCE, Line
from websockets.exceptions import ConnectionClosed

from console.desk.actions import note
from console.desk.message import Draft
from console.realtime.limits import CHANNELS
from console.viewer import COOKIE
from world import World

Enter = Callable[[str, str], tuple[Line, Any]]


@pytest.fixture
def narrow(serve: Callable[..., World]) -> World:
    return serve(sockets_per_person=3)


@pytest.fixture
def enter(narrow: World) -> Iterator[Enter]:
    opened: list[Line] = []

    def open_(name: str, namespace: str) -> tuple[Line, Any]:
        opened.append(Line(narrow.url, {"Cookie": f"{COOKIE}={narrow.session(name)}"}, None))
        return opened[-1], opened[-1].enter(namespace, {"language": "en"})

    yield open_
    for each in opened:
        each.close()


def test_one_connection_too_many_is_refused_and_the_others_live_on(narrow: World, enter: Enter) -> None:
    (first, _), (other, _), (_, third) = (enter("ada", "/staff") for _ in range(3))
    assert "sid" in third
    assert enter("ada", "/staff")[1] == {"message": "limited"}
    assert "sid" in enter("ada", "/portal")[1], "the other side has a count of its own"
    assert "sid" in enter("ben", "/staff")[1], "and so has everybody else"
    first.join("ticket:1")
    narrow.desk.run(note.write_note, 1, narrow.cast["lea"], draft=Draft("Still live"))
    assert "Still live" in json.dumps(first.next("event"))
    other.close()
    until = monotonic() + PATIENCE
    while "sid" not in enter("ada", "/staff")[1]:
        assert monotonic() < until


def test_ten_thousand_joins_of_one_connection_hold_nobody_up(narrow: World, enter: Enter) -> None:
    (greedy, _), (ben, _) = enter("ada", "/staff"), enter("ben", "/staff")
    ben.join("ticket:1")
    with suppress(ConnectionClosed):  # it may be cut for that
        for number in range(2, 10_002):
            greedy.emit("join", {"channel": f"ticket:{number}"})
    narrow.desk.run(note.write_note, 1, narrow.cast["lea"], draft=Draft("On time"))
    assert "On time" in json.dumps(ben.next("event"))
    assert all(len(seat.channels) <= CHANNELS for seat in narrow.console.realtime.rooms.seats.values())
