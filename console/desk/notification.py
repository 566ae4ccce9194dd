"""Notifications of one person: who called them, what was given to them, and news of tickets that they have or follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from console.desk import access, people
from console.desk.people import Person, Who
from console.desk.tables import notification, ticket

SHOWN = 100  # the newest


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    kind: str
    number: int | None  # None: about no ticket, but in `words`
    subject: str | None
    actor: Who | None  # None: a clock
    at: datetime
    unread: bool
    words: str | None  # said to this person alone, or the name of the rule that told them


def unread(connection: Connection, person: Person, number: int | None = None) -> int:
    """How many of them this person has not read, of tickets that they may still open, or of this one alone."""
    query = (
        select(func.count())
        .select_from(notification)
        .outerjoin(ticket, ticket.c.number == notification.c.ticket_number)
        .where(notification.c.person_id == person.id, notification.c.read_at.is_(None), _theirs(person))
    )
    if number is not None:
        query = query.where(notification.c.ticket_number == number)
    return int(connection.execute(query).scalar_one())


def latest(connection: Connection, person: Person) -> list[Notice]:
    """The newest notifications about tickets that this person may still open, newest first."""
    query = (
        select(notification, ticket.c.subject)
        .outerjoin(ticket, ticket.c.number == notification.c.ticket_number)
        .where(notification.c.person_id == person.id, _theirs(person))
        .order_by(notification.c.id.desc())
        .limit(SHOWN)
    )
    rows = connection.execute(query).all()
    known = people.names(connection, [row.actor_id for row in rows])
    return [
        Notice(
            row.id,
            row.kind,
            row.ticket_number,
            row.subject,
            known.get(row.actor_id),
            row.created_at,
            row.read_at is None,
            row.words,
        )
        for row in rows
    ]


def _theirs(person: Person) -> ColumnElement[bool]:
    """Of tickets that they may open, or said to them alone."""
    return or_(notification.c.ticket_number.is_(None), access.visible(person, "staff"))
