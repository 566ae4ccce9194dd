"""What several workers hold together: sockets, changes, gaps, memory; and what a change costs a worker that shows it not."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop

from bench.audience import Audience, Looker, watching
from bench.clients import Browser
from bench.measuring import cpu_seconds, introduce, load, percentile, resident_kb, show, spread
from bench.send_path import SETTLE, WARM_UP, Poster
from bench.stage import Server, Stage, served_by, staged

EACH = 5  # viewers of a ticket
PEOPLE = 50  # technicians; each looks at many tickets


@dataclass(frozen=True, slots=True)
class Found:
    """Milliseconds until the last viewer (p50 p95 p99) and of the sender's lateness (p99); sends not seen by all of their
    viewers; milliseconds of CPU per send of each worker; MiB of all."""

    last: list[float]
    late: float
    missed: int
    cost: list[float]
    memory: float


def crowd(stage: Stage, sockets: int) -> list[Looker]:
    """Technicians, EACH on a ticket, every one in a socket of its own."""
    tickets = stage.tickets[: max(1, sockets // EACH)]
    return [
        Looker(stage.cookie(f"tech{place % PEOPLE}"), "/staff", "en", [f"ticket:{tickets[place % len(tickets)]}", "me"])
        for place in range(sockets)
    ]


async def measure(
    servers: Sequence[Server],
    stage: Stage,
    audience: Audience,
    tickets: list[int],
    rate: float,
    seconds: float,
    first: int,
) -> Found:
    """Replies on these tickets at this rate, sent to the first server."""
    browser = Browser(servers[0].host, servers[0].port, stage.cookie("poster"))
    poster = Poster(browser, tickets, first)
    try:
        await poster.send(WARM_UP, rate)
        await asyncio.sleep(SETTLE)
        audience.report()
        before = [cpu_seconds(each.pid) for each in servers]
        run = await poster.send(int(rate * seconds), rate)
        await asyncio.sleep(2 * SETTLE)
        spent = [cpu_seconds(each.pid) - past for each, past in zip(servers, before, strict=True)]
    finally:
        browser.close()
    seen = audience.report()
    whole = [number for number in run.sent if seen.get(number, (0, 0))[0] == EACH]
    last = [(seen[number][1] - run.sent[number]) / 1e6 for number in whole]
    late = [(run.sent[number] - run.due[number]) / 1e6 for number in run.sent]
    return Found(
        spread(last),
        percentile(late, 0.99),
        len(run.sent) - len(whole),
        [each * 1000 / len(run.sent) for each in spent],
        sum(resident_kb(each.pid) for each in servers) / 1024,
    )


async def idle(servers: Sequence[Server], seconds: float) -> list[float]:
    """CPU of each worker in per cent of a core."""
    before = [cpu_seconds(each.pid) for each in servers]
    await asyncio.sleep(seconds)
    return [(cpu_seconds(each.pid) - past) / seconds * 100 for each, past in zip(servers, before, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__)
    parser.add_argument("--sockets", type=int, default=2000, help="live sockets, five on a ticket (2000)")
    parser.add_argument("--rates", default="20,50,100", help="replies a second (20,50,100)")
    parser.add_argument("--seconds", type=float, default=10, help="length of one run (10)")
    parser.add_argument("--idle", type=int, default=4000, help="sockets that only stay (4000)")
    asked = parser.parse_args()
    introduce("Capacity: two workers, PostgreSQL, Valkey; and a third one that shows nothing of what changes")
    rows: list[tuple[object, ...]] = []
    with staged(technicians=PEOPLE, messages=[3] * (asked.idle // EACH), shared=True) as stage:
        with served_by(stage, 3) as (poster, shows, shows_not), watching([shows], crowd(stage, EACH)) as audience:
            three = (poster, shows, shows_not)
            cost = uvloop.run(measure(three, stage, audience, stage.tickets[:1], 20, asked.seconds, 9_000_000)).cost
        with served_by(stage, 2) as servers, watching(servers, crowd(stage, asked.sockets)) as audience:
            tickets = stage.tickets[: asked.sockets // EACH]
            for place, rate in enumerate(float(each) for each in asked.rates.split(",")):
                found = uvloop.run(measure(servers, stage, audience, tickets, rate, asked.seconds, place * 1_000_000))
                rows.append((f"{rate:g}", *found.last, found.late, found.missed, sum(found.cost), found.memory))
        with served_by(stage, 2) as servers, watching(servers, crowd(stage, asked.idle)):
            quiet = uvloop.run(idle(servers, 20))
            memory = sum(resident_kb(each.pid) for each in servers) / 1024
    names = ("takes the reply", "shows the ticket", "shows it not")
    show(("a worker that", "CPU ms per reply"), list(zip(names, cost, strict=True)))
    show(("replies/s", "last p50", "p95", "p99 ms", "late p99", "not seen", "CPU ms", "MiB"), rows)
    shares = " and ".join(f"{each:.1f}" for each in quiet)
    print(f"\n{asked.sockets} sockets above. {asked.idle} idle ones: {shares} % of a core, {memory:.0f} MiB together.")
    print(f"{load()} at the end.")


if __name__ == "__main__":
    main()
