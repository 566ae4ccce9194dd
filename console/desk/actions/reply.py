"""Public words: a technician's reply, a requester's message. The authorship rule decides which of them it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from console.desk import access, guard, letter, look, message, people
from console.desk import draft as drafts
from console.desk import ticket as rules
from console.desk.actions import following
from console.desk.actions.fields import move_status
from console.desk.actions.requesting import take_request
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.kinds import Audience
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.tables import message as messages
from console.desk.tables import person

REPLY_LEAVES = "reply_leaves"  # the follower that ends the window of a queued reply


def post_reply(
    desk: Desk,
    number: int,
    actor: Person,
    *,
    draft: Draft,
    audience: Audience,
    cc: Sequence[str] = (),
    status: str | None = None,
    at_once: bool = False,
    command_id: str | None = None,
    body_hash: str | None = None,
) -> Receipt:
    """Say something in public on a ticket that `actor` may open for `audience`.

    `cc` are addresses of people who become participants, `status` is set with it; both are for staff. `at_once` skips
    the undo window. `draft.seen` is a number of that audience. Raises Invalid, NotFound, Missed.
    """
    with desk.change(number, actor, command_id, body_hash) as change:
        if not access.may_open(change.connection, actor, change.ticket, audience):
            raise NotFound
        guard.check(change, actor, draft.seen, audience)
        if audience == "public":
            draft = replace(draft, seen=None)  # a public number means nothing among the staff's
        if people.side_of(actor, change.ticket) == "requester":
            if cc:
                raise Invalid(N_("You write on this ticket as its requester, and requesters copy nobody."), field="cc")
            take_request(change, draft)
            if audience == "staff":
                move_status(change, status, "requester")
        elif desk.undo_seconds and not at_once:
            _queue(change, draft, cc, status, timedelta(seconds=desk.undo_seconds))
        else:
            said = message.add(change, "reply", "technician", draft)
            message.name_people(change, said, "cc", message.copied(change, cc))
            by_mail = draft.occurrence.by_mail is not False
            replied(change, said, message.seen_when_written(draft, change.ticket.seq), draft.seen, by_mail=by_mail)
            move_status(change, status, "technician")
        look.go_along(change)
        drafts.sent(change, draft.draft_version, draft.draft_saving)
    return change.receipt


def let_leave(desk: Desk, number: int, actor: Person, *, message_id: int) -> Receipt:
    """End the window of a queued reply: it becomes public, with the status chosen when it was sent."""
    with desk.change(number, actor, f"leave:{message_id}") as change:
        row = change.connection.execute(
            update(messages)
            .where(messages.c.id == message_id, messages.c.state == "queued")
            .values(state="sent", leaves_at=None)
            .returning(messages.c.then_status, messages.c.seen, messages.c.by_mail)
        ).one_or_none()
        if row is not None:  # nobody held it
            replied(change, message_id, row.seen, row.seen, by_mail=row.by_mail)
            move_status(change, row.then_status, "technician")
            look.go_along(change)
    return change.receipt


def hold(desk: Desk, number: int, actor: Person, *, message_id: int, command_id: str | None = None) -> Receipt:
    """Keep a reply from going out: it is its author's draft again. Raises NotFound, Invalid if it has left."""
    with desk.change(number, actor, command_id) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        mine = (messages.c.id == message_id) & (messages.c.ticket_number == number)
        row = change.connection.execute(select(messages).where(mine).with_for_update()).one_or_none()
        if row is None:
            raise NotFound
        if row.state != "queued":
            raise Invalid(N_("This reply has left already."))
        change.connection.execute(update(messages).where(mine).values(state="held", leaves_at=None))
        words = "\n\n".join(filter(None, (row.body, row.solution)))
        drafts.hand_back(change, row.author_id, words, message.addresses(change, message_id, "cc"))
        change.append("reply_held", side="technician", message_id=message_id)
    return change.receipt


def author_of(desk: Desk, message_id: int) -> tuple[int, Person]:
    """The ticket and the author of a message, also one who was disabled since: it was sent before."""
    with desk.database.reading() as connection:
        query = select(messages.c.ticket_number, messages.c.author_id).where(messages.c.id == message_id)
        number, author_id = connection.execute(query).one()
        author = connection.execute(select(person).where(person.c.id == author_id)).one()
        return number, people.to_person(connection, author)


def _queue(change: Change, draft: Draft, cc: Sequence[str], status: str | None, window: timedelta) -> None:
    if status is not None and status not in rules.STATUSES:
        raise Invalid(N_("%(value)s is not a possible value here."), field="status", value=status)
    said = message.add(change, "reply", "technician", draft, leaves_at=change.at + window, then_status=status)
    message.name_people(change, said, "cc", message.copied(change, cc))
    assert change.actor is not None
    written = message.seen_when_written(draft, change.ticket.seq)
    unseen = guard.first_message_missed(change, change.actor.id, written)
    change.append("reply_queued", side="technician", message_id=said, **unseen)
    change.errand(REPLY_LEAVES, str(said), after=window)


def replied(change: Change, message_id: int, seen: int | None, answered: int | None, *, by_mail: bool = True) -> None:
    """Let a technician's reply be said: `seen` when it was written, `answered` when it was sent (None: nobody knows)."""
    assert change.actor is not None
    change.set(**rules.after_answered(change.ticket, change.at))
    message.let_in(change, message_id)
    unseen = guard.first_message_missed(change, change.actor.id, seen)
    change.append("replied", side="technician", message_id=message_id, **unseen)
    following.tell(change, "replied", seen=answered)
    if by_mail:
        letter.tell(change, "replied", message_id=message_id)
