"""What open lists and boards cost while tickets change, and how soon a change is in every list, by the number of tickets."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Sequence
from time import monotonic, monotonic_ns

from sqlalchemy import select

from bench.clients import Browser, Viewer, connect
from bench.large import Large, large_desk
from bench.measuring import cpu_seconds, family, introduce, load, percentile, show
from bench.stage import Server, served
from console.desk.tables import ticket

LISTS = ("view:all", "view:unassigned", "view:waiting")
EACH = 10  # sockets on each list
BOARDS = 5
AUDIENCES = {"nobody": (0, 0), "30 lists": (EACH, 0), "30 lists, 5 boards": (EACH, BOARDS)}
ROW = re.compile(rb'"target":"ticket-(\d+)"')
SETTLES = 3.0  # seconds: what was sent last arrives, and what came with joining is over
CHANGED = 40  # tickets that change in turn
VALUES = ("high", "low")


class Watch:
    """When each change was on the last socket that shows the list of all tickets."""

    def __init__(self) -> None:
        self.waited: dict[int, tuple[int, int]] = {}  # by ticket: since when (ns), how many sockets are still to come
        self.delays: list[float] = []  # ms

    def changes(self, number: int) -> None:
        self.waited[number] = (monotonic_ns(), EACH)

    def arrived(self, payload: bytes, now: int) -> None:
        found = ROW.search(payload)
        number = int(found[1]) if found else 0
        if number not in self.waited:
            return
        began, left = self.waited.pop(number)
        if left > 1:
            self.waited[number] = (began, left - 1)
        else:
            self.delays.append((now - began) / 1e6)


async def measure(large: Large, server: Server, audience: str, rate: int, seconds: int) -> list[object]:
    """CPU of desk and database for each change (ms) and of the time (%); p50 and p95 of the delay (ms), lost changes."""
    lists, boards = AUDIENCES[audience]
    watch = Watch()
    sockets = await _audience(large, server, lists, boards, watch)
    editor = Browser(server.host, server.port, large.stage.cookie("ana"))
    numbers, sent = _open_tickets(large), 0
    for number in numbers:
        await editor.post(f"/tickets/{number}/priority", {"value": "normal"})
    await asyncio.sleep(SETTLES)
    before, began, calls = _spent(large, server), monotonic(), set[asyncio.Task[bytes]]()
    while sent < rate * seconds:
        await asyncio.sleep(max(0.0, began + sent / rate - monotonic()))
        number, value = numbers[sent % len(numbers)], VALUES[sent // len(numbers) % 2]
        if lists:
            watch.changes(number)
        calls.add(asyncio.create_task(editor.post(f"/tickets/{number}/priority", {"value": value})))
        sent += 1
    await asyncio.gather(*calls)
    took = monotonic() - began
    await asyncio.sleep(SETTLES)
    desk, database = (now - then for now, then in zip(_spent(large, server), before, strict=True))
    for socket in sockets:
        socket.transport.close()
    editor.close()
    delays = (percentile(watch.delays, 0.5), percentile(watch.delays, 0.95))
    lost = str(sent - len(watch.delays)) if lists else "–"
    return [audience, desk * 1000 / sent, database * 1000 / sent, (desk + database) / took * 100, *delays, lost]


async def _audience(large: Large, server: Server, lists: int, boards: int, watch: Watch) -> Sequence[Viewer]:
    def ignore(_payload: bytes, _now: int) -> None:
        pass

    async def enter(name: str, channel: str) -> Viewer:
        heard = watch.arrived if channel == LISTS[0] else ignore
        return await connect(
            server.host, server.port, large.stage.cookie(name), "/staff", [channel], "en", heard, "panel"
        )

    wanted = [("ana", channel) for channel in LISTS for _ in range(lists)] + [("lea", "board")] * boards
    return [await enter(*each) for each in wanted]


def _open_tickets(large: Large) -> list[int]:
    """The newest that are open and not of the highest priority, spread over what the list of all shows."""
    asked = select(ticket.c.number).where(ticket.c.status == "open").order_by(ticket.c.number.desc()).limit(CHANGED)
    return list(large.database.read_now(lambda connection: connection.execute(asked).scalars().all()))


def _spent(large: Large, server: Server) -> tuple[float, float]:
    return cpu_seconds(server.pid), sum(map(cpu_seconds, family(large.postgresql))) if large.postgresql else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.lists", description=__doc__)
    parser.add_argument("--tickets", default="1000,100000", help="numbers of tickets (1000,100000)")
    parser.add_argument("--rate", type=int, default=20, help="changes a second (20)")
    parser.add_argument("--seconds", type=int, default=15, help="of changes (15)")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL")
    chosen = parser.parse_args()
    introduce(
        f"Open lists under change, {'PostgreSQL' if chosen.postgresql else 'SQLite'}, {chosen.rate} changes a second"
    )
    for tickets in (int(each) for each in chosen.tickets.split(",")):
        with large_desk(tickets, 2, chosen.postgresql) as large, served(large.stage) as server:
            print(f"\n{tickets:,} tickets: {', '.join(large.told)}")
            rows = [asyncio.run(measure(large, server, each, chosen.rate, chosen.seconds)) for each in AUDIENCES]
            show(("open", "CPU", "database ms", "% of a core", "on all: p50", "p95 ms", "lost"), rows)
    print(f"\n{load()} at the end.")


if __name__ == "__main__":
    main()
