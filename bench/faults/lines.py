"""C5: lines that carry nothing any more, without a word: a browser's, and that of a worker to Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench.faults.broken import LEAVES, restarted
from bench.faults.fleet import Fleet, fleet
from bench.faults.hole import Hole
from bench.faults.watching import watched

SILENT = 25.0  # seconds
VANISHED_WITHIN = 15.0  # seconds: the promise


@contextmanager
def reached_through_holes() -> Iterator[Fleet]:
    """People reach each worker over a wire that can fail."""
    with fleet() as found, ExitStack() as stack:
        found.wires = [stack.enter_context(Hole(each.port)) for each in found.workers]
        found.entrances = [f"http://127.0.0.1:{each.port}" for each in found.wires]
        yield found


@contextmanager
def redis_through_a_hole() -> Iterator[Fleet]:
    """The first worker reaches Redis over a wire that can fail."""
    with fleet(0) as found, Hole(found.redis.port) as hole:
        found.wires = [hole]
        found.add(CONSOLE_REDIS_URL=f"redis://127.0.0.1:{hole.port}/0")
        found.add()
        for each in found.workers:
            each.wait()
        yield found


async def browsers_cut_off(fleet: Fleet, _seconds: float) -> list[str]:
    """Half of the people lose their network; a colleague who is elsewhere has to be told."""
    await asyncio.sleep(LEAVES)
    hole = fleet.wires[0]
    victim, witness = (fleet.entrances[0], fleet.technicians[-1]), (fleet.workers[1].url, fleet.technicians[-2])
    async with watched(victim, witness) as (roster, _, _):
        hole.swallow()
        gone = await roster.until(lambda states: len(states) == 1)
        await asyncio.sleep(max(0.0, SILENT - (gone or 0)))
        hole.carry()
    print(f"  whoever lost the network was gone after {_told(gone)}")
    return [] if gone is not None and gone < 3 * VANISHED_WITHIN else [f"somebody who vanished was there {_told(gone)}"]


async def worker_cut_off(fleet: Fleet, _seconds: float) -> list[str]:
    """A worker hears nothing of Redis: its people are gone or unknown to the others, and theirs unknown to its own."""
    pids = [each.pid for each in fleet.workers]
    await asyncio.sleep(LEAVES)
    (hole,) = fleet.wires
    one, two = ((worker.url, account) for worker, account in zip(fleet.workers, fleet.technicians[-2:], strict=True))
    async with watched(one, two) as (of_one, _, _), watched(two, one) as (of_two, _, _):
        hole.swallow()
        gone, unknown = await asyncio.gather(
            of_one.until(lambda states: len(states) == 1),
            of_two.until(lambda states: "unknown" in states.values() or len(states) == 1),
        )
        await asyncio.sleep(max(0.0, SILENT - max(gone or 0, unknown or 0)))
        hole.carry()
        back = await of_one.until(lambda states: len(states) == 2)
        again = await of_two.until(lambda states: len(states) == 2 and "unknown" not in states.values())
    print(
        f"  people of a worker without Redis were gone after {_told(gone)}, unknown to each other after "
        f"{_told(unknown)}; seen again {_told(back)} and {_told(again)} after it was back"
    )
    wrong = [each for each in (gone, unknown, back, again) if each is None or each > 3 * VANISHED_WITHIN]
    return restarted(fleet, pids) + (["presence was not true in time"] if wrong else [])


def _told(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.1f} s"
