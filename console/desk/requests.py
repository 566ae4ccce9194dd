"""A requester's lists: their own requests and, for whoever may read them, their company's, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, false, func, or_, select, true

from console.desk import access, people
from console.desk.paging import PUBLIC_ORDERS, Cursor, page
from console.desk.people import Person, Who
from console.desk.public_side import PublicTicket, public_ticket
from console.desk.tables import activity, message, public_look, ticket
from console.folding import fold, folded

Tab = Literal["mine", "company"]
Show = Literal["all", "open", "solved"]
Order = Literal["changed", "newest", "oldest"]
TABS: tuple[Tab, ...] = ("mine", "company")
SHOWS: tuple[Show, ...] = ("all", "open", "solved")
ORDERS: tuple[Order, ...] = ("changed", "newest", "oldest")
PAGE = 25  # requests
WORDS = 8  # that are searched for; more make no difference to a person, and each costs
MOST_UNREAD = 99  # more are not counted
OPEN = ("open", "pending")
ANSWERS = ("replied", "recorded", "note_shown")  # kinds of activity that are news to a requester
LARGEST_NUMBER = 10**15


@dataclass(frozen=True, slots=True)
class Request:
    """A row of the list. `own`: the reader takes part in it; `unread`: it has an answer that they have not seen."""

    ticket: PublicTicket
    asker: Who
    own: bool
    unread: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Which requests somebody wants to see."""

    tab: Tab = "mine"
    show: Show = "all"
    words: str = ""
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of them, with cursors to the pages before and after (None at the ends) and how many each filter has."""

    requests: list[Request]
    before: Cursor | None
    after: Cursor | None
    counts: dict[Show, int]
    unread: int


def listed(connection: Connection, viewer: Person, asked: Asked = Asked(), limit: int = PAGE) -> Listed:
    """One page of what `viewer` may open, in the order of their choice."""
    within = and_(_tab(viewer, asked.tab), _search(asked.words))
    chosen = and_(within, _show(asked.show))
    order = PUBLIC_ORDERS[viewer.request_order]
    rows, before, after = page(connection, [chosen], true(), order, asked.cursor, limit)
    counts = {show: _count(connection, and_(within, _show(show))) for show in SHOWS}
    return Listed(_requests(connection, viewer, rows), before, after, counts, unread(connection, viewer))


def unread(connection: Connection, viewer: Person) -> int:
    """How many requests that this person takes part in have an answer that they have not seen."""
    mine = and_(access.visible(viewer, "public"), access.taken_part_in(viewer), _answered(viewer))
    some = select(ticket.c.number).where(mine).limit(MOST_UNREAD).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def home(connection: Connection, viewer: Person, number: int) -> Tab:
    """The list in which this person finds a request that they may open."""
    mine = select(ticket.c.number).where(ticket.c.number == number, access.taken_part_in(viewer))
    return "mine" if connection.execute(select(exists(mine))).scalar_one() else "company"


def may_ask_company(viewer: Person) -> bool:
    """Whether there is a list of their company's requests for this person."""
    return viewer.sees_company is not None and viewer.only is None


def _tab(viewer: Person, tab: Tab) -> ColumnElement[bool]:
    """All of it within what may be opened, whatever the tab says."""
    chosen = access.of_company(viewer) if tab == "company" else access.taken_part_in(viewer)
    return and_(access.visible(viewer, "public"), chosen)


def _show(show: Show) -> ColumnElement[bool]:
    if show == "all":
        return true()
    return ticket.c.status.in_(OPEN) if show == "open" else ticket.c.status.not_in(OPEN)


def _search(words: str) -> ColumnElement[bool]:
    """Requests that have each of the words in their subject, in what was said in public, or as their number."""
    return and_(true(), *(_has(word) for word in fold(words).split()[:WORDS]))


def _has(word: str) -> ColumnElement[bool]:
    said = select(message.c.id).where(
        message.c.ticket_number == ticket.c.number,
        message.c.kind != "note",
        message.c.state == "sent",
        or_(*(folded(column).contains(word, autoescape=True) for column in (message.c.body, message.c.solution))),
    )
    digits = word.removeprefix("#")
    named = ticket.c.number == int(digits) if _is_number(digits) else false()
    return or_(folded(ticket.c.subject).contains(word, autoescape=True), exists(said), named)


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and int(digits) < LARGEST_NUMBER


def _answered(viewer: Person) -> ColumnElement[bool]:
    seen = _seen(viewer).scalar_subquery()
    answers = select(activity.c.position).where(
        activity.c.ticket_number == ticket.c.number,
        activity.c.public_seq > func.coalesce(seen, 0),
        activity.c.kind.in_(ANSWERS),
    )
    return exists(answers)


def _seen(viewer: Person) -> Any:
    mine = (public_look.c.person_id == viewer.id) & (public_look.c.ticket_number == ticket.c.number)
    return select(public_look.c.seq).where(mine).correlate(ticket)


def _count(connection: Connection, chosen: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(ticket).where(chosen)).scalar_one()


def _requests(connection: Connection, viewer: Person, rows: Sequence[Row[Any]]) -> list[Request]:
    shown = ticket.c.number.in_([row.number for row in rows])
    own = access.taken_part_in(viewer)
    # Colleagues' requests are news to those who have looked at them before.
    followed = or_(own, exists(_seen(viewer)))
    query = select(ticket.c.number, own, and_(followed, _answered(viewer))).where(shown)
    marks = {number: (mine, news) for number, mine, news in connection.execute(query)}
    known = people.names(connection, [row.requester_id for row in rows])
    return [Request(public_ticket(row), known[row.requester_id], *map(bool, marks[row.number])) for row in rows]


def without_news(found: Listed, number: int) -> Listed:
    """The same, while the request of that number is being read."""
    read = [replace(each, unread=False) if each.ticket.number == number else each for each in found.requests]
    return replace(found, requests=read)
