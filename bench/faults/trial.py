"""One trial: something breaks, and then everything has to be as if nothing had. Most have a crew at work meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic

from bench.faults.broken import Fault
from bench.faults.fleet import Fleet

CONSISTENT_WITHIN = 5.0  # seconds: the promise
PATIENCE = 60.0  # seconds that a trial waits to find out how long it really takes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured, in words. `wrong` are sentences; none if the desk survived."""

    figures: str
    wrong: list[str] = field(default_factory=list)


Trial = Callable[[Fleet], Awaitable[Outcome]]


def at_work(fault: Fault, seconds: float) -> Trial:
    """Let a crew work for so many seconds while the fault happens."""

    async def trial(fleet: Fleet) -> Outcome:
        crew = fleet.crew()
        try:
            await crew.start()
            _, also = await asyncio.gather(crew.run(seconds), fault(fleet, seconds))
            report = await crew.settle(PATIENCE)
        finally:
            await crew.stop()
        wrong = [
            *also,
            *(sentence for kind, found in report.findings() for sentence in (f"{kind}: {each}" for each in found)),
        ]
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

    return trial


async def tried(name: str, fleet: Fleet, trial: Trial) -> Outcome:
    """The outcome of a trial with its name and time before it; whatever it is, no worker may fail in it."""
    began = monotonic()
    found = await trial(fleet)
    wrong = list(found.wrong)
    if "Traceback" in (said := fleet.said()):
        wrong.append(f"a worker failed: {said[said.index('Traceback') :][:2_000]}")
    return Outcome(f"{name:<38} {found.figures}; {monotonic() - began:.0f} s", wrong)
