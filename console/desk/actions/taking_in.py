"""Taking a mail in: the one change that files it, whatever becomes of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, select, update

from console.desk import letter, people, thread
from console.desk import ticket as rules
from console.desk.actions import mail_back, mail_writing
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import Missed, NotFound
from console.desk.mail import Mail, Match, Outcome, Party
from console.desk.people import Person
from console.desk.signed import signer
from console.desk.tables import activity, inbound, mail_id, person, ticket

NEW_TICKETS_AN_HOUR = 20  # of one sender; further mails are held
HELD = {"spam", "blocked", "no_sender"}  # what somebody should look at


def file_mail(desk: Desk, mail: Mail) -> Receipt:
    """File a mail that is kept, in one transaction: what it says, and what became of it in `inbound.result`.

    A mail that was settled before stays as it is.
    """
    with desk.change(None, None) as change:
        waiting = select(inbound.c.state).where(inbound.c.id == mail.inbound_id).with_for_update()
        kept = change.connection.execute(waiting).scalar_one_or_none()  # nobody has it any more, if it was refused
        if kept == "received":
            remember(change, mail, settle(change, mail))
    return change.receipt


def answer_too_large(desk: Desk, sender: Party, subject: str) -> Receipt:
    """Tell somebody that their mail was too large to be kept, unless they were told often enough."""
    with desk.change(None, None) as change:
        who = mail_writing.meet(change, sender)
        change.append("mail_refused", subject=subject[:100])
        if letter.may_answer(change, who.email):
            letter.file(change, "too_large", who.id, who.email)
    return change.receipt


def release_mail(desk: Desk, mail: Mail, actor: Person) -> Receipt:
    """File a mail that was held, because somebody looked at it. Raises NotFound if nothing holds it any more."""
    with desk.change(None, actor) as change:
        row = change.connection.execute(select(inbound.c.state).where(inbound.c.id == mail.inbound_id)).one_or_none()
        if row is None or row.state != "held":
            raise NotFound
        change.append("mail_settled", mail=mail.inbound_id)
        remember(change, mail, settle(change, mail, released=True))
    return change.receipt


def settle(change: Change, mail: Mail, *, released: bool = False) -> Outcome:
    """Decide what becomes of a mail and do it. `released`: somebody looked at it, and nothing holds it any more."""
    seen = _seen_before(change, mail)
    if seen is not None:
        return seen
    signs = signer(change.connection)
    from_us = mail.author is not None and change.post.is_own(mail.author.address, mail.own)
    if from_us or mail.is_own_loop or signs.is_own_mail_id(mail.mail_id):
        return Outcome("ignored", "loop")
    if mail.sort in ("bounce", "complaint"):
        return mail_back.settle(change, mail, signs)
    if mail.author is None:
        return Outcome("ignored", "no_sender")
    row = change.connection.execute(select(person).where(person.c.email == mail.author.address)).one_or_none()
    author = None if row is None else people.to_person(change.connection, row)
    if row is not None and not row.active:
        return Outcome("rejected", "blocked")
    if not released and (mail.verdict == "fail" or mail.spam):
        return Outcome("ignored", "spam" if mail.spam else "blocked")
    found = thread.find(change.connection, signs, change.post, mail, author)
    outcome = _write(change, mail, author, found, released)
    if mail.sort == "automatic" and outcome.result in ("created", "appended"):
        outcome.reason = "auto_reply"
    return outcome


def remember(change: Change, mail: Mail, outcome: Outcome) -> None:
    """Note what became of a mail beside its bytes."""
    if outcome.author is None and mail.author is not None:
        outcome.author = mail.author.as_json()
    if outcome.ticket is not None and not outcome.participants:
        outcome.participants = mail_writing.copied_on(change, int(outcome.ticket), mail)
    state = {"created": "filed", "appended": "filed", "rejected": "refused"}.get(outcome.result, "ignored")
    author = mail.author
    change.connection.execute(
        update(inbound)
        .where(inbound.c.id == mail.inbound_id)
        .values(
            state="held" if outcome.result == "ignored" and outcome.reason in HELD else state,
            reason=outcome.reason,
            mail_id=mail.mail_id,
            from_address=None if author is None else author.address,
            from_name=None if author is None else author.name[:200],
            subject=mail.subject[:250],
            result=json.dumps(outcome.as_json()),
            ticket_number=None if outcome.ticket is None else int(outcome.ticket),
            message_id=change.message_id,
            automatic=mail.sort == "automatic",
            settled_at=change.at,
        )
    )


def result_of(connection: Connection, inbound_id: int) -> dict[str, Any] | None:
    """What was answered about a mail; None while it waits to be filed."""
    found = connection.execute(select(inbound.c.result).where(inbound.c.id == inbound_id)).scalar_one()
    result: dict[str, Any] | None = None if found is None else json.loads(found)
    return result


def _seen_before(change: Change, mail: Mail) -> Outcome | None:
    """The same id from the same sender is the same mail. From another sender it is not: nobody can suppress a mail."""
    address = "" if mail.author is None else mail.author.address
    known = select(mail_id.c.ticket_number).where(mail_id.c.id == mail.mail_id, mail_id.c.from_address == address)
    number = change.connection.execute(known).scalar_one_or_none()
    if number is not None:
        return Outcome("ignored", "duplicate", ticket=str(number))
    held = select(inbound.c.id).where(
        inbound.c.mail_id == mail.mail_id,
        inbound.c.from_address == address,
        inbound.c.state == "held",
        inbound.c.id != mail.inbound_id,
    )
    return Outcome("ignored", "duplicate") if change.connection.execute(select(exists(held))).scalar_one() else None


def _write(change: Change, mail: Mail, author: Person | None, found: Match | None, released: bool) -> Outcome:
    if found is not None and found.side is not None:
        assert author is not None
        change.take(found.number)
        change.actor = author
        closed = rules.category(change.ticket.status) == "closed"
        if found.side == "technician":
            try:
                return mail_writing.answer(change, mail, found)
            except Missed:
                return mail_writing.give_back(change, mail)
        if not closed or mail.sort == "automatic":
            return mail_writing.append(change, mail, found)
        return mail_writing.open_by_mail(change, mail, author, found, follow_up_of=found.number)
    if author is not None and author.is_staff and mail.forwarded is not None and thread.is_believed(mail):
        mail, author = mail_writing.of_forwarded(change, mail)
    if author is not None and not released and _floods(change, author):
        return _hold_flood(change, author)
    return mail_writing.open_by_mail(change, mail, author, found)


def _floods(change: Change, author: Person) -> bool:
    count = select(func.count()).select_from(ticket)
    lately = count.where(
        ticket.c.requester_id == author.id,
        ticket.c.source == "mail",
        ticket.c.created_at > change.at - timedelta(hours=1),
    )
    return change.connection.execute(lately).scalar_one() >= NEW_TICKETS_AN_HOUR


def _hold_flood(change: Change, author: Person) -> Outcome:
    """Hold it, and say so once an hour on the last ticket that this sender opened."""
    newest = select(func.max(ticket.c.number)).where(ticket.c.requester_id == author.id, ticket.c.source == "mail")
    change.take(change.connection.execute(newest).scalar_one())
    said = select(activity.c.position).where(
        activity.c.kind == "mail_held",
        activity.c.facts == json.dumps({"person": author.id}),
        activity.c.at > change.at - timedelta(hours=1),
    )
    if not change.connection.execute(select(exists(said))).scalar_one():
        change.append("mail_held", person=author.id)
    return Outcome("ignored", "blocked")
