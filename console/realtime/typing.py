"""Who is typing in a chat, told to the other side. It is gone where it is shown five seconds after it was told last."""

from __future__ import annotations

import re
from typing import Any

from console.desk.kinds import Audience
from console.desk.people import Side
from console.line import Line
from console.realtime import wire
from console.realtime.rooms import Rooms, Seat, ticket_channel, ticket_room

SIDE_OF: dict[Audience, Side] = {"staff": "technician", "public": "requester"}
OTHER: dict[str, Audience] = {"technician": "public", "requester": "staff"}
_TOLD = re.compile(r"([0-9a-f]{16}) ([1-9][0-9]{0,15}) (technician|requester) ([01]) (.{0,120})")


class Typing:
    """Of the seats of this process, and over the line of those of the others."""

    def __init__(self, rooms: Rooms, line: Line | None) -> None:
        self._rooms, self._line = rooms, line
        self._at_it: dict[tuple[str, int], str] = {}  # the name that is told, "" for none
        if line is not None:
            line.subscribe("typing", self._hear)

    def on(self, seat: Seat, number: int, *, named: bool) -> None:
        """This seat types, or goes on typing."""
        self._at_it[seat.sid, number] = seat.viewer.person.name if named else ""
        self._say(seat, number, True, self._at_it[seat.sid, number])

    def off(self, seat: Seat, number: int) -> None:
        """It types no more, if it did."""
        name = self._at_it.pop((seat.sid, number), None)
        if name is not None:
            self._say(seat, number, False, name)

    def _say(self, seat: Seat, number: int, on: bool, name: str) -> None:
        side = SIDE_OF[seat.audience]
        self._tell(number, side, name, on)
        if self._line is not None:
            self._line.publish("typing", f"{self._line.me} {number} {side} {int(on)} {name}")

    def _hear(self, text: str) -> None:
        found = _TOLD.fullmatch(text)
        if found and self._line is not None and found[1] != self._line.me:
            self._tell(int(found[2]), found[3], found[5], found[4] == "1")

    def _tell(self, number: int, side: str, name: str, on: bool) -> None:
        audience = OTHER[side]
        facts: dict[str, Any] = {"channel": ticket_channel(number), "side": side, "name": name or None, "on": on}
        payload = wire.event(wire.NAMESPACES[audience], "typing", facts)
        for language in self._rooms.languages(number, audience):
            self._rooms.send(ticket_room(number, audience, language), payload)
