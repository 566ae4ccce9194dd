"""Opening a ticket."""

from __future__ import annotations

from console.desk import applications, message, people
from console.desk.applications import Key
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.ticket import FIELDS, SUBJECT_LIMIT


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
    subject = " ".join(subject.replace("\0", "").split())
    if not subject or len(subject) > SUBJECT_LIMIT:
        raise Invalid(N_("A subject has 1 to %(limit)s characters."), field="subject", limit=SUBJECT_LIMIT)
    for field, value in (("priority", priority), ("type", type), ("impact", impact)):
        if value not in FIELDS[field] and not (field == "impact" and value is None):
            raise Invalid(N_("%(value)s is not a possible value here."), field=field, value=str(value))
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
        change.create(
            subject=subject,
            status="open",
            priority=priority,
            type=type,
            impact=impact,
            activity_status="unread",
            source=draft.source,
            department_id=place,
            requester_id=asker,
            application_id=about[0],
            module_id=about[1],
            last_public_side="requester",
        )
        side = people.side_of(actor, change.ticket)
        if side == "technician":
            change.set(activity_status="read")
        said = message.add(change, "opening", side, draft)
        change.append("opened", side=side, message_id=said)
    return change.receipt
