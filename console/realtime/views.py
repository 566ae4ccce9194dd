"""Lists of tickets that somebody has open: the whole row of a ticket, whenever something of it has changed.

A row shows the same to everybody, so it is rendered once for each language, but only those get it who may open the ticket.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection

from console.desk import access, queue
from console.desk.desk import Desk
from console.desk.queue import SHOWS, TicketRow
from console.fragments import Renderer
from console.presence.registry import Presence
from console.realtime import wire
from console.realtime.events import report
from console.realtime.pacing import Due, Pace
from console.realtime.rooms import Rooms, view_channel

AT_MOST_EVERY = 0.25  # seconds between two rows of one ticket


class Views:
    """`touch` a ticket, and its row is read, rendered and sent; if no list is open, nothing happens."""

    def __init__(self, desk: Desk, renderer: Renderer, presence: Presence, rooms: Rooms) -> None:
        self._desk, self._renderer, self._presence, self._rooms = desk, renderer, presence, rooms
        self._due: Due[int] = Due(self._send, "rows of the lists could not be sent")
        self._pace = Pace(lambda _number: AT_MOST_EVERY, self._due.add)
        presence.on_change(self.touch)

    def start(self) -> None:
        self._due.start()

    async def stop(self) -> None:
        await self._due.stop()

    def touch(self, number: int) -> None:
        if self._rooms.view_languages() and number not in self._due:
            self._pace.ask(number)

    async def _send(self, numbers: list[int]) -> None:
        if not self._rooms.view_languages():
            return
        for row in await self._desk.read(_rows, numbers):
            for language in self._rooms.view_languages():
                try:
                    self._send_row(row, language)
                except Exception as problem:  # one row must not keep back the others
                    report(f"the row of ticket {row.number} could not be shown", problem)
            await asyncio.sleep(0)  # the loop's other tasks get their turn

    def _send_row(self, row: TicketRow, language: str) -> None:
        here, claim = self._presence.roster(row.number).viewers, self._presence.claim(row.number)
        op = {
            "target": f"ticket-{row.number}",
            "swap": "outerMorph",
            "html": str(self._renderer.row(row, here, claim, language)),
        }
        for view in SHOWS:
            seats = [
                seat
                for seat in self._rooms.viewing(view, language)
                if access.works_in(seat.viewer.person, row.department_id)
            ]
            if seats:
                payload = wire.event(wire.NAMESPACES["staff"], "panel", {"channel": view_channel(view), "ops": [op]})
                framed = wire.frame(payload)
                for seat in seats:
                    seat.socket.push(framed, payload)


def _rows(connection: Connection, numbers: list[int]) -> list[TicketRow]:
    return queue.rows(connection, numbers)
