"""`python -m bench.faults [NAME …]`: breaks a desk in each of these ways, and prints one line for each."""

from __future__ import annotations

import asyncio
import sys

import click

from bench.faults import broken, herd, killing, readers
from bench.faults.fleet import fleet
from bench.faults.trial import Trial, at_work, tried

FAULTS: dict[str, Trial] = {
    "C1 workers killed": at_work(broken.killed_workers, 60),
    "C2 Redis killed, 3 s": at_work(broken.redis_killed(3), 15),
    "C2 Redis killed, 60 s": at_work(broken.redis_killed(60), 75),
    "C2 Redis stopped, 20 s": at_work(broken.redis_stopped(20), 35),
    "C2 Redis flushed": at_work(broken.redis_flushed, 25),
    "C3 PostgreSQL restarted": at_work(broken.database_down(0), 15),
    "C3 PostgreSQL down, 30 s": at_work(broken.database_down(30), 50),
    "C4 worker stopped, 30 s": at_work(broken.worker_stopped(30), 50),
    "C4 stopped before its commit": at_work(broken.counter_held, 20),
    "C6 readers that never read": at_work(readers.silent_readers, 30),
    "C10 rolling restart": at_work(broken.rolling_restart, 30),
    "L4 a thousand sockets drop and return": herd.returning(1_000),
    "L5 connect and kill": killing.cycles(20_000),
}


@click.command()
@click.argument("names", nargs=-1)
@click.option("--workers", default=2, show_default=True)
def main(names: tuple[str, ...], workers: int) -> None:
    """Break a desk; NAMES are beginnings of faults (C1 C2 …), all if none is given."""
    failed = 0
    for name, trial in FAULTS.items():
        if names and not name.startswith(names):
            continue
        with fleet(workers) as found:
            outcome = asyncio.run(tried(name, found, trial))
        click.echo(outcome.figures)
        for sentence in outcome.wrong[:10]:
            click.echo(f"  - {sentence[:1_500]}")
        failed += bool(outcome.wrong)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
