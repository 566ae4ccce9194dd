"""What the commit of a reply costs (message, activity, ticket, counter), and what the event loop feels of it."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import uvloop

from bench.measuring import introduce, load, medians, percentile, show, spread
from bench.stage import person, set_synchronous, staged, words
from console.database import Database
from console.desk.actions.reply import post_reply
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.message import Draft
from console.desk.people import Person

TICKETS = 50
TICK = 0.001  # seconds between two looks at how late the loop is
AT_ONCE = 16
SYNCS = 200


class Replies:
    """Replies of one technician, round the tickets. `spent` is the writer thread's CPU time in them, in seconds."""

    def __init__(self, desk: Desk, tickets: list[int], actor: Person) -> None:
        self.desk, self._tickets, self._actor = desk, tickets, actor
        self.count = 0
        self.spent = 0.0

    async def post(self) -> float:
        """Post one; gives the milliseconds until it is committed."""
        self.count += 1
        began = perf_counter()
        await self.desk.do(self._timed, self._tickets[self.count % TICKETS], f"bench-{self.count}")
        return (perf_counter() - began) * 1000

    def _timed(self, desk: Desk, number: int, command_id: str) -> Receipt:
        began = thread_time()
        try:
            return post_reply(
                desk, number, self._actor, draft=Draft(words(self.count)), audience="staff", command_id=command_id
            )
        finally:
            self.spent += thread_time() - began


async def open_loop(replies: Replies, rate: float, seconds: float) -> list[float]:
    """`rate` replies a second, whatever they take: p50 p95 p99, loop lag p99 idle and meanwhile, CPU of one; all in ms."""
    idle = await _lag_during(asyncio.sleep(min(5.0, seconds)))
    before = replies.spent, replies.count
    taken: list[float] = []

    async def run() -> None:
        began = perf_counter()
        async with asyncio.TaskGroup() as group:
            for place in range(int(rate * seconds)):
                await asyncio.sleep(max(0.0, began + place / rate - perf_counter()))
                group.create_task(_note(replies, taken))

    busy = await _lag_during(run())
    cost = (replies.spent - before[0]) * 1000 / (replies.count - before[1])
    return [*spread(taken), percentile(idle, 0.99), percentile(busy, 0.99), cost]


async def closed_loop(replies: Replies, at_once: int, seconds: float) -> list[float]:
    """As many replies as go, `at_once` under way: how many a second, p50 p95 p99 of one, CPU of one (ms)."""
    before = replies.spent, replies.count
    taken: list[float] = []
    began = perf_counter()

    async def again() -> None:
        while perf_counter() - began < seconds:
            await _note(replies, taken)

    await asyncio.gather(*(again() for _ in range(at_once)))
    took = perf_counter() - began
    cost = (replies.spent - before[0]) * 1000 / (replies.count - before[1])
    return [len(taken) / took, *spread(taken), cost]


async def _note(replies: Replies, taken: list[float]) -> None:
    taken.append(await replies.post())


async def _lag_during(work: Coroutine[Any, Any, None]) -> list[float]:
    """How late a ticker of one millisecond was, each time, while `work` ran (ms)."""
    task = asyncio.create_task(work)
    late: list[float] = []
    while not task.done():
        before = perf_counter()
        await asyncio.sleep(TICK)
        late.append((perf_counter() - before - TICK) * 1000)
    await task
    return late


def bare_sync(folder: Path) -> list[float]:
    """What this disk takes to make 4 KiB durable: p50 p95 p99 in ms, below which no commit can be."""
    taken = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            began = perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            taken.append((perf_counter() - began) * 1000)
    return spread(taken)


async def measure(desk: Desk, tickets: list[int], rate: float, seconds: float) -> dict[str, list[float]]:
    replies = Replies(desk, tickets, person(desk, "poster"))
    found: dict[str, list[float]] = {}
    for level in ("full", "normal") if desk.database.is_sqlite else ("on",):
        if desk.database.is_sqlite:
            set_synchronous(desk.database, level)
        await open_loop(replies, rate, 1)
        found[f"{level} open"] = await open_loop(replies, rate, seconds)
        for at_once in (1, AT_ONCE):
            found[f"{level} closed {at_once}"] = await closed_loop(replies, at_once, seconds / 4)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.commit", description=__doc__)
    parser.add_argument("--rate", type=float, default=50, help="replies per second, open loop (50)")
    parser.add_argument(
        "--seconds", type=float, default=20, help="length of the open loop; closed ones take a quarter (20)"
    )
    parser.add_argument("--rounds", type=int, default=3, help="medians of so many are shown (3)")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL, with its disk waited for")
    asked = parser.parse_args()
    introduce(f"Committing a reply through the desk's writers, {'PostgreSQL' if asked.postgresql else 'SQLite'}")
    rounds: list[dict[str, list[float]]] = []
    disk: list[list[float]] = []
    for _ in range(asked.rounds):
        with staged(technicians=1, messages=[5] * TICKETS, shared=asked.postgresql) as stage:
            disk.append(bare_sync(stage.data))
            database = Database(stage.settings.database_address)
            try:
                rounds.append(uvloop.run(measure(Desk(database), stage.tickets, asked.rate, asked.seconds)))
            finally:
                database.close()
    waits = ("on",) if asked.postgresql else ("full", "normal")
    found = {name: medians([each[name] for each in rounds]) for name in rounds[0]}
    show(
        (f"open loop, {asked.rate:g}/s", "commit p50", "p95", "p99 ms", "lag p99 idle", "and now ms", "CPU ms/commit"),
        [(f"synchronous={level}", *found[f"{level} open"]) for level in waits],
    )
    show(
        ("closed loop", "commits/s", "commit p50", "p95", "p99 ms", "CPU ms/commit"),
        [
            (f"synchronous={level}, {at_once} at once", *found[f"{level} closed {at_once}"])
            for level in waits
            for at_once in (1, AT_ONCE)
        ],
    )
    p50, _, p99 = medians(disk)
    print(f"\nThe disk of {tempfile.gettempdir()} alone makes 4 KiB durable in {p50:.2f} ms (p99 {p99:.2f}).")
    print(f"Medians of {asked.rounds} rounds, {load()} at the end. CPU is the writer thread's.")


if __name__ == "__main__":
    main()
