"""Looking at a ticket: the view is logged, an unread ticket is read, how far one has seen is kept, notices are settled."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select, update

from console.desk import access, look, public_look
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.tables import activity, notification

VIEW_ONCE_IN = timedelta(minutes=30)  # per person and ticket


def record_view(desk: Desk, number: int, actor: Person, *, seen: int | None = None) -> Receipt:
    """Log that a technician of the department opened the ticket, with everything up to `seen` before them."""
    with desk.change(number, actor) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        head = change.ticket.seq
        if change.ticket.activity_status == "unread" or not _viewed_lately(change, actor):
            if change.ticket.activity_status == "unread":
                change.set(activity_status="read")
            change.append("viewed", side="technician")
        if seen is not None:
            # what was appended just now is the viewer's own
            look.reach(change, actor.id, number, seen if seen < head else change.ticket.seq)
        _settle(change, actor, number)
    return change.receipt


def look_on(desk: Desk, number: int, actor: Person, *, seen: int | None) -> Receipt:
    """Remember that a page which was opened before shows more by now. It is no view, and an unread ticket stays unread."""
    with desk.change(None, actor) as change:
        row = access.find_ticket(change.connection, number, actor, "staff")
        if seen is not None:
            look.reach(change, actor.id, number, min(seen, row.seq))
        _settle(change, actor, number)
    return change.receipt


def look_in_public(desk: Desk, number: int, actor: Person, *, seen: int | None) -> Receipt:
    """Remember how far somebody has seen the public side of a ticket; `seen` is a public number."""
    with desk.change(None, actor) as change:
        row = access.find_ticket(change.connection, number, actor, "public")
        if seen is not None and public_look.reach(change, actor.id, number, min(seen, row.public_seq)):
            change.hint("requests", actor.id, number)
    return change.receipt


def mark_unread(desk: Desk, number: int, actor: Person, *, command_id: str | None = None) -> Receipt:
    """Make the ticket unread for everybody, and its latest news unseen for this person."""
    with desk.change(number, actor, command_id) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        if change.ticket.activity_status != "unread":
            change.set(activity_status="unread")
            change.append("marked_unread", side="technician")
        look.fall_back(change)
    return change.receipt


def read_notifications(desk: Desk, actor: Person) -> Receipt:
    """Mark all of a person's notifications as read."""
    with desk.change(None, actor) as change:
        _settle(change, actor, None)
    return change.receipt


def _viewed_lately(change: Change, actor: Person) -> bool:
    views = select(activity.c.position).where(
        activity.c.ticket_number == change.ticket.number,
        activity.c.kind == "viewed",
        activity.c.actor_id == actor.id,
        activity.c.at > change.at - VIEW_ONCE_IN,
    )
    return bool(change.connection.execute(select(exists(views))).scalar_one())


def _settle(change: Change, actor: Person, number: int | None) -> None:
    unread = update(notification).where(notification.c.person_id == actor.id, notification.c.read_at.is_(None))
    if number is not None:
        unread = unread.where(notification.c.ticket_number == number)
    if change.connection.execute(unread.values(read_at=change.at)).rowcount:
        change.append("notifications_read")
