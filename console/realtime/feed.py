"""The feed: follows the log and shows each activity to this worker's own sockets, in order and without a hole.

It has no other effect than frames, so whatever it repeats is harmless: pages drop what they have. What it can't tell
in order it does not tell at all: a gap in the log stops it, and the pages fall back to asking.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from math import inf
from time import monotonic

from console.desk import activity
from console.desk.activity import Activity
from console.desk.desk import Desk
from console.fragments import Renderer
from console.realtime import events, notices, requests
from console.realtime.batch import AT_MOST, Batch, read
from console.realtime.events import report
from console.realtime.eviction import Disconnect, evict
from console.realtime.rooms import Rooms, ticket_room
from console.realtime.rosters import Rosters
from console.realtime.views import Views
from console.realtime.wire import AUDIENCES

LOOK_EVERY = (
    0.5  # seconds; changes by other processes (short commands) come without a wake-up and have to evict within 1 s
)
BREATH = 0.005  # seconds of rendering after which the loop's other tasks get their turn

log = logging.getLogger(__name__)


class FeedStopped(Exception):
    """Nothing more will be shown by this feed."""


class Feed:
    """`cursor` is the position shown last; `evictions` counts the rounds in which access was asked again.

    `disconnect` ends a seat that may not be here any more; `halted` is called if the feed stops by itself.
    """

    def __init__(
        self,
        desk: Desk,
        renderer: Renderer,
        rooms: Rooms,
        rosters: Rosters,
        views: Views,
        disconnect: Disconnect,
        halted: Callable[[], None],
    ) -> None:
        self.desk, self.renderer, self.rooms = desk, renderer, rooms
        self.rosters, self.views = rosters, views
        self.cursor = self.evictions = 0
        self.epoch = ""
        self._disconnect, self._halted = disconnect, halted
        self._head = self._evicted = 0
        self._level_at = monotonic()
        self._wake = asyncio.Event()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    @property
    def behind(self) -> float:
        """Seconds since everything in the log was shown, as of the last look; infinite if the feed does not run."""
        running = self._task is not None and not self._task.done()
        return monotonic() - self._level_at if running else inf

    def wake(self, position: int = 0) -> None:
        """Look at the log now; called in the loop's thread."""
        self._wake.set()

    async def start(self) -> None:
        """Begin at the end of the log: who comes later catches up by itself."""
        head = await self.desk.read(activity.head)
        self.cursor = self._head = self._evicted = head.position
        self.epoch, self._level_at = head.epoch, monotonic()
        self._task = asyncio.create_task(self._follow(), name="feed")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._release()

    async def reached(self, position: int) -> None:
        """Wait until everything up to `position` was shown. Raises FeedStopped."""
        if self.cursor >= position:
            return
        if self._task is None or self._task.done():
            raise FeedStopped
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append((position, waiter))
        self._wake.set()
        await waiter

    async def _follow(self) -> None:
        while True:
            self._wake.clear()
            try:
                batch = await self.desk.read(read, self.rooms, self.cursor, self._evicted)
                if not self._fits(batch):
                    break
                await self._show(batch)
                full = len(batch.activities) == AT_MOST
            except Exception as problem:  # the database, most likely; the cursor stands, so nothing is skipped
                report("the feed could not go on and tries again", problem)
                await asyncio.sleep(LOOK_EVERY)
                continue
            if not full:
                await self._pause()
        self._release()
        self._halted()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _fits(self, batch: Batch) -> bool:
        """Whether the batch continues what was shown. A log with a hole or of another epoch is an alarm, never a skip."""
        positions = [each.position for each in batch.activities]
        last = min(batch.head.position, self.cursor + AT_MOST)
        if (
            batch.head.epoch == self.epoch
            and last >= self.cursor
            and positions == list(range(self.cursor + 1, last + 1))
        ):
            return True
        log.critical(
            "the feed stops at position %s: the log goes on with %s, its head is %s (epoch %s, before %s)",
            *(self.cursor, positions[:5], batch.head.position, batch.head.epoch, self.epoch),
        )
        return False

    async def _show(self, batch: Batch) -> None:
        self._head = batch.head.position
        if batch.evictions:
            self.evictions += 1
            await evict(self.desk, self.rooms, self.rosters, batch.evictions, self._disconnect)
        self._evicted = self._head
        breathed = monotonic()
        for each in batch.activities:
            self._show_one(each, batch)
            self._advance(each.position)
            if monotonic() - breathed > BREATH:
                await asyncio.sleep(0)
                breathed = monotonic()
        if self.cursor >= self._head:
            self._level_at = monotonic()

    def _show_one(self, each: Activity, batch: Batch) -> None:
        """Render once for each audience and language that is here, and send it to all of them."""
        for audience in AUDIENCES:
            seq = each.number_for(audience)
            if each.number is None or seq is None:
                continue
            shown = batch.shown.get((each.position, audience))
            for language in self.rooms.languages(each.number, audience):
                if shown is None:  # somebody came after the batch was read
                    payload = events.pull(audience, each.number, seq, each.kind)
                else:
                    payload = events.payload(self.renderer, audience, *shown, language)
                self.rooms.send(ticket_room(each.number, audience, language), payload, seq)
        for notice in batch.notices.get(each.position, ()):
            notices.send(self.rooms, notice)
        if each.number is not None:
            for reader in batch.readers.get(each.position, ()):
                requests.tell(self.rooms, reader, each.number)
            self.rosters.settle(each.number, each.kind)
            self.views.touch(each.number)

    def _advance(self, position: int) -> None:
        self.cursor = position
        if self._waiting:
            for awaited, waiter in self._waiting:
                if awaited <= position and not waiter.done():
                    waiter.set_result(None)
            self._waiting = [each for each in self._waiting if not each[1].done()]

    def _release(self) -> None:
        for _, waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(FeedStopped())
        self._waiting.clear()
