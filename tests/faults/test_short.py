"""Three faults in short form: killed workers, Redis gone, readers that never read. `python -m bench.faults` has them all."""

from __future__ import annotations

import asyncio

import pytest

from bench.faults import broken, readers
from bench.faults.fleet import fleet
from bench.faults.trial import trial

pytestmark = pytest.mark.timeout(180)

FAULTS = {
    "C1 workers killed": (broken.killed_workers, 12),
    "C2 Redis killed, 3 s": (broken.redis_killed(3), 9),
    "C6 readers that never read": (readers.silent_readers, 12),
}


@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_lost_and_every_page_ends_as_a_fresh_one(name: str) -> None:
    fault, seconds = FAULTS[name]
    with fleet() as found:
        outcome = asyncio.run(trial(name, found, fault, seconds))
    print(outcome.line())
    assert outcome.wrong == []
    assert outcome.report.counters["answered"], "the crew did work"
