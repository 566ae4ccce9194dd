"""Who may open what. Every door, page and socket asks here; what one may not open does not exist for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, exists, or_, select, true

from console.desk.errors import NotFound
from console.desk.kinds import Audience
from console.desk.people import Person, Who, who
from console.desk.roles import STAFF
from console.desk.tables import membership, participant, person, ticket

_TICKET = select(ticket).where(ticket.c.number == bindparam("wanted"))  # built once, asked all the time


def may_open(connection: Connection, viewer: Person, row: Any, audience: Audience) -> bool:
    """Whether `viewer` may see this ticket row as staff, or its public side."""
    if audience == "staff":
        return works_in(viewer, row.department_id)
    if viewer.only not in (None, row.number):
        return False
    if row.requester_id == viewer.id:
        return True
    named = select(participant).where(participant.c.ticket_number == row.number, participant.c.person_id == viewer.id)
    return connection.execute(select(exists(named))).scalar_one()


def works_in(viewer: Person, department_id: int) -> bool:
    """Whether `viewer` may see the tickets of this department as staff."""
    return viewer.is_staff and (viewer.role == "admin" or department_id in viewer.departments)


def find_ticket(connection: Connection, number: int, viewer: Person, audience: Audience) -> Row[Any]:
    """The ticket's row; NotFound if it does not exist or this person may not open it."""
    row = connection.execute(_TICKET, {"wanted": number}).one_or_none()
    if row is None or not may_open(connection, viewer, row, audience):
        raise NotFound
    return row


def visible(viewer: Person, audience: Audience) -> ColumnElement[bool]:
    """The condition on `ticket` that holds for every ticket this person may open."""
    if audience == "staff":
        if viewer.role == "admin" and viewer.is_staff:
            return true()
        return ticket.c.department_id.in_(viewer.departments if viewer.is_staff else frozenset())
    named = select(participant.c.ticket_number).where(participant.c.person_id == viewer.id)
    theirs = or_(ticket.c.requester_id == viewer.id, ticket.c.number.in_(named))
    return theirs if viewer.only is None else and_(theirs, ticket.c.number == viewer.only)


def technicians(connection: Connection, department_id: int) -> list[tuple[Who, str]]:
    """Everybody on the staff side who may open tickets of this department, with their e-mail address, by name."""
    member = select(membership.c.person_id).where(membership.c.department_id == department_id)
    query = (
        select(person.c.id, person.c.name, person.c.email)
        .where(person.c.active, person.c.role.in_(STAFF), or_(person.c.role == "admin", person.c.id.in_(member)))
        .order_by(person.c.name)
    )
    return [(who(row.id, row.name), row.email) for row in connection.execute(query)]
