"""Presence over several processes: each tells in Redis what it knows of its own connections, and mirrors what others tell.

A process has one hash, whose life is its lease: renewed every 3 s, gone 9 s after the process is, by Redis' own clock.
A field is a ticket. Whoever writes a field says so on the line; whoever hears it reads that field. What got lost on the
way is found by reading all of them again, when the line comes back and every 15 s.
"""

from __future__ import annotations

import asyncio
import random
import re
import secrets
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any

from console.line import Away, Command, Line
from console.presence import telling
from console.presence.registry import Presence

LEASE = 9.0  # seconds
RENEW_EVERY = 3.0  # seconds: three chances in a lease
SWEEP_EVERY = 1.0  # seconds
REPAIR_EVERY = 15.0  # seconds
SELF = "here"  # a field that keeps an empty hash alive

_PROCESS = re.compile(r"[0-9a-f]{16}")
_HERE = re.compile(r"([0-9a-f]{16}) ([1-9][0-9]{0,15})")
_DROP = re.compile(r"([1-9][0-9]{0,15}) (poll:\S{1,70})")


class Sharing:
    """`fenced` is called when this process was stopped for so long that the others took it for gone: its connections are
    stale, and whoever still has one has to come again."""

    def __init__(self, presence: Presence, line: Line, fenced: Callable[[], None]) -> None:
        self.process = secrets.token_hex(8)
        self._presence, self._line, self._fenced = presence, line, fenced
        self._told: dict[int, str] = {}  # what this process's hash holds, as far as it knows
        self._changed: set[int] = set()
        self._others: dict[str, set[int]] = {}  # fields to be read, by process
        self._seen: set[str] = set()  # processes that are mirrored
        self._wake = asyncio.Event()
        self._back = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        presence.on_part(self._share)
        presence.on_drop(self._drop)
        line.subscribe("here", self._hear)
        line.subscribe("drop", self._hear_drop)
        line.on_state(self._turned)

    async def start(self) -> None:
        """Begin, and wait for what the others tell, if the line is there at once."""
        self._presence.doubt(not self._line.up)
        self._tasks = [asyncio.create_task(each()) for each in self._work()]

    async def stop(self) -> None:
        """What this process told stays until its lease is over: whoever comes back elsewhere was never gone."""
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _work(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        return self._notice_a_stop, self._renew, self._exchange, self._sweep, self._repair

    # The line

    def _turned(self, up: bool) -> None:
        if up:
            self._back.set()
        else:
            self._presence.doubt(True)

    def _hear(self, text: str) -> None:
        found = _HERE.fullmatch(text)
        if found and found[1] != self.process:
            self._others.setdefault(found[1], set()).add(int(found[2]))
            self._wake.set()

    def _drop(self, number: int, key: str) -> None:
        self._line.publish("drop", f"{number} {key}")

    def _hear_drop(self, text: str) -> None:
        if found := _DROP.fullmatch(text):
            self._presence.leave(int(found[1]), found[2], grace=False)

    def _share(self, number: int) -> None:
        self._changed.add(number)
        self._wake.set()

    def _hash(self, process: str) -> str:
        return self._line.key("here", process)

    # What runs

    async def _renew(self) -> None:
        """Keep the lease, and agree about the time."""
        while True:
            try:
                own = self._hash(self.process)
                alive, _, seconds, micros = flat(
                    await self._line.ask(
                        [
                            ("PEXPIRE", own, int(LEASE * 1_000)),
                            ("SADD", self._line.key("processes"), self.process),
                            ("TIME",),
                        ]
                    )
                )
                self._presence.clock.set(telling.moment(int(seconds) * 1_000_000 + int(micros)))
                if not alive:
                    await self._tell_all()
            except Away:
                pass  # the line tells when it is back
            await asyncio.sleep(RENEW_EVERY)

    async def _notice_a_stop(self) -> None:
        """Whoever was stopped for longer than the lease is another process now. Waiting for Redis is no stop."""
        while True:
            slept = monotonic()
            await asyncio.sleep(RENEW_EVERY)
            if monotonic() - slept > LEASE:
                self.process, self._told = secrets.token_hex(8), {}
                self._presence.abandon()
                self._fenced()

    async def _tell_all(self) -> None:
        """Write the whole hash: it is new, or Redis has lost it."""
        own, now = self._hash(self.process), self._fields()
        fields: list[Any] = [SELF, "1"]
        for number, field in now.items():
            fields += [number, field]
        commands: list[Command] = [
            ("DEL", own),
            ("HSET", own, *fields),
            ("PEXPIRE", own, int(LEASE * 1_000)),
            ("SADD", self._line.key("processes"), self.process),
            *(self._news(number) for number in {*now, *self._told}),
        ]
        await self._line.ask(commands)
        self._told = now

    async def _exchange(self) -> None:
        """Tell what changed here, and read what changed elsewhere."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._tell_changes()
                await self._read_changes()
            except Away:
                self._changed.clear()  # all is told and read when the line is back
                self._others.clear()

    async def _tell_changes(self) -> None:
        own, commands, told = self._hash(self.process), list[Command](), dict[int, str]()
        changed, self._changed = self._changed, set()
        for number in changed:
            field = self._field(number)
            if field != self._told.get(number, ""):
                commands.append(("HSET", own, number, field) if field else ("HDEL", own, number))
                commands.append(self._news(number))
                told[number] = field
        if commands:
            await self._line.ask(commands)
            for number, field in told.items():
                if field:
                    self._told[number] = field
                else:
                    self._told.pop(number, None)

    async def _read_changes(self) -> None:
        others, self._others = self._others, {}
        asked = [(process, number) for process, numbers in others.items() for number in numbers]
        if asked:
            found = await self._line.ask([("HGET", self._hash(process), number) for process, number in asked])
            for (process, number), field in zip(asked, found, strict=True):
                self._seen.add(process)
                self._presence.hear(process, number, telling.part(field))

    async def _sweep(self) -> None:
        """Forget processes whose lease is over."""
        while True:
            await asyncio.sleep(SWEEP_EVERY * random.uniform(0.8, 1.2))
            seen = sorted(self._seen)
            if not seen:
                continue
            try:
                alive = await self._line.ask([("EXISTS", self._hash(each)) for each in seen])
            except Away:
                continue
            for process, there in zip(seen, alive, strict=True):
                if not there:
                    self._seen.discard(process)
                    self._presence.forget(process)
                    self._line.say([("SREM", self._line.key("processes"), process)])

    async def _repair(self) -> None:
        """Read everything again, now and then and whenever something may have been missed."""
        while True:
            try:
                await asyncio.wait_for(self._back.wait(), REPAIR_EVERY)
            except TimeoutError:
                pass
            self._back.clear()
            if self._line.up:
                try:
                    await self._read_all()
                    self._presence.doubt(not self._line.up)
                except Away:
                    pass

    async def _read_all(self) -> None:
        own = self._hash(self.process)
        members, mine = await self._line.ask([("SMEMBERS", self._line.key("processes")), ("HGETALL", own)])
        if fields(mine) != self._fields() or SELF not in mine:  # what changed while nobody answered was never told
            await self._tell_all()
        others = [each for each in members if each != self.process and _PROCESS.fullmatch(each)]
        hashes = await self._line.ask([("HGETALL", self._hash(each)) for each in others]) if others else []
        for process, found in zip(others, hashes, strict=True):
            if not found:
                self._presence.forget(process)
                continue
            self._seen.add(process)
            told = fields(found)
            for number in {*told, *self._presence.heard(process)}:
                self._presence.hear(process, number, telling.part(told.get(number)))
        for process in self._seen - set(others):
            self._seen.discard(process)
            self._presence.forget(process)

    def _news(self, number: int) -> Command:
        return "PUBLISH", self._line.key("here"), f"{self.process} {number}"

    def _fields(self) -> dict[int, str]:
        return {number: self._field(number) for number in self._presence.parts()}

    def _field(self, number: int) -> str:
        return telling.field(self._presence.part(number))


def fields(found: dict[str, str]) -> dict[int, str]:
    """The tickets of a hash."""
    return {int(name): value for name, value in found.items() if name.isascii() and name.isdigit() and len(name) < 17}


def flat(answers: list[Any]) -> list[Any]:
    """Answers with the pair of TIME laid open."""
    return [*answers[:-1], *answers[-1]]
