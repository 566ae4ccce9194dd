"""A ticket in JSON: for staff, and for requesters in a type that has no field for a staff fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from console.desk import applications
from console.desk import ticket as rules
from console.desk.kinds import Audience
from console.desk.public_side import public_ticket
from console.desk.tables import department, person

Called = tuple[dict[int, str], dict[int, str]]  # names of applications and of modules, by id


class Contact(msgspec.Struct, frozen=True):
    id: int
    name: str
    email: str


class StaffTicket(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    subject: str
    status: str
    status_category: str
    activity_status: str
    priority: str
    type: str
    impact: str | None
    source: str
    requester: Contact
    technician: Contact | None
    department: str
    application: str | None
    module: str | None
    seq: int
    created_at: datetime
    updated_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    due_kind: str | None
    breached: bool


class RequestersTicket(msgspec.Struct, frozen=True, kw_only=True):
    """`words` is the status as the portal tells it. Who works on the ticket, and in which team, is the desk's business."""

    number: int
    subject: str
    status: str
    status_category: str
    words: str
    priority: str
    requester: Contact
    technician: None = None
    department: None = None
    application: str | None
    module: str | None
    seq: int
    created_at: datetime
    updated_at: datetime


def shown(
    connection: Connection, rows: Sequence[Any], audience: Audience
) -> list[StaffTicket] | list[RequestersTicket]:
    """These ticket rows as one side sees them, in at most four queries however many there are."""
    called = applications.names(connection, ((row.application_id, row.module_id) for row in rows))
    if audience == "public":
        askers = _contacts(connection, (row.requester_id for row in rows))
        return [_requesters_ticket(row, askers, called) for row in rows]
    known = _contacts(connection, (each for row in rows for each in (row.requester_id, row.technician_id)))
    places = {row.id: row.name for row in connection.execute(select(department.c.id, department.c.name))}
    return [_staff_ticket(row, known, places, called) for row in rows]


def _requesters_ticket(row: Any, known: dict[int, Contact], called: Called) -> RequestersTicket:
    public = public_ticket(row)
    return RequestersTicket(
        number=public.number,
        subject=public.subject,
        status=public.category,
        status_category=public.category,
        words=public.words,
        priority=public.priority,
        requester=known[row.requester_id],
        application=called[0].get(row.application_id),
        module=called[1].get(row.module_id),
        seq=public.seq,
        created_at=public.created_at,
        updated_at=public.updated_at,
    )


def _staff_ticket(row: Any, known: dict[int, Contact], places: dict[int, str], called: Called) -> StaffTicket:
    return StaffTicket(
        number=row.number,
        subject=row.subject,
        status=row.status,
        status_category=rules.category(row.status),
        activity_status=row.activity_status,
        priority=row.priority,
        type=row.type,
        impact=row.impact,
        source=row.source,
        requester=known[row.requester_id],
        technician=known.get(row.technician_id),
        department=places[row.department_id],
        application=called[0].get(row.application_id),
        module=called[1].get(row.module_id),
        seq=row.seq,
        created_at=row.created_at,
        updated_at=row.updated_at,
        first_response_at=row.first_response_at,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        due_at=row.due_at,
        due_kind=row.due_kind,
        breached=row.breached,
    )


def _contacts(connection: Connection, ids: Iterable[int | None]) -> dict[int, Contact]:
    wanted = {each for each in ids if each is not None}
    query = select(person.c.id, person.c.name, person.c.email).where(person.c.id.in_(wanted))
    return {row.id: Contact(row.id, row.name, row.email) for row in connection.execute(query)}
