"""Taking back what was said: the words, solution and files of a message go for good, and the log says who did it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select, update

from console.desk import access, people
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.people import Person
from console.desk.tables import activity, attachment, inbound, letter, mailed
from console.desk.tables import message as messages

REDACTABLE = ("reply", "request", "note", "occurrence")  # kinds of messages
AGAIN = ("reply_queued", "note_shown")  # kinds of activities whose message stands with another one


def redact(
    desk: Desk, number: int, actor: Person, *, message_id: int, blank: str, command_id: str | None = None
) -> Receipt:
    """Remove a message's words and files, of the mail that it was too. What is removed already stays so.

    `blank` is the key of an empty file, which takes the place of that mail's bytes. What has left by mail is with those
    who got it. Raises NotFound, Invalid.
    """
    with desk.change(number, actor, command_id) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        if people.side_of(actor, change.ticket) == "requester":
            raise Invalid(N_("You write on this ticket as its requester."))
        mine = (messages.c.id == message_id) & (messages.c.ticket_number == number)
        row = change.connection.execute(select(messages).where(mine).with_for_update()).one_or_none()
        if row is None:
            raise NotFound
        if row.kind not in REDACTABLE:
            raise Invalid(N_("This message stays as it was sent."))
        if row.state == "queued":
            raise Invalid(N_("This reply has not left yet. Hold it instead."))
        if row.state == "sent":
            _stop_letters(change, message_id)
            _forget(change, message_id, blank)
            places = _places(change, message_id)
            kind = "note_redacted" if row.kind == "note" else "redacted"
            change.append(kind, side="technician", message_id=message_id, **places)
    return change.receipt


def _stop_letters(change: Change, message_id: int) -> None:
    """Those that wait do not leave, and of those that left nothing is kept. Raises Invalid."""
    its = letter.c.message_id == message_id
    states = change.connection.execute(select(letter.c.state).where(its).with_for_update()).scalars().all()
    if "leaving" in states:
        raise Invalid(N_("A mail with it is leaving just now. Try again in a moment."))
    waiting = update(letter).where(its, letter.c.state == "queued")
    change.connection.execute(waiting.values(state="dropped", settled_at=change.at))
    # A letter about what a technician missed may carry it, too, and is of no message.
    telling = (
        (letter.c.kind == "missed")
        & (letter.c.ticket_number == change.ticket.number)
        & letter.c.settled_at.is_not(None)
    )
    change.connection.execute(update(letter).where(or_(its, telling)).values(key=None))


def _forget(change: Change, message_id: int, blank: str) -> None:
    mail = select(mailed.c.inbound_id).where(mailed.c.message_id == message_id)
    inbound_id = change.connection.execute(mail).scalar_one_or_none()
    if inbound_id is not None:
        change.connection.execute(delete(mailed).where(mailed.c.message_id == message_id))
        change.connection.execute(update(inbound).where(inbound.c.id == inbound_id).values(key=blank, size_bytes=0))
    change.connection.execute(delete(attachment).where(attachment.c.message_id == message_id))
    emptied = update(messages).where(messages.c.id == message_id)
    change.connection.execute(emptied.values(body="", solution="", state="redacted"))


def _places(change: Change, message_id: int) -> dict[str, Any]:
    """The numbers of the activities with which the message stands, for staff (`of`) and for requesters (`public_of`)."""
    told = select(activity).where(activity.c.message_id == message_id).order_by(activity.c.seq)
    rows = change.connection.execute(told).all()
    first = next(row for row in rows if row.kind not in AGAIN)
    public = next((row for row in rows if row.public_seq is not None), None)
    return {"of": first.seq, **({} if public is None else {"public_of": public.seq})}
