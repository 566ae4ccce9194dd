"""A page without a browser: it has its ticket up to a number, comes back when its socket ends, asks for what is not pushed."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from time import monotonic

import httpx2
import msgspec

from bench.faults.fleet import Worker
from bench.faults.wires import Wire, answer_to

FIRST_REST, LONGEST_REST = 0.2, 5.0  # seconds that a page waits before it tries again


class Event(msgspec.Struct):
    """As much of an event as tells where it belongs."""

    seq: int
    pull: bool = False


@dataclass(slots=True)
class Tab:
    """One page: its ticket, how far it has it, and what went wrong on the way."""

    worker: Worker
    token: str
    number: int
    client: httpx2.AsyncClient  # for what is not pushed
    last: int = 0
    epoch: str = ""
    head: int = 0  # where it has to come
    came: float = 0.0  # when it had everything
    complete: asyncio.Event = field(default_factory=asyncio.Event)
    tries: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    wire: Wire | None = None
    watching: asyncio.Task[None] | None = None

    async def join(self, **behind: int | str) -> None:
        """Connect, join, and take what comes up to the answer. Raises OSError."""
        self.wire = await Wire.open(self.worker.port)
        await self.wire.upgrade()
        await self.wire.ask_in(self.token)
        await self.wire.entered()
        await self.wire.ask_to_join(self.number, **behind)
        while (answer := answer_to(packet := await self.wire.read())) is None:
            await self._take(packet)
        if not answer["ok"] or "reset" in answer:
            self.wrong.append(f"ticket {self.number} behind {self.last}: {answer}")
        if not behind:
            self.last, self.epoch = answer["seq"], answer["epoch"]

    async def follow(self) -> None:
        """Take what comes for as long as the connection lasts. Raises OSError."""
        assert self.wire is not None
        while True:
            await self._take(await self.wire.read())

    async def come_back(self, after: float) -> None:
        """Return, again and again if need be, and stay."""
        await asyncio.sleep(after)
        while True:
            self.tries += 1
            try:
                await self.join(after=self.last, epoch=self.epoch)
                await self.follow()
            except (OSError, httpx2.HTTPError):
                if self.wire is not None:
                    self.wire.reset()
            await asyncio.sleep(random.uniform(FIRST_REST, min(LONGEST_REST, 2 * FIRST_REST * 1.3**self.tries)))

    async def drop(self, *, politely: bool) -> None:
        assert self.wire is not None and self.watching is not None
        self.watching.cancel()
        await asyncio.gather(self.watching, return_exceptions=True)
        if politely:
            await self.wire.close()
        else:
            self.wire.reset()

    async def _take(self, packet: bytes) -> None:
        if not packet.startswith(b'42/staff,["event",'):
            return
        event = msgspec.json.decode(packet[9:], type=tuple[str, Event])[1]
        if event.pull:
            if event.seq > self.last:
                await self._ask()
        elif event.seq > self.last or not self.asked:  # what was asked for is pushed, too
            self._has(event.seq)

    async def _ask(self) -> None:
        """Ask for what happened, as a page does when an event was too large to be pushed."""
        self.asked += 1
        answer = (await self.client.get(f"/tickets/{self.number}/since/{self.last}?epoch={self.epoch}")).json()
        for event in msgspec.convert(answer["events"], list[Event]):
            self._has(event.seq)

    def _has(self, seq: int) -> None:
        if seq != self.last + 1:
            self.wrong.append(f"ticket {self.number}: {seq} came behind {self.last}")
        self.last = seq
        if seq >= self.head and not self.came:
            self.came = monotonic()
            self.complete.set()
