"""How many tickets each list of a technician has, told to their pages while it changes.

A change is tested, before and after, against the lists of those who are here; only the lists that it enters or leaves are
counted again, at most once a second for each person. Everything is counted anew now and then: who is idle moves by itself.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy import Connection

from console.desk import access, queue, saved_views
from console.desk.desk import Desk
from console.desk.filters import Filter
from console.desk.people import Person
from console.desk.queue import MOST_COUNTED, TicketRow
from console.realtime import wire
from console.realtime.pacing import Due, Pace
from console.realtime.rooms import ME, Rooms

AT_MOST_EVERY = 1.0  # seconds between two counts for one person
ALL_EVERY = 30.0  # seconds

Lists = dict[str, Filter]


class Counts:
    def __init__(self, desk: Desk, rooms: Rooms) -> None:
        self._desk, self._rooms = desk, rooms
        self._lists: dict[int, Lists] = {}  # by person, as of the last count of everything
        self._stale: dict[int, set[str]] = {}  # by person: the names of lists to count
        self._due: Due[int] = Due(self._tell, "lists could not be counted")
        self._pace = Pace(lambda _person_id: AT_MOST_EVERY, self._due.add)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._due.start()
        self._task = asyncio.create_task(self._count_all(), name="counts")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._due.stop()

    def moved(self, before: TicketRow | None, after: TicketRow, now: datetime) -> None:
        """A ticket changed; what it was `before` may be unknown."""
        for person, _ in self._rooms.owners():
            if not access.works_in(person, after.department_id):
                continue
            lists = self._lists.get(person.id, {})
            names = [
                name
                for name, each in lists.items()
                if before is None or each.matches(before, person, now) != each.matches(after, person, now)
            ]
            if names or not lists:
                self._stale.setdefault(person.id, set()).update(names)
                self._pace.ask(person.id)

    async def _count_all(self) -> None:
        while True:
            await asyncio.sleep(ALL_EVERY)
            self._lists.clear()
            self._stale.clear()
            for person, _ in self._rooms.owners():
                self._due.add(person.id)

    async def _tell(self, person_ids: list[int]) -> None:
        here = {person.id: (person, seats) for person, seats in self._rooms.owners()}
        for person, seats in [here[each] for each in person_ids if each in here]:
            lists = self._lists.get(person.id)
            names = self._stale.pop(person.id, None)
            read = await self._desk.read(_count, person, lists, names, self._desk.clock())
            self._lists[person.id], counts = read
            told = {"channel": ME, "ops": [], "counts": counts, "most": MOST_COUNTED}
            payload = wire.event(wire.NAMESPACES["staff"], "panel", told)
            framed = wire.frame(payload)
            for seat in seats:
                seat.socket.push(framed, payload)


def _count(
    connection: Connection, person: Person, lists: Lists | None, names: set[str] | None, now: datetime
) -> tuple[Lists, dict[str, int]]:
    """The person's lists, and how many tickets those with these names have, or all that are not known yet."""
    wanted = names
    if lists is None:
        lists, wanted = saved_views.lists(saved_views.of(connection, person)), None
    counted = lists if wanted is None else {name: lists[name] for name in wanted if name in lists}
    return lists, {name: queue.count(connection, person, each, now) for name, each in counted.items()}
