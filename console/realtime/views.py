"""Lists of tickets that somebody has open: the whole row of a ticket, whenever something of it has changed.

A row shows the same to everybody, so it is rendered once for each language, but only those get it who may open the ticket,
and of those only whose list it belongs to, or belonged to before.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from sqlalchemy import Connection

from console.desk import access, queue
from console.desk.desk import Desk
from console.desk.queue import TicketRow
from console.fragments import Renderer
from console.presence.registry import Presence
from console.realtime import wire
from console.realtime.board import Boards
from console.realtime.counts import Counts
from console.realtime.events import report
from console.realtime.pacing import Due, Pace
from console.realtime.rooms import Rooms, Seat, View

AT_MOST_EVERY = 0.25  # seconds between two rows of one ticket
KNOWN = 5_000  # tickets whose last row is kept, to know which lists they leave


class Views:
    """`touch` a ticket, and its row is read, rendered and sent; if no page of a technician is open, nothing happens."""

    def __init__(self, desk: Desk, renderer: Renderer, presence: Presence, rooms: Rooms) -> None:
        self._desk, self._renderer, self._presence, self._rooms = desk, renderer, presence, rooms
        self.counts = Counts(desk, rooms)
        self.boards = Boards(desk, renderer, presence, rooms)
        self._known: OrderedDict[int, TicketRow] = OrderedDict()
        self._due: Due[int] = Due(self._send, "rows of the lists could not be sent")
        self._pace = Pace(lambda _number: AT_MOST_EVERY, self._due.add)
        presence.on_change(self._present)

    def start(self) -> None:
        self._due.start()
        self.counts.start()
        self.boards.start()

    async def stop(self) -> None:
        await asyncio.gather(self._due.stop(), self.counts.stop(), self.boards.stop())

    def touch(self, number: int) -> None:
        """Something happened on this ticket."""
        self.boards.touch()
        if (self._rooms.has_views or self._rooms.has_owners) and number not in self._due:
            self._pace.ask(number)

    def _present(self, number: int) -> None:
        if self._rooms.has_views:
            self.touch(number)

    async def _send(self, numbers: list[int]) -> None:
        if not self._rooms.has_views and not self._rooms.has_owners:
            return
        for row in await self._desk.read(_rows, numbers):
            before, now = self._known.pop(row.number, None), self._desk.clock()
            self._known[row.number] = row
            if len(self._known) > KNOWN:
                self._known.popitem(last=False)
            self.counts.moved(before, row, now)
            rendered: dict[str, str] = {}
            for view, seats in self._rooms.views():
                try:
                    self._send_row(row, before, view, seats, rendered)
                except Exception as problem:  # one row must not keep back the others
                    report(f"the row of ticket {row.number} could not be shown", problem)
            await asyncio.sleep(0)  # the loop's other tasks get their turn

    def _send_row(
        self, row: TicketRow, before: TicketRow | None, view: View, seats: list[Seat], rendered: dict[str, str]
    ) -> None:
        """`rendered` keeps the row by language."""
        frames: dict[bool, tuple[bytes, bytes]] = {}
        now = self._desk.clock()
        for seat in seats:
            person = seat.viewer.person
            if not access.works_in(person, row.department_id):
                continue
            belongs = view.chosen.matches(row, person, now)
            if not belongs and before is not None and not view.chosen.matches(before, person, now):
                continue
            if belongs not in frames:
                if view.language not in rendered:
                    rendered[view.language] = self._html(row, view.language)
                frames[belongs] = _frame(row, view, belongs, rendered[view.language])
            seat.socket.push(*frames[belongs])

    def _html(self, row: TicketRow, language: str) -> str:
        here, claim = self._presence.roster(row.number).viewers, self._presence.claim(row.number)
        return str(self._renderer.row(row, here, claim, language))


def _frame(row: TicketRow, view: View, belongs: bool, html: str) -> tuple[bytes, bytes]:
    """`in` tells the page whether the ticket belongs to its list."""
    op = {"target": f"ticket-{row.number}", "swap": "outerMorph", "html": html, "in": belongs}
    payload = wire.event(wire.NAMESPACES["staff"], "panel", {"channel": view.channel, "ops": [op]})
    return wire.frame(payload), payload


def _rows(connection: Connection, numbers: list[int]) -> list[TicketRow]:
    return queue.rows(connection, numbers)
