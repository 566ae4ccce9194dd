"""The lead's board, live: cards whose HTML has changed, at most once a second.

What somebody sees depends on their departments and language alone, so it is read once for each set of departments and
rendered once for each language. Whoever comes, or sees other departments than before, gets all cards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from console.desk import board
from console.desk.board import Scope
from console.desk.desk import Desk
from console.fragments import CARDS, Renderer
from console.presence.registry import Presence
from console.realtime import wire
from console.realtime.pacing import Due, Pace
from console.realtime.rooms import BOARD, Rooms, Seat

AT_MOST_EVERY = 1.0  # seconds between two changes of a card
ALL_EVERY = 30.0  # seconds; time alone makes tickets late, and people come and go who are on no ticket

Key = tuple[Scope, str]  # departments and language
Cards = dict[str, str]  # HTML by name


class Boards:
    """`touch` when anything has changed on any ticket; if nobody watches a board, nothing happens."""

    def __init__(self, desk: Desk, renderer: Renderer, presence: Presence, rooms: Rooms) -> None:
        self._desk, self._renderer, self._presence, self._rooms = desk, renderer, presence, rooms
        self._known: dict[Key, Cards] = {}  # what was sent last
        self._told: dict[Seat, Key] = {}  # what each seat has got
        self._due: Due[int] = Due(self._tell, "the board could not be shown")
        self._pace = Pace(lambda _: AT_MOST_EVERY, self._due.add)
        self._task: asyncio.Task[None] | None = None
        presence.on_change(lambda _number: self.touch())

    def start(self) -> None:
        self._due.start()
        self._task = asyncio.create_task(self._now_and_then(), name="boards")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._due.stop()

    def touch(self) -> None:
        if self._rooms.at_board():
            self._pace.ask(0)

    def enter(self, seat: Seat) -> None:
        """This page may have missed anything, so it gets all cards."""
        self._told.pop(seat, None)
        self.touch()

    async def _now_and_then(self) -> None:
        while True:
            await asyncio.sleep(ALL_EVERY)
            self.touch()

    async def _tell(self, _due: list[int]) -> None:
        wanted: dict[Scope, set[str]] = {}
        for departments, language in filter(None, map(_key, self._rooms.at_board())):
            wanted.setdefault(departments, set()).add(language)
        fresh: dict[Key, Cards] = {}
        for departments, languages in wanted.items():
            fresh |= await self._desk.read(self._cards, departments, languages, self._desk.clock())
        told: dict[Seat, Key] = {}
        for key, cards in fresh.items():
            before = self._known.get(key, {})
            seats = [seat for seat in self._rooms.at_board() if _key(seat) == key]
            _send([seat for seat in seats if self._told.get(seat) != key], cards)
            changed = {name: html for name, html in cards.items() if before.get(name) != html}
            _send([seat for seat in seats if self._told.get(seat) == key], changed)
            told |= dict.fromkeys(seats, key)
        self._known, self._told = fresh, told

    def _cards(
        self, connection: Connection, departments: Scope, languages: set[str], now: datetime
    ) -> dict[Key, Cards]:
        found = board.read(connection, departments, self._presence.here(), self._presence.is_online, now)
        return {
            (departments, language): {name: str(self._renderer.card(found, name, language)) for name in CARDS}
            for language in languages
        }


def _key(seat: Seat) -> Key | None:
    """What this seat sees; None if its person may see no board any more."""
    person = seat.viewer.person
    return (board.scope(person), seat.viewer.language) if board.may_see(person) else None


def _send(seats: Iterable[Seat], cards: Cards) -> None:
    ops = [{"target": f"card-{name}", "swap": "outerMorph", "html": html} for name, html in cards.items()]
    if not ops:
        return
    payload = wire.event(wire.NAMESPACES["staff"], "panel", {"channel": BOARD, "ops": ops})
    framed = wire.frame(payload)
    for seat in seats:
        seat.socket.push(framed, payload)
