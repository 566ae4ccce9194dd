"""Mail that tells of the desk's own: bounces and complaints. They are filed where the mail was sent from, for technicians."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from console.desk.change import Change
from console.desk.mail import Failure, Mail, Outcome
from console.desk.signed import Signer
from console.desk.tables import bounced, letter, mail_id, ticket

GONE = "5.1."  # the address itself is wrong; other permanent failures may pass
FOR_GOOD, FOR_NOW = 2, 1  # points of a failure
TOO_MANY = 6  # points from which mail to an address is not tried any more


def settle(change: Change, mail: Mail, signs: Signer) -> Outcome:
    """File a bounce or a complaint at the ticket of the mail that it tells of; one of a mail we do not know is ignored."""
    failure = mail.failure or Failure((), None, permanent=False, mail_id=None)
    named = [each for each in (failure.mail_id, *mail.in_reply_to, *reversed(mail.references)) if each]
    found = next((each for each in map(lambda one: _sent(change, signs, one), named) if each is not None), None)
    if found is None:
        return Outcome("ignored", mail.sort)
    number, ours = found
    change.take(number)
    address = None if ours is None else ours.address
    facts: dict[str, Any] = {
        "status": failure.status,
        "inbound": mail.inbound_id,
        "address": address or _first(failure),
    }
    said = None if ours is None else ours.message_id
    change.append("bounced" if mail.sort == "bounce" else "complained", message_id=said, **facts)
    if mail.sort == "bounce" and ours is not None:
        _mark(change, ours, failure)
    _remember(change, mail)
    return Outcome("appended", mail.sort, ticket=str(number), matched_by="bounce", visibility="internal")


def _first(failure: Failure) -> str | None:
    return failure.recipients[0] if failure.recipients else None


def _sent(change: Change, signs: Signer, wanted: str) -> tuple[int, Any] | None:
    """The ticket of one of our mails, and its letter. Only what we signed counts: a bounce is easily forged."""
    number = signs.ticket_of_mail_id(wanted)
    if number is None:
        return None
    if change.connection.execute(select(ticket.c.number).where(ticket.c.number == number)).one_or_none() is None:
        return None
    return number, change.connection.execute(select(letter).where(letter.c.mail_id == wanted)).one_or_none()


def _mark(change: Change, ours: Any, failure: Failure) -> None:
    """The letter failed, and its address has points."""
    points = FOR_GOOD if failure.permanent else FOR_NOW
    if failure.permanent:
        error = failure.status or "undeliverable"
        change.connection.execute(
            update(letter).where(letter.c.id == ours.id).values(state="failed", error=error, settled_at=change.at)
        )
    known = select(bounced).where(bounced.c.address == ours.address).with_for_update()
    row = change.connection.execute(known).one_or_none()
    score = points + (0 if row is None else row.score)
    gone = (failure.permanent and (failure.status or "").startswith(GONE)) or score >= TOO_MANY
    values = {"score": score, "status": failure.status, "at": change.at}
    if row is None:
        change.connection.execute(insert(bounced).values(address=ours.address, permanent=gone, **values))
    else:
        known_as = update(bounced).where(bounced.c.address == ours.address)
        change.connection.execute(known_as.values(permanent=gone or row.permanent, **values))


def _remember(change: Change, mail: Mail) -> None:
    address = "" if mail.author is None else mail.author.address
    row = {"id": mail.mail_id, "from_address": address, "ticket_number": change.ticket.number}
    change.connection.execute(insert(mail_id).values(**row, audience="staff", at=change.at))
