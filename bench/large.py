"""A desk with very many tickets, in a folder of its own: filled past the door, indexed, and with people signed in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import click

from bench.servers.postgres import PostgreSQL
from bench.stage import Stage, person
from console.config import prepare_data
from console.database import Database
from console.demo.crowding import crowd
from console.desk import search_index
from console.desk.actions import signing, staffing
from console.desk.desk import Desk
from console.desk.keeping import index_more
from console.migrating import migrate

DEPARTMENTS = ("Support", "Billing", "Warehouse systems")
ASKERS = 20
RARE = 5  # tickets that have a word which no other has


@dataclass(frozen=True, slots=True)
class Large:
    """`told`: how fast it was filled and indexed. Signed in are the admin `all`, the lead `lea`, and the technicians
    `ana`, of all departments, and `few`, of one. `postgresql` is the server's process, if there is one."""

    stage: Stage
    database: Database
    told: list[str]
    postgresql: int | None


@contextmanager
def large_desk(tickets: int, messages: int, on_postgresql: bool) -> Iterator[Large]:
    """A desk with so many tickets of so many messages each."""
    with tempfile.TemporaryDirectory(prefix="console-bench-") as folder, ExitStack() as stack:
        stage, server = Stage(Path(folder) / "data"), None
        if on_postgresql:
            server = stack.enter_context(PostgreSQL())
            stage.database_url = server.make("desk")
        prepare_data(stage.settings)
        migrate(stage.settings.database_address)
        database = Database(stage.settings.database_address, durable=False, patient=True)
        stack.callback(database.close)
        _people(stage, Desk(database))
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
        if server is not None:
            server.settle("desk")
        told = [
            f"{tickets / filled:,.0f} tickets/s filled in",
            f"{tickets * messages / indexed:,.0f} messages/s indexed",
        ]
        yield Large(stage, database, told, server and server.pid)


def _people(stage: Stage, desk: Desk) -> None:
    for role, name, places in (
        *(("requester", f"asker{nth}", ()) for nth in range(ASKERS)),
        ("admin", "all", ()),
        ("technician", "few", DEPARTMENTS[:1]),
        ("technician", "ana", DEPARTMENTS),
        ("lead", "lea", DEPARTMENTS),
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
        if role != "requester":
            cookie = stage.cookies[name] = signing.new_secret()
            desk.run(signing.sign_in, person(desk, name), cookie=cookie, days=1)


def _mark_rare(database: Database) -> None:
    """A few messages, spread over all, get a word of their own."""
    with database.writing() as connection:
        last = connection.exec_driver_sql("select max(id) from message").scalar_one()
        for nth in range(RARE):
            where = max(1, last * (nth + 1) // (RARE + 1))
            connection.exec_driver_sql(f"update message set body = body || ' rarely{nth}' where id = {where}")
