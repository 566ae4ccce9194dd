"""Opening a ticket."""

from __future__ import annotations

from sqlalchemy import insert, select

from console.desk import applications, message, people
from console.desk.applications import Key
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.tables import department as departments
from console.desk.ticket import FIELDS, SUBJECT_LIMIT

FIRST_DEPARTMENT = "Support"  # of a desk that has none yet


def open_ticket(
    desk: Desk,
    actor: Person,
    *,
    subject: str,
    draft: Draft,
    department: str,
    priority: str = "normal",
    type: str = "incident",
    impact: str | None = None,
    requester: str | None = None,
    application: Key | None = None,
    module: Key | None = None,
    command_id: str | None = None,
    body_hash: str | None = None,
) -> Receipt:
    """Open a ticket in the department of this name, for the actor or (staff only) for the `requester` with this address."""
    subject = checked_subject(subject)
    for field, value in (("priority", priority), ("type", type), ("impact", impact)):
        check_value(field, value)
    with desk.change(None, actor, command_id, body_hash) as change:
        place = people.find_department(change.connection, department)
        if place is None:
            raise Invalid(N_("There is no department %(name)s."), field="department", name=department)
        asker = actor.id
        if requester is not None and requester.strip().lower() != actor.email:
            if actor.role != "admin" and place not in actor.departments:
                raise NotFound
            asker = message.requester_of(change, requester)
        about = applications.chosen(change.connection, asker, application, module)
        begin(change, actor, subject, draft, place, asker, about, priority=priority, type=type, impact=impact)
    return change.receipt


def begin(
    change: Change,
    actor: Person,
    subject: str,
    draft: Draft,
    department_id: int,
    requester_id: int,
    about: tuple[int | None, int | None],
    *,
    priority: str,
    type: str = "incident",
    impact: str | None = None,
) -> None:
    """Make the ticket of this change, with its first message; everything was checked. `about`: application and module."""
    change.create(
        subject=subject,
        status="open",
        priority=priority,
        type=type,
        impact=impact,
        activity_status="unread",
        source=draft.source,
        department_id=department_id,
        requester_id=requester_id,
        application_id=about[0],
        module_id=about[1],
        last_public_side="requester",
    )
    side = people.side_of(actor, change.ticket)
    if side == "technician":
        change.set(activity_status="read")
    said = message.add(change, "opening", side, draft)
    change.append("opened", side=side, message_id=said)


def checked_subject(text: str) -> str:
    """The subject to store. Raises Invalid."""
    subject = " ".join(text.replace("\0", "").split())
    if not subject or len(subject) > SUBJECT_LIMIT:
        raise Invalid(N_("A subject has 1 to %(limit)s characters."), field="subject", limit=SUBJECT_LIMIT)
    return subject


def check_value(field: str, value: str | None) -> None:
    """Whether the field may have this value. Raises Invalid."""
    if value not in FIELDS[field] and not (field == "impact" and value is None):
        raise Invalid(N_("%(value)s is not a possible value here."), field=field, value=str(value))


def department_for(change: Change, name: str) -> int:
    """The department of this name ("": the first), which is made if there is none."""
    wanted = select(departments.c.id).where(departments.c.name == name) if name else select(departments.c.id)
    found = change.connection.execute(wanted.order_by(departments.c.id).limit(1)).scalar_one_or_none()
    if found is None:
        made = insert(departments).values(name=name or FIRST_DEPARTMENT).returning(departments.c.id)
        found = change.connection.execute(made).scalar_one()
    return int(found)
