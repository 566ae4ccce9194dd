"""Lists of tickets that a person may open, by pages of the most recently changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, true

from console.desk import access, people, tags
from console.desk.filters import Filter
from console.desk.fuse import is_paused
from console.desk.kinds import Audience
from console.desk.paging import FAR, ORDERS, PUBLIC_ORDER, Cursor, micros, page
from console.desk.people import Person, Who
from console.desk.preview import LastWords, last_words
from console.desk.tables import chat, company, department, person, ticket

PAGE = 50  # tickets
MOST_COUNTED = 1_000  # tickets: what a list has more of is not counted


@dataclass(frozen=True, slots=True)
class TicketRow:
    number: int
    subject: str
    status: str
    priority: str
    type: str
    requester: Who
    company: str | None
    company_id: int | None
    technician: Who | None
    department: str
    department_id: int
    application_id: int | None
    activity_status: str
    updated_at: datetime
    news_seq: int  # number of the last activity that is worth a mark
    due_at: datetime | None  # when the first of its clocks is due that run
    due_kind: str | None
    paused: bool  # its clocks stand still because it is pending
    chat: str | None  # how far its chat is: wanted (by the requester), asked (by a technician), open
    chat_since: datetime | None
    last_words: LastWords | None
    tags: tuple[str, ...]

    @property
    def requester_id(self) -> int:
        return self.requester.id

    @property
    def updated_micros(self) -> int:
        """When it changed, exact enough for browsers to order by."""
        return micros(self.updated_at)

    @property
    def due_micros(self) -> int:
        """When it is due, likewise; far away if never."""
        return micros(self.due_at or FAR)

    @property
    def technician_id(self) -> int | None:
        return None if self.technician is None else self.technician.id


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, with cursors to the pages beside it (None at the ends)."""

    rows: list[TicketRow]
    newer: Cursor | None
    older: Cursor | None


def staff_page(
    connection: Connection, viewer: Person, chosen: Filter, cursor: Cursor | None, now: datetime, limit: int = PAGE
) -> Page:
    """One page of the tickets of this list that this technician may open."""
    arms = chosen.arms(_places(connection, viewer))
    found, newer, older = page(connection, arms, chosen.condition(viewer, now), ORDERS[chosen.sort], cursor, limit)
    return Page(_ticket_rows(connection, found), newer, older)


def count(connection: Connection, viewer: Person, chosen: Filter, now: datetime) -> int:
    """How many tickets this list has, MOST_COUNTED at most."""
    here = chosen.within(_places(connection, viewer))
    some = select(ticket.c.number).where(here, chosen.condition(viewer, now)).limit(MOST_COUNTED).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def rows(connection: Connection, numbers: Sequence[int]) -> list[TicketRow]:
    """These tickets as lists show them. Whoever asks sees to it that only those get them who may."""
    return _ticket_rows(connection, connection.execute(select(ticket).where(ticket.c.number.in_(numbers))))


def numbers(
    connection: Connection, viewer: Person, audience: Audience, cursor: Cursor | None, limit: int
) -> tuple[list[Row[Any]], Cursor | None]:
    """Rows of the tickets that this person may open on that side, and the cursor to older ones."""
    order = ORDERS["updated"] if audience == "staff" else PUBLIC_ORDER
    found, _, older = page(connection, [access.visible(viewer, audience)], true(), order, cursor, limit)
    return found, older


def _places(connection: Connection, viewer: Person) -> list[int]:
    """The departments whose tickets this technician may open."""
    if viewer.role == "admin":
        return list(connection.execute(select(department.c.id).order_by(department.c.id)).scalars())
    return sorted(viewer.departments) if viewer.is_staff else []


def _ticket_rows(connection: Connection, rows: Iterable[Row[Any]]) -> list[TicketRow]:
    rows = list(rows)
    known = people.names(connection, [each for row in rows for each in (row.requester_id, row.technician_id)])
    asked = select(person.c.id, company.c.id, company.c.name).join(company, company.c.id == person.c.company_id)
    theirs = asked.where(person.c.id.in_({row.requester_id for row in rows}))
    companies = {asker: (name, company_id) for asker, company_id, name in connection.execute(theirs)}
    places = {row.id: row.name for row in connection.execute(select(department))}
    tagged = tags.of(connection, [row.number for row in rows])
    words = last_words(connection, [row.number for row in rows])
    chats = _chats(connection, {row.chat_id for row in rows if row.chat_id is not None})
    return [
        TicketRow(
            number=row.number,
            subject=row.subject,
            status=row.status,
            priority=row.priority,
            type=row.type,
            requester=known[row.requester_id],
            company=firm,
            company_id=firm_id,
            technician=known.get(row.technician_id),
            department=places[row.department_id],
            department_id=row.department_id,
            application_id=row.application_id,
            activity_status=row.activity_status,
            updated_at=row.updated_at,
            news_seq=row.news_seq,
            due_at=row.due_at,
            due_kind=row.due_kind,
            paused=is_paused(row),
            chat=state,
            chat_since=since,
            last_words=words.get(row.number),
            tags=tagged.get(row.number, ()),
        )
        for row in rows
        for firm, firm_id in [companies.get(row.requester_id, (None, None))]
        for state, since in [chats.get(row.chat_id, (None, None))]
    ]


def _chats(connection: Connection, ids: set[int]) -> dict[int | None, tuple[str, datetime]]:
    """How far these chats are, and since when."""
    found = connection.execute(select(chat).where(chat.c.id.in_(ids))).all() if ids else []
    states = {("asked", "requester"): "wanted", ("asked", "technician"): "asked"}
    return {
        each.id: (states.get((each.state, each.asked_side), "open"), each.opened_at or each.asked_at) for each in found
    }
