"""One trial: a crew works, something breaks meanwhile, and then everything has to be as if nothing had."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from time import monotonic

from bench.faults.broken import Fault
from bench.faults.fleet import Fleet, fleet
from console.robots.checking import Report

CONSISTENT_WITHIN = 5.0  # seconds: the promise
PATIENCE = 60.0  # seconds that a trial waits to find out how long it really takes


@dataclass(frozen=True, slots=True)
class Outcome:
    """`wrong` are sentences; none if the desk survived."""

    fault: str
    report: Report
    seconds: float
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """What was measured, on one line."""
        found, counted = self.report, self.report.counters
        consistent = "never" if found.consistent_after is None else f"{found.consistent_after:.1f} s"
        return (
            f"{self.fault:<34} consistent after {consistent:>6}, lost {len(found.lost)}, doubled {len(found.doubled)}, "
            f"failed {len(found.failures)}, leaks {len(found.leaks)}; {counted.get('answered')} answered, "
            f"{counted.get('retried')} retried, {counted.get('reconnects')} reconnects; {self.seconds:.0f} s"
        )


Course = Callable[[str, Fleet, float], Awaitable[Outcome]]  # what happens in so many seconds


@dataclass(frozen=True, slots=True)
class Trial:
    """`desk` is what it happens to."""

    course: Course
    seconds: float
    desk: Callable[[], AbstractContextManager[Fleet]] = fleet

    def carry_out(self, name: str) -> Outcome:
        with self.desk() as found:
            return asyncio.run(self.course(name, found, self.seconds))  # type: ignore[arg-type]


def under(fault: Fault) -> Course:
    """A crew works while the fault happens."""

    async def course(name: str, fleet: Fleet, seconds: float) -> Outcome:
        began = monotonic()
        crew = fleet.crew()
        try:
            await crew.start()
            _, also = await asyncio.gather(crew.run(seconds), fault(fleet, seconds))
            report = await crew.settle(PATIENCE)
        finally:
            await crew.stop()
        return judged(name, fleet, report, monotonic() - began, also)

    return course


def judged(name: str, fleet: Fleet, report: Report, seconds: float, also: list[str]) -> Outcome:
    """What a report says of the desk, with whatever `also` was wrong."""
    wrong = [
        *also,
        *(sentence for kind, found in report.findings() for sentence in (f"{kind}: {each}" for each in found)),
    ]
    if report.consistent_after is None or report.consistent_after > CONSISTENT_WITHIN * 3:
        wrong.append(f"pages were equal after {report.consistent_after} s, promised are {CONSISTENT_WITHIN}")
    if "Traceback" in (said := fleet.said()):
        wrong.append(f"a worker failed: {said[said.index('Traceback') :][:2_000]}")
    return Outcome(name, report, seconds, wrong)
