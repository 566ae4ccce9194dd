"""Notes: for technicians only with the people they call, or visible to the requester as an occurrence."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from console.desk import access, guard, letter, look, mention, message, options, people
from console.desk import draft as drafts
from console.desk import ticket as rules
from console.desk.actions import following
from console.desk.actions.fields import move_status
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.tables import activity
from console.desk.tables import message as messages


def write_note(
    desk: Desk,
    number: int,
    actor: Person,
    *,
    draft: Draft,
    notify: Sequence[str] = (),
    status: str | None = None,
    command_id: str | None = None,
    body_hash: str | None = None,
) -> Receipt:
    """Write a note and notify the technicians named in `notify` (addresses) or by @name in the text.

    One that the draft's occurrence calls visible is public. That one, and a note that sets a status, is guarded.
    Raises Invalid, NotFound, Missed.
    """
    visible = draft.occurrence.visible is True
    with desk.change(number, actor, command_id, body_hash) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        if people.side_of(actor, change.ticket) == "requester":
            raise Invalid(N_("You write on this ticket as its requester, and requesters write no internal notes."))
        if visible or status is not None:
            guard.check(change, actor, draft.seen, "staff")
        called = mention.notified(change.connection, change.ticket.department_id, notify, draft.body)
        said = message.add(change, "occurrence" if visible else "note", "technician", draft)
        message.name_people(change, said, "notified", [each.id for each in called])
        written = message.seen_when_written(draft, change.ticket.seq)
        unseen = guard.first_message_missed(change, actor.id, written)
        if visible:
            change.set(**rules.after_answered(change.ticket, change.at))
        kind = "recorded" if visible else "noted"
        change.append(kind, side="technician", message_id=said, **unseen)
        for each in called:
            if each.id != actor.id:
                letter.call(change, each.id, "noted", message_id=said)
        following.tell(change, kind, seen=draft.seen)
        if visible and draft.occurrence.by_mail is not False:
            letter.tell(change, "recorded", message_id=said)
        move_status(change, status, "technician")
        look.go_along(change)
        drafts.sent(change, draft.draft_version, draft.draft_saving)
    return change.receipt


def show_note(
    desk: Desk, number: int, actor: Person, *, message_id: int, by_mail: bool = True, command_id: str | None = None
) -> Receipt:
    """Make an internal note visible to the requester. What is visible stays as it is. Raises NotFound, Invalid."""
    with desk.change(number, actor, command_id) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        if people.side_of(actor, change.ticket) == "requester":
            raise Invalid(N_("You write on this ticket as its requester."))
        if not options.load(change.connection).occurrences:
            raise Invalid(N_("Occurrences are switched off."))
        mine = (messages.c.id == message_id) & (messages.c.ticket_number == number) & messages.c.kind.in_(message.NOTES)
        mine &= messages.c.side == "technician"  # the comment of a rating is its requester's word to technicians
        row = change.connection.execute(select(messages).where(mine).with_for_update()).one_or_none()
        if row is None:
            raise NotFound
        if row.kind == "note":
            change.connection.execute(update(messages).where(mine).values(kind="occurrence", by_mail=by_mail))
            noted = select(activity.c.seq).where(activity.c.message_id == message_id, activity.c.kind == "noted")
            seq = change.connection.execute(noted).scalar_one()
            change.set(**rules.after_answered(change.ticket, change.at))
            change.append("note_shown", side="technician", message_id=message_id, noted=seq)
            following.tell(change, "recorded")
            if by_mail:
                letter.tell(change, "recorded", message_id=message_id)
    return change.receipt
