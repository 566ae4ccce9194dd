"""C8: clocks that are wrong: a worker an hour ahead, then half a minute more, then back by an hour, at once each time."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from bench.faults.broken import restarted
from bench.faults.fleet import ROOT, Fleet, fleet
from bench.faults.watching import watched

STEPS = ("+3600", "+3630", "-3600", "+0")  # seconds


@contextmanager
def one_with_a_wrong_clock() -> Iterator[Fleet]:
    """The first worker's wall clock can be set; what measures spans of time is left alone, as by a real step."""
    library = subprocess.run([ROOT / "bin/faketime"], check=True, capture_output=True, text=True).stdout.strip()
    with fleet(0) as found:
        clock = found.folder / "clock"
        clock.write_text("+0")
        found.add(
            LD_PRELOAD=library,
            FAKETIME_TIMESTAMP_FILE=str(clock),
            FAKETIME_NO_CACHE="1",
            FAKETIME_DONT_FAKE_MONOTONIC="1",
        )
        found.add()
        for each in found.workers:
            each.wait()
        yield found


async def clock_steps(fleet: Fleet, seconds: float) -> list[str]:
    """Nobody may vanish for it."""
    pids = [each.pid for each in fleet.workers]
    one, two = ((worker.url, account) for worker, account in zip(fleet.workers, fleet.technicians[-2:], strict=True))
    lost: list[str] = []
    async with watched(one, two) as (of_one, _, _), watched(two, one) as (of_two, _, _):
        for step in STEPS:
            (fleet.folder / "clock").write_text(step)
            for roster in (of_one, of_two):
                waiting = asyncio.create_task(
                    roster.until(lambda states: len(states) < 2 or "unknown" in states.values())
                )
                await asyncio.wait([waiting], timeout=seconds / len(STEPS) / 2)
                if waiting.done():
                    lost.append(f"with a clock {step} s off somebody vanished: {roster.states}")
                waiting.cancel()
    return restarted(fleet, pids) + lost
