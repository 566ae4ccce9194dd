"""One trial: something breaks, and then everything has to be as if nothing had. Most have a crew at work meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from bench.faults.broken import Fault
from bench.faults.fleet import Fleet, fleet
from console.robots.checking import Report

CONSISTENT_WITHIN = 5.0  # seconds: the promise
PATIENCE = 60.0  # seconds that a trial waits to find out how long it really takes

Desk = Callable[[], AbstractContextManager[Fleet]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured, in words. `wrong` are sentences; none if the desk survived."""

    figures: str
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trial:
    """A course of things, and the desk that it happens to."""

    course: Callable[[Any], Awaitable[Outcome]]
    desk: Callable[[], AbstractContextManager[Any]] = fleet

    def carry_out(self, name: str) -> Outcome:
        """The outcome with its name and time; whatever it is, no worker may fail in it."""
        began = monotonic()
        with self.desk() as found:
            outcome = asyncio.run(_awaited(self.course(found)))
            said = found.said()
        wrong = list(outcome.wrong)
        if "Traceback" in said:
            wrong.append(f"a worker failed: {said[said.index('Traceback') :][:2_000]}")
        return Outcome(f"{name:<38} {outcome.figures}; {monotonic() - began:.0f} s", wrong)


def at_work(fault: Fault, seconds: float, desk: Desk = fleet) -> Trial:
    """Let a crew work for so many seconds while the fault happens."""

    async def course(fleet: Fleet) -> Outcome:
        crew = fleet.crew()
        try:
            await crew.start()
            _, also = await asyncio.gather(crew.run(seconds), fault(fleet, seconds))
            report = await crew.settle(PATIENCE)
        finally:
            await crew.stop()
        return judged(report, also)

    return Trial(course, desk)


def judged(report: Report, also: Sequence[str]) -> Outcome:
    """What a crew found in the end, and what was `also` wrong."""
    wrong = [*also, *(f"{kind}: {each}" for kind, found in report.findings() for each in found)]
    if report.consistent_after is None or report.consistent_after > CONSISTENT_WITHIN * 3:
        wrong.append(f"pages were equal after {report.consistent_after} s, promised are {CONSISTENT_WITHIN}")
    counted = report.counters
    if not counted["answered"]:
        wrong.append("the crew did no work")
    consistent = "never" if report.consistent_after is None else f"{report.consistent_after:.1f} s"
    return Outcome(
        f"consistent after {consistent:>6}, lost {len(report.lost)}, doubled {len(report.doubled)}, "
        f"failed {len(report.failures)}, leaks {len(report.leaks)}; {counted.get('answered')} answered, "
        f"{counted.get('retried')} retried, {counted.get('reconnects')} reconnects",
        wrong,
    )


async def _awaited(outcome: Awaitable[Outcome]) -> Outcome:
    return await outcome
