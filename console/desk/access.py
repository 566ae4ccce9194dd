"""Who may open what. Every door, page and socket asks here; what one may not open does not exist for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, exists, false, or_, select, true, union

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
    return takes_part(connection, viewer.id, row) or _of_their_company(connection, viewer, row)


def takes_part(connection: Connection, person_id: int, row: Any) -> bool:
    """Whether this person is the ticket's requester or is copied on it."""
    if row.requester_id == person_id:
        return True
    named = select(participant).where(participant.c.ticket_number == row.number, participant.c.person_id == person_id)
    return connection.execute(select(exists(named))).scalar_one()


def _of_their_company(connection: Connection, viewer: Person, row: Any) -> bool:
    if viewer.sees_company is None or viewer.only is not None:
        return False
    query = select(person.c.company_id).where(person.c.id == row.requester_id)
    return bool(connection.execute(query).scalar_one() == viewer.sees_company)


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
    theirs = taken_part_in(viewer)
    if viewer.only is not None:
        return and_(theirs, ticket.c.number == viewer.only)
    return theirs if viewer.sees_company is None else or_(theirs, of_company(viewer))


def taken_part_in(viewer: Person) -> ColumnElement[bool]:
    """The condition on `ticket` that holds for those whose requester this person is, or on which they are copied."""
    named = select(participant.c.ticket_number).where(participant.c.person_id == viewer.id)
    return or_(ticket.c.requester_id == viewer.id, ticket.c.number.in_(named))


def of_company(viewer: Person) -> ColumnElement[bool]:
    """The condition on `ticket` that holds for those of the company whose requests this person may read."""
    if viewer.sees_company is None or viewer.only is not None:
        return false()
    colleagues = select(person.c.id).where(person.c.company_id == viewer.sees_company)
    return ticket.c.requester_id.in_(colleagues)


def readers(connection: Connection, row: Any) -> set[int]:
    """Everybody who may open the public side of this ticket's row, as themselves and not by a link."""
    named = select(participant.c.person_id).where(participant.c.ticket_number == row.number)
    company = select(person.c.company_id).where(person.c.id == row.requester_id).scalar_subquery()
    overseers = select(person.c.id).where(person.c.sees_company, person.c.company_id == company)
    return {row.requester_id, *connection.execute(union(named, overseers)).scalars()}


def technicians(connection: Connection, *department_ids: int) -> list[tuple[Who, str]]:
    """Everybody on the staff side who may open tickets of one of these departments, with their e-mail address, by name."""
    member = select(membership.c.person_id).where(membership.c.department_id.in_(department_ids))
    query = (
        select(person.c.id, person.c.name, person.c.email)
        .where(person.c.active, person.c.role.in_(STAFF), or_(person.c.role == "admin", person.c.id.in_(member)))
        .order_by(person.c.name)
    )
    return [(who(row.id, row.name), row.email) for row in connection.execute(query)]
