"""What requesters do to a ticket: writing on it, and saying that it is not solved."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import update

from console.desk import access, letter, message, public_look, thanks
from console.desk import ticket as rules
from console.desk.actions import following
from console.desk.actions.fields import move_status
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.tables import message as messages


def take_request(change: Change, draft: Draft, *, but: Iterable[str] = ()) -> int:
    """Add what a requester wrote; gives the message's id. It reopens a resolved ticket, unless it says no more than thanks.

    `but` are addresses of people who have it already. Raises Invalid for a closed ticket.
    """
    if rules.category(change.ticket.status) == "closed":
        raise Invalid(N_("This request is closed. Please open a new one."), field="body")
    said = message.add(change, "request", "requester", draft)
    change.set(
        activity_status=rules.after_requester_wrote(change.ticket.activity_status),
        last_public_side="requester",
    )
    assert change.actor is not None
    message.take_part(change)
    change.append("requester_replied", side="requester", message_id=said)
    public_look.reach(change, change.actor.id, change.ticket.number, change.ticket.public_seq)
    following.tell(change, "requester_replied", message_id=said)
    letter.tell(change, "requester_replied", message_id=said, but=but)
    if rules.category(change.ticket.status) == "resolved":
        if change.post.thanks_stay_resolved and not draft.files and thanks.is_only_thanks(draft.body):
            _leave_resolved(change, said, "thanks")
        else:
            move_status(change, "open", "requester")
    return said


def take_automatic(change: Change, draft: Draft) -> int:
    """Add what a requester's mail program answered by itself; gives the message's id. It is nobody's answer: no status moves."""
    said = message.add(change, "request", "requester", draft)
    change.append("auto_replied", side="requester", message_id=said)
    if rules.category(change.ticket.status) == "resolved":
        _leave_resolved(change, said, "automatic")
    return said


def reopen(desk: Desk, number: int, actor: Person, *, command_id: str | None = None) -> Receipt:
    """Say, as somebody on the requester's side, that a resolved ticket is not solved. Any other ticket stays as it is."""
    with desk.change(number, actor, command_id) as change:
        if not access.may_open(change.connection, actor, change.ticket, "public"):
            raise NotFound
        if rules.category(change.ticket.status) == "closed":
            raise Invalid(N_("This request is closed. Please open a new one."))
        if rules.category(change.ticket.status) == "resolved":
            change.set(activity_status=rules.after_requester_wrote(change.ticket.activity_status))
            move_status(change, "open", "requester")
    return change.receipt


def _leave_resolved(change: Change, message_id: int, why: str) -> None:
    change.connection.execute(update(messages).where(messages.c.id == message_id).values(reopened_not=why))
