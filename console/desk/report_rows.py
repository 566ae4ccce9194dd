"""What a report is counted from, in SQL: what happened on tickets of some departments since a span of days began.

Each statement touches what happened since then, by an index on the moment, and of the others what is not solved now. The
rows end with the groups to which they count: technician, department, company, application, as they are now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, bindparam, func, select

from console.desk import board_lists
from console.desk.filters import UNSOLVED
from console.desk.span import Span, seconds
from console.desk.tables import activity, person, ticket

DIMENSIONS = ("technician", "department", "company", "application")

# In the text of the statement, so that both databases know that the index of these rows will do.
_MOVES = activity.c.kind == bindparam("kind", "status_changed", literal_execute=True)
_GROUPS: tuple[Column[Any], ...] = (
    ticket.c.technician_id,
    ticket.c.department_id,
    person.c.company_id,
    ticket.c.application_id,
)
_TICKETS: FromClause = ticket.join(person, person.c.id == ticket.c.requester_id)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tickets: of these departments (names by id); narrowed to ids of the others, where there is one."""

    places: Mapping[int, str]
    technician: int | None = None
    company: int | None = None
    application: int | None = None


def _narrowed(asked: Asked) -> list[ColumnElement[bool]]:
    wanted = {
        ticket.c.technician_id: asked.technician,
        person.c.company_id: asked.company,
        ticket.c.application_id: asked.application,
    }
    # added to nothing, so that no index answers it: the moments choose far fewer tickets
    return [board_lists.within(asked.places), *((each + 0) == value for each, value in wanted.items() if value)]


def standing(asked: Asked) -> Select[Any]:
    """What is not solved now: groups, count."""
    at_once = ticket.c.department_id.in_(asked.places), ticket.c.status.in_(UNSOLVED)
    query = select(*_GROUPS, func.count()).select_from(_TICKETS).where(*at_once, *_narrowed(asked)[1:])
    return query.group_by(*_GROUPS)


def opened(asked: Asked, span: Span) -> Select[Any]:
    """Tickets that came since the span began: day, groups, count."""
    query = select(span.day_of(ticket.c.created_at).label("day"), *_GROUPS).select_from(_TICKETS)
    return _counted(query.where(ticket.c.created_at >= span.start, *_narrowed(asked)))


def answers(asked: Asked, span: Span) -> Select[Any]:
    """First responses in the span: day, seconds, groups."""
    at = ticket.c.first_response_at
    query = select(span.day_of(at), seconds(at) - seconds(ticket.c.created_at), *_GROUPS).select_from(_TICKETS)
    return query.where(*_inside(at, span), *_narrowed(asked))


def moved(asked: Asked, span: Span) -> Select[Any]:
    """Changes of status in the span: day, seconds since the ticket's opening, facts, groups."""
    at = activity.c.at
    query = select(span.day_of(at), seconds(at) - seconds(ticket.c.created_at), activity.c.facts, *_GROUPS)
    return query.select_from(_logged()).where(_MOVES, *_inside(at, span), *_narrowed(asked))


def moved_later(asked: Asked, span: Span) -> Select[Any]:
    """Changes of status after the span: facts, groups, count."""
    query = select(activity.c.facts, *_GROUPS).select_from(_logged())
    return _counted(query.where(_MOVES, activity.c.at >= span.end, *_narrowed(asked)))


def _logged() -> FromClause:
    return activity.join(_TICKETS, ticket.c.number == activity.c.ticket_number)


def _inside(moment: Column[datetime], span: Span) -> tuple[ColumnElement[bool], ...]:
    return moment >= span.start, moment < span.end


def _counted(rows: Select[Any]) -> Select[Any]:
    """How often each row comes; PostgreSQL does not see that an expression with parameters is the same twice."""
    inner = rows.subquery()
    return select(*inner.c, func.count()).group_by(*inner.c)
