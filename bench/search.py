"""How long a search takes by the number of tickets: a rare word, a common one, the beginning of one, two words."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, thread_time

import click

from bench.measuring import introduce, load, percentile, show
from bench.servers.postgres import PostgreSQL
from console.config import Settings, prepare_data
from console.database import Database
from console.demo.crowding import crowd
from console.desk import people, search_index, searching
from console.desk.actions import staffing
from console.desk.desk import Desk
from console.desk.keeping import index_more
from console.desk.people import Person
from console.migrating import migrate

DEPARTMENTS = ("Support", "Billing", "Warehouse systems")
QUESTIONS = {
    "rare word": "rarely{place}",
    "common word": "que",
    "common beginning": "impr",
    "two words": "impresora gracias",
    "common, one department": "que",
}
RARE = 5  # tickets that have a word which no other has
WARM_UP = 3  # searches that are not counted


@contextmanager
def large_desk(tickets: int, messages: int, on_postgresql: bool) -> Iterator[tuple[Database, list[str]]]:
    """A desk with so many tickets, indexed, and what was measured while it was made."""
    with tempfile.TemporaryDirectory(prefix="console-bench-") as folder, ExitStack() as stack:
        address = stack.enter_context(PostgreSQL()).make("desk") if on_postgresql else ""
        settings = Settings(data=Path(folder) / "data", database_url=address)
        prepare_data(settings)
        migrate(settings.database_address)
        database = Database(settings.database_address, durable=False, patient=True)
        stack.callback(database.close)
        desk = Desk(database)
        for role, name, places in (
            *(("requester", f"asker{nth}", ()) for nth in range(20)),
            ("admin", "all", ()),
            ("technician", "few", DEPARTMENTS[:1]),
            ("technician", "ana", DEPARTMENTS),
        ):
            desk.run(
                staffing.add_person,
                None,
                name=name.title(),
                email=f"{name}@bench.example",
                role=role,
                departments=places,
                company_name="Norte" if role == "requester" else None,
            )
        began = perf_counter()
        with click.progressbar(length=tickets, label="Tickets") as bar:
            crowd(database, tickets, until=datetime.now(UTC), messages=messages, progress=bar.update)
        filled = perf_counter() - began
        _mark_rare(database)
        began, left = perf_counter(), database.read_now(search_index.left)
        with click.progressbar(length=left, label="Indexing") as bar:
            while left:
                before, left = left, index_more(database)
                bar.update(before - left)
        indexed = perf_counter() - began
        yield (
            database,
            [f"{tickets / filled:,.0f} tickets/s filled in", f"{tickets * messages / indexed:,.0f} messages/s indexed"],
        )


def _mark_rare(database: Database) -> None:
    """A few messages, spread over all, get a word of their own."""
    with database.writing() as connection:
        last = connection.exec_driver_sql("select max(id) from message").scalar_one()
        for nth in range(RARE):
            where = max(1, last * (nth + 1) // (RARE + 1))
            connection.exec_driver_sql(f"update message set body = body || ' rarely{nth}' where id = {where}")


def measure(database: Database, rounds: int) -> list[list[object]]:
    """For each kind of question: tickets found, p50, p95 and CPU of one in this process (ms)."""
    found: list[list[object]] = []
    for kind, question in QUESTIONS.items():
        viewer = database.read_now(people.load_person, email=f"{'few' if 'one' in kind else 'all'}@bench.example")
        assert viewer is not None
        taken: list[float] = []
        spent, count = 0.0, 0
        for place in range(WARM_UP + rounds):
            took, cpu, count = _ask(database, viewer, question.format(place=place % RARE))
            if place >= WARM_UP:
                taken.append(took)
                spent += cpu
        found.append([kind, count, percentile(taken, 0.5), percentile(taken, 0.95), spent / rounds])
    return found


def _ask(database: Database, viewer: Person, question: str) -> tuple[float, float, int]:
    began, spent = perf_counter(), thread_time()
    found = database.read_now(searching.search, viewer, "staff", question)
    return (perf_counter() - began) * 1000, (thread_time() - spent) * 1000, found.count


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--tickets", default="1000,100000", help="numbers of tickets (1000,100000)")
    parser.add_argument("--messages", type=int, default=2, help="of each ticket (2)")
    parser.add_argument("--rounds", type=int, default=30, help="searches of each kind (30)")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL")
    asked = parser.parse_args()
    introduce(f"Searching, first page of 25, {'PostgreSQL' if asked.postgresql else 'SQLite'}")
    for tickets in (int(each) for each in asked.tickets.split(",")):
        with large_desk(tickets, asked.messages, asked.postgresql) as (database, told):
            print(f"\n{tickets:,} tickets, {tickets * asked.messages:,} messages: {', '.join(told)}")
            show(("question", "found", "p50", "p95 ms", "CPU here ms"), measure(database, asked.rounds))
    print(f"\n{load()} at the end. On PostgreSQL the server's CPU is not in the last column.")


if __name__ == "__main__":
    main()
