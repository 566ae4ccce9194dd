"""Lists of tickets that a person may open, by pages of the most recently changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, true

from console.desk import access, people
from console.desk.conversation import PublicTicket, public_ticket
from console.desk.fuse import is_paused
from console.desk.kinds import Audience
from console.desk.people import Person, Who
from console.desk.tables import chat, company, department, person, ticket

Show = Literal["mine", "unassigned", "chats", "all"]
SHOWS: tuple[Show, ...] = ("mine", "unassigned", "chats", "all")
PAGE = 50  # tickets
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # of the microseconds in a cursor


@dataclass(frozen=True, slots=True)
class TicketRow:
    number: int
    subject: str
    status: str
    priority: str
    requester: Who
    company: str | None
    technician: Who | None
    department: str
    department_id: int
    activity_status: str
    updated_at: datetime
    news_seq: int  # number of the last activity that is worth a mark
    due_at: datetime | None  # when the first of its clocks is due that run
    due_kind: str | None
    paused: bool  # its clocks stand still because it is pending
    chat: str | None  # how far its chat is: wanted (by the requester), asked (by a technician), open
    chat_since: datetime | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: tickets changed before (or, `newer`, after) this moment and number."""

    at: datetime
    number: int
    newer: bool = False

    def __str__(self) -> str:
        return f"{'n' if self.newer else 'o'}{(self.at - BEGINNING) // timedelta(microseconds=1)}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor in an address, or None if it is not one."""
        micros, _, number = text[1:].partition("-")
        if text[:1] not in ("o", "n") or not (_is_number(micros) and _is_number(number)):
            return None
        try:
            at = BEGINNING + timedelta(microseconds=int(micros))
        except OverflowError:
            return None
        return cls(at, int(number), text[0] == "n")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, with cursors to the pages beside it (None at the ends)."""

    rows: list[TicketRow]
    newer: Cursor | None
    older: Cursor | None


def staff_page(
    connection: Connection, viewer: Person, show: Show, status: str | None, cursor: Cursor | None, limit: int = PAGE
) -> Page:
    """One page of the tickets that this technician may open."""
    chosen = and_(_shown(viewer, show), true() if status is None else ticket.c.status == status)
    rows, newer, older = _page(connection, chosen, ticket.c.updated_at, cursor, limit)
    return Page(_ticket_rows(connection, rows), newer, older)


def rows(connection: Connection, numbers: Sequence[int]) -> list[TicketRow]:
    """These tickets as lists show them. Whoever asks sees to it that only those get them who may."""
    return _ticket_rows(connection, connection.execute(select(ticket).where(ticket.c.number.in_(numbers))))


def counts(connection: Connection, viewer: Person) -> dict[str, int]:
    """How many tickets each list has; mine and unassigned count the unsolved ones."""
    unsolved = ticket.c.status.in_(("open", "pending"))
    wanted = {
        "mine": and_(_shown(viewer, "mine"), unsolved),
        "unassigned": and_(_shown(viewer, "unassigned"), unsolved),
    }
    wanted |= {show: _shown(viewer, show) for show in ("chats", "all")}
    return {
        name: int(connection.execute(select(func.count()).select_from(ticket).where(condition)).scalar_one())
        for name, condition in wanted.items()
    }


def requests(connection: Connection, viewer: Person, limit: int = 200) -> list[PublicTicket]:
    """The tickets that this person takes part in as a requester, the latest changed first."""
    query = select(ticket).where(access.visible(viewer, "public"))
    newest = query.order_by(ticket.c.public_updated_at.desc(), ticket.c.number.desc()).limit(limit)
    return [public_ticket(row) for row in connection.execute(newest)]


def numbers(
    connection: Connection, viewer: Person, audience: Audience, cursor: Cursor | None, limit: int
) -> tuple[list[Row[Any]], Cursor | None]:
    """Rows of the tickets that this person may open on that side, and the cursor to older ones."""
    moment = ticket.c.updated_at if audience == "staff" else ticket.c.public_updated_at
    rows, _, older = _page(connection, access.visible(viewer, audience), moment, cursor, limit)
    return rows, older


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18  # more would not fit into a column


def _shown(viewer: Person, show: Show) -> ColumnElement[bool]:
    mine = access.visible(viewer, "staff")
    if show == "mine":
        return and_(mine, ticket.c.technician_id == viewer.id)
    if show == "chats":
        return and_(mine, ticket.c.chat_id.is_not(None))
    return and_(mine, ticket.c.technician_id.is_(None)) if show == "unassigned" else mine


def _page(
    connection: Connection, chosen: ColumnElement[bool], moment: Any, cursor: Cursor | None, limit: int
) -> tuple[list[Row[Any]], Cursor | None, Cursor | None]:
    query = select(ticket).where(chosen)
    back = cursor is not None and cursor.newer
    if cursor is not None:
        query = query.where(_beyond(moment, cursor))
    order = (moment.asc(), ticket.c.number.asc()) if back else (moment.desc(), ticket.c.number.desc())
    rows = list(connection.execute(query.order_by(*order).limit(limit + 1)))
    more = len(rows) > limit
    rows = rows[:limit][:: -1 if back else 1]
    if not rows:
        return [], None, None
    first, last = rows[0], rows[-1]
    newer = Cursor(getattr(first, moment.name), first.number, newer=True) if (more if back else cursor) else None
    older = Cursor(getattr(last, moment.name), last.number) if (back or more) else None
    return rows, newer, older


def _beyond(moment: Any, cursor: Cursor) -> ColumnElement[bool]:
    same = moment == cursor.at
    if cursor.newer:
        return or_(moment > cursor.at, and_(same, ticket.c.number > cursor.number))
    return or_(moment < cursor.at, and_(same, ticket.c.number < cursor.number))


def _ticket_rows(connection: Connection, rows: Iterable[Row[Any]]) -> list[TicketRow]:
    rows = list(rows)
    known = people.names(connection, [each for row in rows for each in (row.requester_id, row.technician_id)])
    asked = select(person.c.id, company.c.name).join(company, company.c.id == person.c.company_id)
    theirs = asked.where(person.c.id.in_({row.requester_id for row in rows}))
    companies = {asker: name for asker, name in connection.execute(theirs)}
    places = {row.id: row.name for row in connection.execute(select(department))}
    chats = _chats(connection, {row.chat_id for row in rows if row.chat_id is not None})
    return [
        TicketRow(
            row.number,
            row.subject,
            row.status,
            row.priority,
            known[row.requester_id],
            companies.get(row.requester_id),
            known.get(row.technician_id),
            places[row.department_id],
            row.department_id,
            row.activity_status,
            row.updated_at,
            row.news_seq,
            row.due_at,
            row.due_kind,
            is_paused(row),
            *chats.get(row.chat_id, (None, None)),
        )
        for row in rows
    ]


def _chats(connection: Connection, ids: set[int]) -> dict[int | None, tuple[str, datetime]]:
    """How far these chats are, and since when."""
    found = connection.execute(select(chat).where(chat.c.id.in_(ids))).all() if ids else []
    states = {("asked", "requester"): "wanted", ("asked", "technician"): "asked"}
    return {
        each.id: (states.get((each.state, each.asked_side), "open"), each.opened_at or each.asked_at) for each in found
    }
