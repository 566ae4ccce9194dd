"""What the reports of a lead take on a desk with very many tickets, for 30 and for 90 days."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from bench.large import Large, large_desk
from bench.measuring import cpu_seconds, family, introduce, load, percentile, show
from bench.queues import WARM_UP, timed
from bench.stage import Server, served
from console.database import Database
from console.desk.filters import UNSOLVED
from console.desk.tables import activity, log_head, ticket

TOGETHER = 5_000  # tickets in one transaction
ANSWERED = timedelta(hours=8)  # at the latest
SOLVED = timedelta(days=6)
REOPENED = 0.08  # of the solved ones, once
PATHS = {
    "30 days": "/reports?days=30",
    "90 days": "/reports?days=90",
    "90 days, one technician": "/reports?days=90&technician={technician}",
    "7 days a year ago": "/reports?from={year}&to={later}",
}


def live_through(database: Database) -> None:
    """Give the tickets of a crowd what it leaves out: when they were answered, and how their status changed."""
    dice, until = random.Random(1), datetime.now(UTC)
    last = database.read_now(lambda connection: connection.execute(select(func.max(ticket.c.number))).scalar_one())
    columns = (ticket.c.number, ticket.c.status, ticket.c.created_at, ticket.c.seq, ticket.c.technician_id)
    for first in range(1, last + 1, TOGETHER):
        with database.writing() as connection:
            rows = connection.execute(select(*columns).where(ticket.c.number.between(first, first + TOGETHER - 1)))
            answers: list[dict[str, Any]] = []
            moves: list[dict[str, Any]] = []
            for row in rows.all():
                answered = min(until, row.created_at + ANSWERED * dice.random())
                steps = _steps(row.status, dice)
                solved = [min(until, answered + SOLVED * part) for part in sorted(dice.random() for _ in steps)]
                resolved = solved[-1] if row.status not in UNSOLVED else None
                told = {"of": row.number, "first": answered, "solved": resolved, "last": row.seq + len(steps)}
                answers.append(told)
                for nth, (step, at) in enumerate(zip(steps, solved, strict=True), 1):
                    facts = json.dumps({"from": step[0], "to": step[1]})
                    moves.append(_move(row.number, row.seq + nth, row.technician_id, facts, at))
            new = {
                "first_response_at": bindparam("first"),
                "resolved_at": bindparam("solved"),
                "seq": bindparam("last"),
            }
            connection.execute(update(ticket).where(ticket.c.number == bindparam("of")).values(new), answers)
            counted = update(log_head).values(n=log_head.c.n + len(moves)).returning(log_head.c.n)
            begins = connection.execute(counted).scalar_one() - len(moves)
            placed = [{**each, "position": begins + nth} for nth, each in enumerate(moves, 1)]
            connection.execute(insert(activity), placed)


def _steps(status: str, dice: random.Random) -> list[tuple[str, str]]:
    """From open to this status."""
    if status == "open":
        return []
    if status in UNSOLVED or dice.random() > REOPENED:
        return [("open", status)]
    return [("open", "resolved"), ("resolved", "open"), ("open", status)]


def _move(number: int, seq: int, actor: int, facts: str, at: datetime) -> dict[str, Any]:
    told = {"ticket_number": number, "seq": seq, "public_seq": seq, "kind": "status_changed", "actor_id": actor}
    return {**told, "side": "technician", "message_id": None, "facts": facts, "at": at}


def measure(large: Large, server: Server, path: str, rounds: int) -> list[object]:
    """p50, p95, and CPU of the desk and of the database for one (ms)."""
    cookie = large.stage.cookie("lea")
    asyncio.run(timed(server, cookie, [path], 1, WARM_UP))
    before = _spent(large, server)
    taken = asyncio.run(timed(server, cookie, [path], 1, rounds))
    spent = [(now - then) * 1000 / rounds for now, then in zip(_spent(large, server), before, strict=True)]
    return [percentile(taken, 0.5), percentile(taken, 0.95), *spent]


def _spent(large: Large, server: Server) -> tuple[float, float]:
    return cpu_seconds(server.pid), sum(map(cpu_seconds, family(large.postgresql))) if large.postgresql else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.reports", description=__doc__)
    parser.add_argument("--tickets", default="100000", help="numbers of tickets over two years (100000)")
    parser.add_argument("--rounds", type=int, default=30, help="requests of each page (30)")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL")
    chosen = parser.parse_args()
    introduce(f"Reports by the number of tickets, {'PostgreSQL' if chosen.postgresql else 'SQLite'}")
    year = datetime.now(UTC).date() - timedelta(days=365)
    for tickets in (int(each) for each in chosen.tickets.split(",")):
        with large_desk(tickets, 2, chosen.postgresql) as large:
            live_through(large.database)
            technician = large.database.read_now(
                lambda connection: connection.execute(select(func.min(ticket.c.technician_id))).scalar_one()
            )
            named = {"year": year, "later": year + timedelta(days=6), "technician": technician}
            with served(large.stage) as server:
                print(f"\n{tickets:,} tickets: {', '.join(large.told)}")
                rows = [
                    [name, *measure(large, server, path.format(**named), chosen.rounds)] for name, path in PATHS.items()
                ]
                show(("report", "p50", "p95 ms", "CPU", "database ms"), rows)
    print(f"\n{load()} at the end.")


if __name__ == "__main__":
    main()
