"""An open page of a ticket with its socket. Whatever brings events goes through one queue, as in the page's own script."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Any

from console.robots.door import Door, GivenUp, Turned, rest
from console.robots.line import Down, Line
from console.robots.page import Event, Page

VAIN_ASKS = 6  # so many answers without the missing event, and the page loads anew


class Tab:
    """`number` is the ticket's. `viewer` names the robot, so that it does not count hearing of its own messages."""

    page: Page

    def __init__(self, door: Door, number: int, viewer: str) -> None:
        self.door, self.number, self.viewer, self.tally = door, number, viewer, door.tally
        self.path = f"/tickets/{number}" if door.staff else f"/portal/requests/{number}"
        self.over = False
        self._line: Line | None = None
        self._joined_at: float | None = None  # None while there is no line
        self._waiting: dict[int, Event] = {}
        self._head = 0
        self._stale = False
        self._live: asyncio.Task[None] | None = None
        self._catching: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Load the page and connect. Raises GivenUp, Turned."""
        self.page = Page(await self.door.page(self.path))
        self._head = self.page.last
        self.connect()

    def connect(self) -> None:
        self._live = asyncio.create_task(self._keep_line())

    async def disconnect(self) -> None:
        """Say goodbye and stay away until `connect`."""
        if (line := self._line) is not None:
            await line.goodbye()
        await _ended(self._live)

    async def close(self) -> None:
        self.over = True
        await self.disconnect()
        await _ended(self._catching)

    def drop(self) -> None:
        """Break the connection without a word; it comes back by itself."""
        if self._line is not None:
            self._line.drop()

    async def intend(self, state: str) -> None:
        """Say what the person does here, if there is a line."""
        if self._line is not None:
            with suppress(Down):
                await self._line.emit("intent", {"channel": self.page.channel, "state": state})

    def take(self, event: Event) -> None:
        """Apply the event that is next, drop a known one, keep one behind a hole and ask for what is missing."""
        known = self._waiting.get(event["seq"])
        if event["seq"] > self.page.last and (known is None or "pull" in known):
            self._waiting[event["seq"]] = event
        self._work()

    def receive(self, answer: dict[str, Any]) -> None:
        """Take the answer to a join, a catch-up or a command, or a head."""
        if answer.get("reset") or answer["epoch"] != self.page.epoch:
            self._stale = True
        else:
            self._waiting |= {event["seq"]: event for event in answer.get("events", ())}
            self._head = max(self._head, answer["seq"])
        self._count(answer)
        self._work()

    async def review(self, head: int) -> None:
        """Wait until everything up to `head` is on the page, as somebody who was stopped looks at what they missed."""
        self._head = max(self._head, head)
        self._work()
        if self._catching is not None:
            await asyncio.wait([self._catching])

    def _work(self) -> None:
        while not self._stale and (event := self._waiting.get(self.page.last + 1)) is not None:
            if event.get("reset"):
                self._stale = True
            elif "pull" in event:
                break
            else:
                self.page.apply(event)
                staff, joined_at = self.door.staff, self._joined_at
                self.tally.applied(self.number, event, staff=staff, viewer=self.viewer, joined_at=joined_at)
        self._waiting = {seq: event for seq, event in self._waiting.items() if seq > self.page.last}
        if self._behind() and not self.over and (self._catching is None or self._catching.done()):
            self._catching = asyncio.create_task(self._catch_up())

    def _behind(self) -> bool:
        return self._stale or self._head > self.page.last or bool(self._waiting)

    async def _catch_up(self) -> None:
        vain = 0
        while self._behind() and not self.over:
            before = self.page.last
            try:
                if self._stale or vain >= VAIN_ASKS:
                    await self._renew()
                    vain = 0
                else:
                    self.tally.counts["pulls"] += 1
                    asked = f"{self.path}/since/{before}?epoch={self.page.epoch}"
                    self.receive((await self.door.get(asked)).json())
            except GivenUp:
                continue  # it is in the tally; a page goes on asking
            except Turned:
                self.over = True
                return
            if self.page.last == before and self._behind():
                await asyncio.sleep(rest(vain, self.door.chance))
                vain += 1

    async def _renew(self) -> None:
        self.tally.counts["renewals"] += 1
        fresh = Page(await self.door.page(self.path))
        if fresh.epoch != self.page.epoch:
            self._waiting.clear()
            self.tally.forget(self.number)
        self.page.renew(fresh)
        self._head, self._stale = fresh.last, False
        self._work()

    async def _keep_line(self) -> None:
        tries = 0
        while not self.over:
            line = None
            try:
                namespace = "/staff" if self.door.staff else "/portal"
                line = await Line.open(self.door.url, namespace, self.door.cookie, self._heard)
                asked = {"channel": self.page.channel, "after": self.page.last, "epoch": self.page.epoch}
                await line.emit("join", asked, acknowledged=True)
                self._line, tries = line, 0
                async for name, data in line.packets():
                    self._hear(name, data)
            except Down as problem:
                self.door.elsewhere()
                if "signed_out" in str(problem):
                    self._end(f"was refused: {problem}")
            finally:
                self._line = self._joined_at = None
                if line is not None:
                    line.drop()
            self.tally.counts["reconnects"] += 1
            await asyncio.sleep(rest(tries, self.door.chance))
            tries += 1

    def _heard(self, frame: bytes) -> None:
        if not self.door.staff:
            self.tally.public_bytes(frame, f"socket of {self.door.account.email}")

    def _hear(self, name: str, data: Any) -> None:
        if name == "event":
            self.take(data)
        elif name == "head":
            self.receive(data)
        elif name == "presence":
            self._count(data)
        elif name == "gone":
            self._end(f"was put out: {data['reason']}")
        elif name == "answer" and data["ok"]:
            self.receive(data)
            self._joined_at = monotonic()
        elif name == "answer" and data["error"] == "limited":
            raise Down("limited")
        elif name == "answer":
            self._end(f"could not join: {data['error']}")

    def _count(self, roster: dict[str, Any]) -> None:
        if "viewers" in roster:
            self.tally.most_viewers = max(self.tally.most_viewers, len(roster["viewers"]))

    def _end(self, sentence: str) -> None:
        self.over = True
        self.tally.fail(f"ticket {self.number}: {self.door.account.email} {sentence}")
        self.drop()


async def _ended(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.wait([task])
