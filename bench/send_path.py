"""How long from a reply's POST until the last viewer's socket has it, and what a send and a delivery cost the server."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from time import monotonic_ns

import uvloop

from bench.audience import Audience, lookers, mark, watching
from bench.clients import Browser
from bench.measuring import cpu_seconds, introduce, load, medians, percentile, show, spread
from bench.stage import Server, Stage, served_by, staged, words

TICKETS = 10  # the sends go round them, as no ticket gets a thousand replies
MESSAGES = 5  # on each ticket before
QUIET_RATE = 5.0
WARM_UP = 20  # sends that are not counted
SETTLE = 1.0  # seconds for what is still on its way


@dataclass(slots=True)
class Run:
    """One run's sends by mark: when each was due, sent and answered (monotonic, ns)."""

    due: dict[int, int] = field(default_factory=dict)
    sent: dict[int, int] = field(default_factory=dict)
    answered: dict[int, int] = field(default_factory=dict)


class Poster:
    """A technician who replies on these tickets at a fixed rate, whether or not the answers keep up."""

    def __init__(self, browser: Browser, tickets: list[int], first_mark: int) -> None:
        self._browser, self._tickets, self._mark = browser, tickets, first_mark
        self._heads: dict[int, dict[str, object]] = defaultdict(dict)

    async def send(self, count: int, rate: float) -> Run:
        run = Run()
        began = monotonic_ns() + 10_000_000
        async with asyncio.TaskGroup() as group:
            for place in range(count):
                due = began + int(place * 1e9 / rate)
                await asyncio.sleep(max(0, due - monotonic_ns()) / 1e9)
                group.create_task(self._reply(run, due))
        return run

    async def _reply(self, run: Run, due: int) -> None:
        self._mark += 1
        number = self._mark
        ticket = self._tickets[number % len(self._tickets)]
        fields = {"body": words(number, mark(number)), "command_id": f"bench-{number}", **self._heads[ticket]}
        run.due[number], run.sent[number] = due, monotonic_ns()
        answer = await self._browser.post(f"/tickets/{ticket}/replies", fields)
        run.answered[number] = monotonic_ns()
        told = json.loads(answer)
        self._heads[ticket] = {"last": told["seq"], "epoch": told["epoch"]}


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of run: so many viewers of each ticket, so many sends a second, for so long."""

    viewers: int
    rate: float
    seconds: float


async def measure(
    servers: Sequence[Server], stage: Stage, audience: Audience, case: Case, tickets: list[int], first: int
) -> list[float]:
    """Milliseconds (last viewer, answer: p50 p95 p99 each; sender's lateness p99), CPU ms per send, sends not seen by all."""
    browser = Browser(servers[0].host, servers[0].port, stage.cookie("poster"))
    poster = Poster(browser, tickets, first)
    try:
        await poster.send(WARM_UP, case.rate)
        await asyncio.sleep(SETTLE)
        audience.report()
        before = sum(cpu_seconds(each.pid) for each in servers)
        run = await poster.send(int(case.rate * case.seconds), case.rate)
        await asyncio.sleep(SETTLE)
        cost = (sum(cpu_seconds(each.pid) for each in servers) - before) * 1000 / len(run.sent)
    finally:
        browser.close()
    seen = audience.report()
    whole = [number for number in run.sent if seen.get(number, (0, 0))[0] == case.viewers]
    last = [(seen[number][1] - run.sent[number]) / 1e6 for number in whole]
    answered = [(run.answered[number] - run.sent[number]) / 1e6 for number in run.sent]
    late = [(run.sent[number] - run.due[number]) / 1e6 for number in run.sent]
    return [*spread(last), *spread(answered), percentile(late, 0.99), cost, len(run.sent) - len(whole)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.send_path", description=__doc__)
    parser.add_argument(
        "--viewers", default="2,5,50", help="viewers of each ticket, one of them the requester (2,5,50)"
    )
    parser.add_argument(
        "--rate", type=float, default=50, help="sends per second, open loop (50); 5/s is measured as well"
    )
    parser.add_argument("--seconds", type=float, default=20, help="length of one run (20)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each kind, taken in turn; medians are shown (3)")
    parser.add_argument("--workers", type=int, default=1, help="more than one: PostgreSQL, Valkey, viewers spread (1)")
    asked = parser.parse_args()
    counts = [int(each) for each in asked.viewers.split(",")]
    cases = [Case(count, rate, asked.seconds) for rate in (QUIET_RATE, asked.rate) for count in counts]
    runs = len(cases) * asked.rounds
    introduce(
        "POST a reply → commit → render → the last viewer's socket has it. "
        + (
            "One process, SQLite, synchronous=FULL"
            if asked.workers == 1
            else f"{asked.workers} workers, PostgreSQL, Valkey"
        )
    )
    found: dict[Case, list[list[float]]] = defaultdict(list)
    plan = {"technicians": max(counts), "messages": [MESSAGES] * TICKETS * runs, "shared": asked.workers > 1}
    with staged(**plan) as stage, served_by(stage, asked.workers) as servers:
        for nth in range(runs):
            case = cases[nth % len(cases)]
            tickets = stage.tickets[nth * TICKETS : (nth + 1) * TICKETS]
            with watching(servers, lookers(stage, case.viewers, tickets)) as audience:
                found[case].append(uvloop.run(measure(servers, stage, audience, case, tickets, nth * 1_000_000)))
    shown = {case: medians(rows) for case, rows in found.items()}
    show(
        (
            "sends/s",
            "viewers",
            "last p50",
            "p95",
            "p99 ms",
            "answer p50",
            "p95",
            "p99 ms",
            "late p99",
            "CPU ms",
            "not seen",
        ),
        [(f"{case.rate:g}", str(case.viewers), *row[:-1], int(row[-1])) for case, row in shown.items()],
    )
    if len(counts) > 1:
        few, many = (Case(count, asked.rate, asked.seconds) for count in (min(counts), max(counts)))
        pairs = zip(found[few], found[many], strict=True)
        more = sorted((after[-2] - before[-2]) * 1000 / (many.viewers - few.viewers) for before, after in pairs)
        told = (
            f"{median(more):.0f} µs of the server's CPU ({more[0]:.0f} to {more[-1]:.0f} in {len(more)} pairs of runs)"
        )
        print(f"\nOne more delivery, from {few.viewers} to {many.viewers} viewers: {told}.")
    print(f"Medians of {asked.rounds} rounds in turn, {load()} at the end.")
    print("`late` is the sender's own delay, `CPU` the server's per send with all its deliveries.")


if __name__ == "__main__":
    main()
