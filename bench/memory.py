"""What an open socket costs in memory: the server's resident size without sockets, and with many that have joined their rooms."""

from __future__ import annotations

import argparse
import asyncio

import uvloop

from bench.clients import Browser, Viewer, connect
from bench.measuring import introduce, load, medians, resident_kb, show
from bench.stage import Server, Stage, served, staged

PEOPLE = 50  # they open the sockets in turn
TICKETS = 100
TOGETHER = 20  # sockets that connect at once
SETTLE = 2.0  # seconds


async def measure(server: Server, stage: Stage, count: int) -> tuple[float, float]:
    """The server's memory before and with `count` joined sockets, in kB."""
    await _warm_up(server, stage)
    before = resident_kb(server.pid)
    viewers = await _open(server, stage, count)
    await asyncio.sleep(SETTLE)
    alive = [viewer for viewer in viewers if not viewer.transport.is_closing()]
    if len(alive) != count:
        raise RuntimeError(f"only {len(alive)} of {count} sockets stayed open")
    after = resident_kb(server.pid)
    for viewer in viewers:
        viewer.transport.close()
    return before, after


async def _warm_up(server: Server, stage: Stage) -> None:
    """Have what is loaded once be loaded: templates, statements, and the first sockets."""
    browser = Browser(server.host, server.port, stage.cookie("tech0"))
    for number in stage.tickets[:10]:
        await browser.get(f"/tickets/{number}")
    browser.close()
    for viewer in await _open(server, stage, 10):
        viewer.transport.close()
    await asyncio.sleep(SETTLE)


async def _open(server: Server, stage: Stage, count: int) -> list[Viewer]:
    viewers: list[Viewer] = []
    for first in range(0, count, TOGETHER):
        places = range(first, min(count, first + TOGETHER))
        viewers += await asyncio.gather(*(_page(server, stage, place) for place in places))
    return viewers


async def _page(server: Server, stage: Stage, place: int) -> Viewer:
    """The socket of a ticket's page: the ticket's channel and one's own."""
    channels = [f"ticket:{stage.tickets[place % len(stage.tickets)]}", "me"]
    cookie = stage.cookie(f"tech{place % PEOPLE}")
    return await connect(server.host, server.port, cookie, "/staff", channels, "en", lambda _payload, _now: None)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--sockets", default="100", help="how many sockets, several numbers with commas (100)")
    parser.add_argument("--rounds", type=int, default=3, help="servers started for each number; medians are shown (3)")
    asked = parser.parse_args()
    introduce("Resident memory of the server, by joined sockets")
    rows = []
    with staged(technicians=PEOPLE, messages=[5] * TICKETS) as stage:
        for count in map(int, asked.sockets.split(",")):
            taken = []
            for _ in range(asked.rounds):
                with served(stage) as server:
                    taken.append(uvloop.run(measure(server, stage, count)))
            before, after = medians(taken)
            rows.append((str(count), before / 1024, after / 1024, (after - before) / count))
    show(("sockets", "MiB without", "MiB with", "kB per socket"), rows)
    print(f"\nMedians of {asked.rounds} servers, {load()} at the end.")


if __name__ == "__main__":
    main()
