"""Faults under a crew of robots: some in short form each time, all of them at full length in the full run."""

from __future__ import annotations

import pytest

from bench.faults import broken, mails
from bench.faults.trial import Trial, at_work
from bench.faults.trials import FAULTS

SHORT = {
    "C1 workers killed": at_work(broken.killed_workers, 12),
    "C2 Redis killed, 3 s": at_work(broken.redis_killed(3), 9),
    "C11 fetching mail, killed": Trial(mails.fetching_killed(5), mails.folder),
    "C12 lines broken behind the data": Trial(mails.lines_broken(10), mails.folder),
}


def survives(name: str, trial: Trial) -> None:
    outcome = trial.carry_out(name)
    print(outcome.figures)
    assert outcome.wrong == []


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", SHORT)
def test_nothing_is_lost_and_every_page_ends_as_a_fresh_one(name: str) -> None:
    survives(name, SHORT[name])


@pytest.mark.full
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_lost_at_full_length_either(name: str) -> None:
    survives(name, FAULTS[name])
