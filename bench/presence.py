"""Presence: how soon the others see who comes, who leaves and who vanishes, and what it costs the server."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic_ns

import msgspec
import uvloop

from bench.clients import Viewer, connect
from bench.measuring import cpu_seconds, introduce, load, percentile, show
from bench.stage import Server, Stage, served, served_by, staged

GROUPS = 10  # tickets on which rounds are run at the same time
CHANGES = 200  # of one person's state, for the cost of a change
APART = 0.1  # seconds between them, so that none is gathered with the next
CALM = 1.0  # seconds in which what was begun comes to its end
LONGEST = 30.0  # seconds that anything may take


@dataclass(slots=True)
class Watch:
    """The people who watch one ticket: the names in the newest roster of each, and every frame's size."""

    rosters: list[set[str]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    at: int = 0  # when the last frame came

    def watcher(self) -> Callable[[bytes, int], None]:
        place = len(self.rosters)
        self.rosters.append(set())

        def arrived(payload: bytes, now: int) -> None:
            told = msgspec.json.decode(payload[payload.index(b",") + 1 :])[1]
            self.rosters[place] = {viewer["name"] for viewer in told["viewers"]}
            self.sizes.append(len(payload))
            self.at = now
            self.changed.set()

        return arrived

    async def until(self, name: str, there: bool) -> int:
        """Wait until the last of them is told that somebody is there, or is not; gives when."""
        async with asyncio.timeout(LONGEST):
            while any((name in roster) is not there for roster in self.rosters):
                self.changed.clear()
                await self.changed.wait()
        return self.at


class Ticket:
    """One ticket with its watchers at the first server, and somebody who comes and goes at the last one."""

    def __init__(self, servers: Sequence[Server], stage: Stage, number: int, first: int) -> None:
        self._servers, self._stage, self._first = servers, stage, first
        self._channel, self._name = f"ticket:{number}", f"Tess Number{first}"
        self.watch = Watch()
        self.viewers: list[Viewer] = []

    async def gather(self, people: int) -> None:
        """Open the watchers' pages: one person fewer than `people`."""
        for place in range(self._first + 1, self._first + people):
            self.viewers.append(await self._open(self._servers[0], place, self.watch.watcher()))

    async def come(self) -> tuple[Viewer, float, float]:
        """The page of whoever comes: milliseconds until all see them, from its connection and from its join alone."""
        began = monotonic_ns()
        guest = await self._open(self._servers[-1], self._first, lambda _payload, _now: None, channels=["me"])
        asked = monotonic_ns()
        guest.emit("join", channel=self._channel)
        seen = await self.watch.until(self._name, there=True)
        return guest, (seen - began) / 1e6, (seen - asked) / 1e6

    async def go(self, leave: Callable[[], None]) -> float:
        """Seconds from `leave` until nobody sees them any more."""
        began = monotonic_ns()
        leave()
        return (await self.watch.until(self._name, there=False) - began) / 1e9

    def leaving(self, guest: Viewer) -> None:
        guest.emit("leave", channel=self._channel)

    async def _open(
        self, at: Server, place: int, arrived: Callable[[bytes, int], None], channels: list[str] | None = None
    ) -> Viewer:
        channels = [self._channel] if channels is None else channels
        cookie = self._stage.cookie(f"tech{place}")
        return await connect(at.host, at.port, cookie, "/staff", channels, "en", arrived, "presence")


@dataclass(slots=True)
class Times:
    connected: list[float] = field(default_factory=list)  # ms
    joined: list[float] = field(default_factory=list)  # ms
    left: list[float] = field(default_factory=list)  # s
    closed: list[float] = field(default_factory=list)  # s
    vanished: list[float] = field(default_factory=list)  # s
    killed: list[float] = field(default_factory=list)  # s


async def come_and_go(ticket: Ticket, rounds: int, times: Times, vanishing: bool) -> None:
    """Rounds of one person on one ticket: by turns they say that they leave, and just close; or they vanish."""
    for place in range(rounds):
        guest, connected, joined = await ticket.come()
        times.connected.append(connected)
        times.joined.append(joined)
        await asyncio.sleep(random.uniform(0, 6) if vanishing else 0.1)
        if vanishing:
            times.vanished.append(await ticket.go(partial(setattr, guest, "silent", True)))
        elif place % 2:
            times.closed.append(await ticket.go(guest.transport.close))
        else:
            times.left.append(await ticket.go(partial(ticket.leaving, guest)))
        guest.transport.close()


async def times_of(servers: Sequence[Server], stage: Stage, people: int, rounds: int, vanishing: int) -> Times:
    tickets = [Ticket(servers, stage, stage.tickets[place], place * people) for place in range(GROUPS)]
    times = Times()
    for ticket in tickets:
        await ticket.gather(people)
    await asyncio.gather(*(come_and_go(each, rounds // GROUPS, times, vanishing=False) for each in tickets))
    await asyncio.gather(*(come_and_go(each, vanishing // GROUPS, times, vanishing=True) for each in tickets))
    for ticket in tickets:
        for viewer in ticket.viewers:
            viewer.transport.close()
    return times


async def killed(servers: Sequence[Server], stage: Stage, people: int, times: Times) -> None:
    """The last server is killed with a guest on each ticket."""
    tickets = [Ticket(servers, stage, stage.tickets[place], place * people) for place in range(GROUPS)]
    for ticket in tickets:
        await ticket.gather(people)
        await ticket.come()
    os.kill(servers[-1].pid, signal.SIGKILL)
    times.killed += await asyncio.gather(*(each.go(lambda: None) for each in tickets))
    for ticket in tickets:
        for viewer in ticket.viewers:
            viewer.transport.close()


async def cost_of(server: Server, stage: Stage, people: int) -> tuple[float, float, float, float]:
    """What one change costs with so many on the ticket: messages, bytes of one, bytes of all, the server's CPU (ms)."""
    ticket = Ticket([server], stage, stage.tickets[0], 0)
    await ticket.gather(people + 1)
    await asyncio.sleep(CALM)
    ticket.watch.sizes.clear()
    before = cpu_seconds(server.pid)
    for place in range(CHANGES):
        ticket.viewers[0].emit("intent", channel=f"ticket:{stage.tickets[0]}", state=("reply", "idle")[place % 2])
        await asyncio.sleep(APART)
    await asyncio.sleep(CALM)
    spent, sizes = (cpu_seconds(server.pid) - before) * 1000, ticket.watch.sizes
    for viewer in ticket.viewers:
        viewer.transport.close()
    await asyncio.sleep(3)
    return len(sizes) / CHANGES, sum(sizes) / len(sizes), sum(sizes) / CHANGES, spent / CHANGES


async def idling(server: Server, stage: Stage, people: int, tickets: int, seconds: float) -> tuple[float, float]:
    """The server's CPU in per cent of a core: with nobody there, and with so many who only look."""
    alone = await _share(server, seconds)
    viewers: list[Viewer] = []
    for place in range(people):
        channels = [f"ticket:{stage.tickets[place % tickets]}", "me"]
        cookie = stage.cookie(f"tech{place}")
        page = connect(server.host, server.port, cookie, "/staff", channels, "en", lambda _p, _n: None, "presence")
        viewers.append(await page)
    await asyncio.sleep(CALM)
    together = await _share(server, seconds)
    for viewer in viewers:
        viewer.transport.close()
    return alone, together


async def _share(server: Server, seconds: float) -> float:
    before = cpu_seconds(server.pid)
    await asyncio.sleep(seconds)
    return (cpu_seconds(server.pid) - before) / seconds * 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.presence", description=__doc__)
    parser.add_argument("--people", type=int, default=12, help="people on each ticket, the one who comes included (12)")
    parser.add_argument("--rounds", type=int, default=100, help="times that somebody comes and leaves (100)")
    parser.add_argument("--vanishing", type=int, default=30, help="times that somebody vanishes, 4 to 10 s each (30)")
    parser.add_argument("--idle", type=float, default=30, help="seconds for which idle people are watched (30)")
    parser.add_argument("--workers", type=int, default=1, help="more: PostgreSQL, Valkey, guests elsewhere, kills (1)")
    parser.add_argument("--kills", type=int, default=3, help="times that a worker is killed, if there are several (3)")
    asked = parser.parse_args()
    introduce(f"Presence: join, leave, vanish; the cost of a change; people who only look. Workers: {asked.workers}")
    shared = asked.workers > 1
    with (
        staged(technicians=200, messages=[2] * 50, shared=shared) as stage,
        served_by(stage, asked.workers) as servers,
    ):
        server = servers[0]
        times = uvloop.run(times_of(servers, stage, asked.people, asked.rounds, asked.vanishing))
        for _ in range(asked.kills if shared else 0):
            with served(stage) as doomed:
                uvloop.run(killed([server, doomed], stage, asked.people, times))
        costs = [(str(people), *uvloop.run(cost_of(server, stage, people))) for people in (5, 50)]
        alone, together = uvloop.run(idling(server, stage, 200, 50, asked.idle))
    show(
        ("until the last of the others is told", "p50", "p99", "rounds"),
        [
            (name, percentile(values, 0.5), percentile(values, 0.99), len(values))
            for name, values in (
                ("joined, from the join (ms)", times.joined),
                ("joined, from opening the connection (ms)", times.connected),
                ("left by saying so (s)", times.left),
                ("left by closing (s)", times.closed),
                ("vanished (s)", times.vanished),
                ("their worker was killed (s)", times.killed),
            )
        ],
    )
    show(("people on the ticket", "messages", "bytes of one", "bytes of all", "CPU ms"), costs)
    print(
        f"\n200 people who only look, 4 on each of 50 tickets: {together:.1f} % of a core, without them {alone:.1f} %."
    )
    print(f"{asked.people} people on each of {GROUPS} tickets at a time; {load()} at the end.")


if __name__ == "__main__":
    main()
