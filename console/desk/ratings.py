"""How requesters found the way their requests were resolved: who is asked, until when, and what was said in a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from console.desk import options, people
from console.desk import ticket as rules
from console.desk.people import Person
from console.desk.tables import message, rating

SCALE = ("good", "bad")
COMMENT_LIMIT = 2_000  # characters
STILL_OPEN = timedelta(days=14)  # after the resolution, for a ticket that was closed meanwhile


@dataclass(frozen=True, slots=True)
class Question:
    """How was it? `given` is a word of the scale, "" if nothing was said yet; `state` changes with whatever is asked or said."""

    number: int
    given: str
    comment: str
    state: str


@dataclass(frozen=True, slots=True)
class Tally:
    good: int = 0
    bad: int = 0

    @property
    def rated(self) -> int:
        return self.good + self.bad


def word(good: bool) -> str:
    return SCALE[0] if good else SCALE[1]


def may_rate(connection: Connection, person: Person, row: Any, now: datetime) -> bool:
    """Whether this person says how the resolution of the ticket in `row` was: its requester alone, and not about themselves."""
    kind = rules.category(row.status)
    if row.resolved_at is None or row.requester_id != person.id or people.side_of(person, row) != "requester":
        return False
    in_time = kind == "resolved" or (kind == "closed" and now < row.resolved_at + STILL_OPEN)
    return in_time and options.load(connection).ratings


def given(connection: Connection, row: Any) -> Any:
    """The row of `rating` about the last resolution of this ticket, with the `comment` as it is now, or None."""
    query = (
        select(rating, func.coalesce(message.c.body, "").label("comment"))
        .outerjoin(message, message.c.id == rating.c.message_id)
        .where(rating.c.ticket_number == row.number, rating.c.resolved_at == row.resolved_at)
    )
    return connection.execute(query).one_or_none()


def question(connection: Connection, person: Person, row: Any, now: datetime) -> Question | None:
    """What the page of a request asks this person; None if nothing."""
    if not may_rate(connection, person, row, now):
        return None
    said = given(connection, row)
    if said is None:
        return Question(row.number, "", "", row.resolved_at.isoformat())
    return Question(
        row.number, word(said.good), said.comment, f"{row.resolved_at.isoformat()} {said.rated_at.isoformat()}"
    )


def last(number: ColumnElement[int]) -> Any:
    """A scalar subquery: whether the last rating of the ticket with this number is good."""
    newest = select(rating.c.good).where(rating.c.ticket_number == number)
    return newest.order_by(rating.c.resolved_at.desc()).limit(1).scalar_subquery()


def tallies(
    connection: Connection,
    by: Literal["technician", "department"],
    start: datetime,
    end: datetime,
    places: frozenset[int] | None = None,
) -> dict[int | None, Tally]:
    """The ratings given from `start` until before `end`, by the id of technician (None: nobody's) or department.

    `places` are ids of the departments that count; None: all.
    """
    whose = rating.c.technician_id if by == "technician" else rating.c.department_id
    within = and_(rating.c.rated_at >= start, rating.c.rated_at < end)
    if places is not None:
        within = and_(within, rating.c.department_id.in_(places))
    good = func.sum(case((rating.c.good, 1), else_=0))
    query = select(whose, good, func.count()).where(within).group_by(whose)
    return {each: Tally(int(well), all_ - int(well)) for each, well, all_ in connection.execute(query)}


def total(connection: Connection, start: datetime, end: datetime, places: frozenset[int] | None = None) -> Tally:
    """The same of all together."""
    found = tallies(connection, "department", start, end, places).values()
    return Tally(sum(each.good for each in found), sum(each.bad for each in found))
