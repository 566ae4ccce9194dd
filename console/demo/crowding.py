"""Fills a desk with very many tickets at once, made of the demo's texts: to see, and to measure, how it fares when it is large.

This is the one place that writes tickets past the door: nobody is at such a desk yet.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from sqlalchemy import Connection, Table, func, insert, select, text, update

from console.database import Database
from console.demo.building import CONTENT
from console.desk import search_index
from console.desk.keeping import index_more
from console.desk.roles import STAFF
from console.desk.tables import activity, department, log_head, message, person, ticket

TOGETHER = 1_000  # tickets in one transaction
YEARS = timedelta(days=730)  # over which they are spread
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "xo", "zu")
UNASSIGNED = 0.1  # of those that are open
UNDER_WAY = 3_000  # of the newest tickets; whatever is older was closed long ago, as on a desk that keeps up
STATUSES = ("open", "pending", "resolved", "closed", "closed", "closed")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who and what the tickets are made of: ids of people and departments, subjects and texts."""

    requesters: Sequence[int]
    technicians: Sequence[int]
    departments: Sequence[int]
    subjects: Sequence[str]
    texts: Sequence[str]


def crowd(
    database: Database,
    tickets: int,
    *,
    until: datetime,
    messages: int = 2,
    progress: Callable[[int], None] = lambda count: None,
) -> None:
    """Add so many tickets with so many messages each, the last one at `until`; `progress` hears how many more there are.

    The desk has to have a requester, a technician and a department. The index of the search is behind afterwards.
    """
    made_of = database.read_now(_crowd)
    dice = random.Random(tickets)
    for first in range(0, tickets, TOGETHER):
        count = min(TOGETHER, tickets - first)
        with database.writing() as connection:
            at = until - YEARS * ((tickets - first) / tickets)
            _batch(
                connection,
                made_of,
                dice,
                range(tickets - first - 1, tickets - first - 1 - count, -1),
                messages,
                at,
                YEARS / tickets,
            )
            search_index.fall_behind(connection)
        progress(count)


def enlarge(database: Database, tickets: int) -> None:
    """Add so many tickets and index them, and show how far that is."""
    with click.progressbar(length=tickets, label="Adding tickets") as bar:
        crowd(database, tickets, until=datetime.now(UTC), progress=bar.update)
    left = database.read_now(search_index.left)
    with click.progressbar(length=left, label="Indexing them") as bar:
        while left:
            before, left = left, index_more(database)
            bar.update(before - left)


def _crowd(connection: Connection) -> Crowd:
    people = connection.execute(select(person.c.id, person.c.role).where(person.c.active)).all()
    content = [each for file in sorted(CONTENT.glob("tickets-*.json")) for each in json.loads(file.read_text())]
    return Crowd(
        [row.id for row in people if row.role == "requester"],
        [row.id for row in people if row.role in STAFF],
        connection.execute(select(department.c.id)).scalars().all(),
        [each["subject"] for each in content],
        [entry["text"] for each in content for entry in each["entries"] if entry.get("text")],
    )


def _batch(
    connection: Connection,
    of: Crowd,
    dice: random.Random,
    behind: Sequence[int],
    messages: int,
    at: datetime,
    step: timedelta,
) -> None:
    """`behind`: for each ticket, how many come after it."""
    count = len(behind)
    number = connection.scalar(select(func.coalesce(func.max(ticket.c.number), 0)))
    message_id = connection.scalar(select(func.coalesce(func.max(message.c.id), 0)))
    counted = update(log_head).values(n=log_head.c.n + count * messages).returning(log_head.c.n)
    position = connection.execute(counted).scalar_one() - count * messages
    assert number is not None and message_id is not None
    rows: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
    for left in behind:
        number, at = number + 1, at + step
        asker, technician = dice.choice(of.requesters), dice.choice(of.technicians)
        rows[0].append(_ticket(of, dice, number, asker, technician, messages, at, left))
        for nth in range(1, messages + 1):
            message_id, position = message_id + 1, position + 1
            by_technician = nth % 2 == 0
            said = {
                "ticket_number": number,
                "side": "technician" if by_technician else "requester",
            }
            author = technician if by_technician else asker
            kind = "opening" if nth == 1 else "reply" if by_technician else "request"
            rows[1].append(
                {
                    **said,
                    "id": message_id,
                    "kind": kind,
                    "state": "sent",
                    "author_id": author,
                    "body": f"{dice.choice(of.texts)}\n\n{_strange(dice)} {_strange(dice)} {number}-{nth}",
                    "source": "staff" if by_technician else "portal",
                    "created_at": at,
                    "solution": "",
                    "by_mail": True,
                }
            )
            told = {"opening": "opened", "reply": "replied", "request": "requester_replied"}[kind]
            rows[2].append(
                {
                    **said,
                    "position": position,
                    "seq": nth,
                    "public_seq": nth,
                    "kind": told,
                    "actor_id": author,
                    "message_id": message_id,
                    "facts": "{}",
                    "at": at,
                }
            )
    for table, made in zip((ticket, message, activity), rows, strict=True):
        _insert(connection, table, made)


def _ticket(
    of: Crowd, dice: random.Random, number: int, asker: int, technician: int, messages: int, at: datetime, left: int
) -> Row:
    """`left`: how many come behind it."""
    status = dice.choice(STATUSES) if left < UNDER_WAY else "closed"
    return {
        "number": number,
        "subject": f"{dice.choice(of.subjects)[:200]} {_strange(dice)}",
        "status": status,
        "priority": dice.choice(("low", "normal", "normal", "high", "urgent")),
        "type": dice.choice(("incident", "request", "problem", "change")),
        "activity_status": "awaiting_requester" if messages % 2 == 0 else "unread",
        "source": "portal",
        "department_id": dice.choice(of.departments),
        "requester_id": asker,
        "technician_id": None if status == "open" and dice.random() < UNASSIGNED else technician,
        "last_public_side": "technician" if messages % 2 == 0 else "requester",
        "seq": messages,
        "public_seq": messages,
        "version": messages,
        "created_at": at,
        "updated_at": at,
        "public_updated_at": at,
        "resolved_at": at if status in ("resolved", "closed") else None,
        "closed_at": at if status == "closed" else None,
        "news_seq": messages,
    }


def _strange(dice: random.Random) -> str:
    """A word that few others have."""
    return "".join(dice.choices(SYLLABLES, k=4))


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """PostgreSQL takes rows four times as fast by COPY."""
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), rows)
        return
    columns = [*rows[0]]
    raw = connection.connection.driver_connection
    assert raw is not None
    with raw.cursor() as cursor, cursor.copy(f"copy {table.name} ({', '.join(columns)}) from stdin") as copy:
        for row in rows:
            copy.write_row([*row.values()])
    counted = table.autoincrement_column
    if counted is not None:
        highest = {"table": table.name, "column": counted.name, "highest": rows[-1][counted.name]}
        connection.execute(text("select setval(pg_get_serial_sequence(:table, :column), :highest)"), highest)
