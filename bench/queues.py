"""What the pages of a desk with very many tickets take: lists, deep pages, counts, searches, a look at a ticket, the board."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from sqlalchemy import select

from bench.clients import Browser
from bench.large import RARE, Large, large_desk
from bench.measuring import cpu_seconds, family, introduce, load, percentile, show
from bench.stage import Server, served
from console.desk.paging import Cursor, micros
from console.desk.tables import ticket

CROWD = 8  # clients at once
WARM_UP = 5  # requests of each page that are not counted
NARROWED = "show=all&status=open,pending&priority=urgent,high&department=1&sort=priority"


@dataclass(frozen=True, slots=True)
class Asked:
    """A page, the addresses it is measured with in turn, and who asks for it."""

    name: str
    paths: Sequence[str]
    who: str = "ana"


def pages(large: Large, tickets: int) -> list[Asked]:
    middle = select(ticket.c.number, ticket.c.updated_at).where(ticket.c.number == tickets // 2)
    number, at = large.database.read_now(lambda connection: connection.execute(middle).one())
    numbers = [1 + tickets * nth // 20 for nth in range(20)]
    return [
        Asked("all tickets", ["/tickets?show=all"]),
        Asked("waiting for us", ["/tickets?show=waiting"]),
        Asked("filtered and sorted", [f"/tickets?{NARROWED}"]),
        Asked("in the middle", [f"/tickets?show=all&status=any&cursor={Cursor((micros(at), number))}"]),
        Asked("counts of all lists", ["/tickets/counts"]),
        Asked("a look at a ticket", [f"/tickets/{each}/summary" for each in numbers]),
        Asked("a ticket", [f"/tickets/{each}" for each in numbers]),
        Asked("search, rare word", [f"/search?q=rarely{nth}" for nth in range(RARE)]),
        Asked("search, common word", ["/search?q=que"]),
        Asked("board", ["/board"], "lea"),
    ]


async def timed(server: Server, cookie: str, paths: Sequence[str], clients: int, rounds: int) -> list[float]:
    """How long each answer took (ms), when so many ask one after the other, `rounds` times each."""
    taken: list[float] = []

    async def ask() -> None:
        browser = Browser(server.host, server.port, cookie)
        for nth in range(rounds):
            began = perf_counter()
            await browser.get(paths[nth % len(paths)])
            taken.append((perf_counter() - began) * 1000)
        browser.close()

    await asyncio.gather(*(ask() for _ in range(clients)))
    return taken


def measure(large: Large, server: Server, asked: Asked, rounds: int) -> list[object]:
    """p50, p95 and CPU of desk and database with one client (ms); p50, p95 and answers a second with eight."""
    cookie = large.stage.cookie(asked.who)
    asyncio.run(timed(server, cookie, asked.paths, 1, WARM_UP))
    before = _spent(large, server)
    alone = asyncio.run(timed(server, cookie, asked.paths, 1, rounds))
    spent = [(now - then) * 1000 / rounds for now, then in zip(_spent(large, server), before, strict=True)]
    began = perf_counter()
    together = asyncio.run(timed(server, cookie, asked.paths, CROWD, max(1, rounds // 2)))
    each_second = len(together) / (perf_counter() - began)
    times = (percentile(alone, 0.5), percentile(alone, 0.95), *spent)
    return [asked.name, *times, percentile(together, 0.5), percentile(together, 0.95), each_second]


def _spent(large: Large, server: Server) -> tuple[float, float]:
    return cpu_seconds(server.pid), sum(map(cpu_seconds, family(large.postgresql))) if large.postgresql else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.queues", description=__doc__)
    parser.add_argument("--tickets", default="1000,100000", help="numbers of tickets (1000,100000)")
    parser.add_argument("--rounds", type=int, default=40, help="requests of each page (40)")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL")
    chosen = parser.parse_args()
    introduce(f"Pages by the number of tickets, {'PostgreSQL' if chosen.postgresql else 'SQLite'}")
    for tickets in (int(each) for each in chosen.tickets.split(",")):
        with large_desk(tickets, 2, chosen.postgresql) as large, served(large.stage) as server:
            print(f"\n{tickets:,} tickets: {', '.join(large.told)}")
            rows = [measure(large, server, each, chosen.rounds) for each in pages(large, tickets)]
            show(("page", "p50", "p95 ms", "CPU", "database ms", "8: p50", "p95 ms", "a second"), rows)
    print(f"\n{load()} at the end.")


if __name__ == "__main__":
    main()
