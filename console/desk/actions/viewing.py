"""Opening a ticket's page: the view is logged, an unread ticket is read, its notifications are settled."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select, update

from console.desk import access
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.tables import activity, notification

VIEW_ONCE_IN = timedelta(minutes=30)  # per person and ticket


def record_view(desk: Desk, number: int, actor: Person) -> Receipt:
    """Log that a technician of the department opened the ticket."""
    with desk.change(number, actor) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        if change.ticket.activity_status == "unread" or not _viewed_lately(change, actor):
            if change.ticket.activity_status == "unread":
                change.set(activity_status="read")
            change.append("viewed", side="technician")
        _settle(change, actor, number)
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
