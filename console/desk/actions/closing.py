"""The end of a ticket: closed by itself or by command, and what goes on from it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from console.desk import access
from console.desk import ticket as rules
from console.desk.actions.fields import move_status
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.tables import session, view_link


def close_resolved(desk: Desk, number: int) -> Receipt:
    """Close a ticket that has been resolved for as long as the setting says; any other stays as it is."""
    with desk.change(number, None) as change:
        row = change.ticket
        if rules.category(row.status) == "resolved" and row.resolved_at + desk.post.closes_after <= change.at:
            move_status(change, "closed", None)
    return change.receipt


def close(desk: Desk, number: int) -> Receipt:
    """Close a ticket, whatever its status was. Raises NotFound."""
    with desk.change(number, None) as change:
        move_status(change, "closed", None)
    return change.receipt


def revoke_links(desk: Desk, number: int, actor: Person | None = None, *, command_id: str | None = None) -> Receipt:
    """End every link that mails of this ticket had, and what was begun with them. The next mail has a new one.

    Raises NotFound.
    """
    with desk.change(number, actor, command_id) as change:
        if actor is not None and not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        mine = view_link.c.ticket_number == number
        change.connection.execute(update(view_link).where(mine).values(generation=view_link.c.generation + 1))
        begun = update(session).where(session.c.ticket_number == number, session.c.revoked_at.is_(None))
        ended = change.connection.execute(begun.values(revoked_at=change.at).returning(session.c.id)).scalars().all()
        for each in ended:
            change.append("signed_out", session=each)
        change.append("links_revoked", side=None if actor is None else "technician")
    return change.receipt


def note_follow_up(desk: Desk, number: int, new: int) -> Receipt:
    """Tell on a closed ticket which one goes on from it."""
    with desk.change(number, None) as change:
        facts: dict[str, Any] = {"to": new}
        change.append("followed_up", **facts)
    return change.receipt
