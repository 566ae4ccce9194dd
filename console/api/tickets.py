"""/tickets and /tickets/{number}: the list by pages, one ticket, and opening one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from console.api import shapes, sides
from console.api.bodies import NewTicket, TicketChange
from console.api.door import DIGITS, house, json, number_in, seen, sent, whole
from console.api.messages import conflict
from console.api.problems import Problem
from console.desk import people, queue, searching
from console.desk.actions.fields import set_fields
from console.desk.actions.opening import open_ticket
from console.desk.change import Receipt
from console.desk.errors import N_, Invalid, Missed
from console.desk.message import Draft
from console.desk.paging import PUBLIC_ORDER, Cursor
from console.desk.people import Person
from console.desk.tables import department, ticket
from console.viewer import Viewer

PAGE, MOST = 50, 200  # tickets


async def collection(request: Request, viewer: Viewer) -> Response:
    return await (_create if request.method == "POST" else _index)(request, viewer)


async def single(request: Request, viewer: Viewer) -> Response:
    return await (change if request.method == "PATCH" else show)(request, viewer)


async def show(request: Request, viewer: Viewer) -> Response:
    number = number_in(request)

    def load(connection: Connection) -> Any:
        row, audience = sides.find(connection, number, viewer.person)
        return shapes.shown(connection, [row], audience)[0]

    return json(await house(request).desk.read(load))


async def change(request: Request, viewer: Viewer) -> Response:
    """Set fields, all of them or none; the answer is the ticket as it is then."""
    desk, number = house(request).desk, number_in(request)
    asked, command = await sent(request, TicketChange)
    audience = await desk.read(sides.of_ticket, number, viewer.person)
    values: dict[str, str | None] = {name: getattr(asked, name) for name in asked.model_fields_set}
    if audience == "public":
        await desk.read(sides.find, number, viewer.person)
        for name in values:
            raise Problem(403, N_("Only technicians can set %(name)s."), field=name, name=name)
        raise Problem(403, N_("Only technicians can set fields."))
    try:
        await desk.do(
            set_fields,
            number,
            viewer.person,
            values=values,
            seen=seen(request),
            command_id=command.id,
            body_hash=command.body_hash,
        )
    except Missed as missed:
        raise await conflict(request, viewer, number, audience, missed) from None
    return await show(request, viewer)


async def _index(request: Request, viewer: Viewer) -> Response:
    """The tickets this person may open, the latest changed first; with `q` those that it finds, the most relevant first."""
    question = request.query_params.get("q", "")
    cursor, limit = _cursor(request), whole(request, "limit", PAGE, MOST, least=1)
    audience = sides.of_lists(viewer.person)

    def load(connection: Connection) -> Any:
        if question:
            found = searching.numbers(connection, viewer.person, audience, question, limit)
            there = {row.number: row for row in connection.execute(select(ticket).where(ticket.c.number.in_(found)))}
            return {"items": shapes.shown(connection, [there[each] for each in found], audience), "next": None}
        rows, older = queue.numbers(connection, viewer.person, audience, cursor, limit)
        items = shapes.shown(connection, rows, audience)
        return {"items": items, "next": None if older is None else str(older)}

    return json(await house(request).desk.read(load))


async def _create(request: Request, viewer: Viewer) -> Response:
    desk, settings = house(request).desk, house(request).settings
    asked, command = await sent(request, NewTicket)
    if asked.requester and asked.requester.lower() != viewer.person.email and not viewer.person.is_staff:
        raise Problem(403, N_("Only technicians open tickets for somebody else."), field="requester")
    receipt = await desk.do(
        open_ticket,
        viewer.person,
        subject=asked.subject,
        draft=Draft(asked.body, source="api", limit=settings.comment_characters),
        department=asked.department or str(await desk.read(_default_department, viewer.person)),
        priority=asked.priority,
        type=asked.type,
        requester=asked.requester,
        application=asked.application,
        module=asked.module,
        command_id=command.id,
        body_hash=command.body_hash,
    )
    answer = await desk.read(_as_opened, receipt, asked, viewer.person)
    return json(answer, 201, {"location": f"/api/v1/tickets/{receipt.number}"})


def _cursor(request: Request) -> Cursor | None:
    text = request.query_params.get("cursor")
    if text is None:
        return None
    cursor = Cursor.parse(text)
    if cursor is None or cursor.newer or cursor.values(PUBLIC_ORDER) is None or cursor.keys[-1] >= 10**DIGITS:
        raise Invalid(N_("%(value)s is not a possible value here."), field="cursor", value=text[:40])
    return cursor


def _default_department(connection: Connection, person: Person) -> str:
    """The person's first department, otherwise the desk's first."""
    query = select(department.c.name).order_by(department.c.id.in_(person.departments).desc(), department.c.id)
    return connection.execute(query.limit(1)).scalar() or ""


def _as_opened(connection: Connection, receipt: Receipt, asked: NewTicket, person: Person) -> Any:
    """The ticket as it was when it was opened: a repeated command gets the first answer, whatever happened since."""
    row = connection.execute(select(ticket).where(ticket.c.number == receipt.number)).one()
    first = SimpleNamespace(**row._mapping)
    first.status, first.priority, first.type, first.impact = "open", asked.priority, asked.type, None
    first.technician_id, first.last_public_side = None, "requester"
    first.activity_status = "read" if people.side_of(person, first) == "technician" else "unread"
    first.seq, first.public_seq = receipt.seq, receipt.public_seq
    first.updated_at = first.public_updated_at = row.created_at
    first.first_response_at = first.resolved_at = first.closed_at = None
    first.due_at, first.due_kind, first.breached = None, None, False
    answer = shapes.shown(connection, [first], sides.of_ticket(connection, row.number, person))[0]
    return msgspec.structs.replace(answer, application=asked.application or None, module=asked.module or None)
