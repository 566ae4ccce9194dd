"""Letters: mails to one person each, filed in the change that they tell of.

Requesters and those copied get public letters, technicians get staff ones about what they are called to. Nobody is written
to about their own act, nor twice about one change.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select

from console.desk.change import Change
from console.desk.kinds import Audience
from console.desk.post import TELLS
from console.desk.signed import signer
from console.desk.tables import letter, mail_id, participant, person

AT_ONCE = timedelta(0)
# A technician who looks at the ticket has settled the notice by then, and needs no mail.
STAFF_WAITS = timedelta(seconds=30)
# What answers a mail by itself; nobody gets more than a few of them, whatever they send.
ANSWERS = ("confirmation", "too_large")
ANSWERS_AN_HOUR = 5  # to one address
ANSWERS_A_MINUTE = 300  # to all
PUBLIC = tuple(sorted(TELLS))
STAFF = ("noted", "assigned", "requester_told", "missed")
# What a technician answers to a letter of these kinds stays among technicians.
INSIDE = ("noted", "note_written", "missed")
# The letter of each kind of notification.
OF_NOTICE = {"noted": "noted", "assigned": "assigned", "requester_replied": "requester_told"}
STRONGER = ("resolved", "closed")  # they take the place of a letter about the same change, and say what it said


def tell(change: Change, kind: str, *, message_id: int | None = None, but: Iterable[str] = ()) -> None:
    """Write to the requester and everybody copied about the activity appended last, but not to its author.

    `but` are addresses that hold these words already.
    """
    if kind not in change.post.tells:
        return
    for each in _people(change):
        if change.actor is not None and each.id == change.actor.id:
            continue
        filed = change.letter_to(each.id)
        if filed is not None:
            filed["kind"] = kind if kind in STRONGER else filed["kind"]
        elif each.email not in but:
            file(change, kind, each.id, each.email, message_id=message_id)


def call(change: Change, person_id: int, kind: str, *, message_id: int | None = None) -> None:
    """Notify a technician of the activity appended last, and write to them if the kind of notice has a letter."""
    change.notify(person_id, kind)
    if kind in OF_NOTICE and change.post.calls:
        address = change.connection.execute(select(person.c.email).where(person.c.id == person_id)).scalar_one()
        file(change, OF_NOTICE[kind], person_id, address, message_id=message_id, after=STAFF_WAITS)


def confirm(change: Change, person_id: int, address: str) -> str | None:
    """Confirm a new ticket to whoever opened it by mail; gives the Message-ID, None if there were too many answers."""
    if "confirmation" not in change.post.tells or not may_answer(change, address):
        return None
    return file(change, "confirmation", person_id, address)


def file(
    change: Change,
    kind: str,
    person_id: int,
    address: str,
    *,
    message_id: int | None = None,
    after: timedelta = AT_ONCE,
) -> str:
    """File one letter; gives its Message-ID, which is never another one."""
    number = None if change.ticket is None else change.ticket.number
    made = signer(change.connection).new_mail_id(number, change.post.domain)
    if number is not None:
        audience: Audience = "staff" if kind in INSIDE else "public"
        row = {"id": made, "from_address": "", "ticket_number": number, "audience": audience, "at": change.at}
        change.connection.execute(insert(mail_id).values(row))
    change.letter(kind, person_id, address, made, after=after, message_id=message_id)
    return made


def _people(change: Change) -> list[Row[Any]]:
    there = select(participant.c.person_id).where(participant.c.ticket_number == change.ticket.number)
    wanted = (person.c.id == change.ticket.requester_id) | person.c.id.in_(there)
    query = select(person.c.id, person.c.email).where(person.c.active, wanted).order_by(person.c.id)
    return list(change.connection.execute(query))


def may_answer(change: Change, address: str) -> bool:
    """Whether this address, and the desk as a whole, got few enough answers lately."""
    answers = select(func.count()).select_from(letter).where(letter.c.kind.in_(ANSWERS))
    theirs = answers.where(letter.c.address == address, letter.c.filed_at > change.at - timedelta(hours=1))
    everybodys = answers.where(letter.c.filed_at > change.at - timedelta(minutes=1))
    count = change.connection.execute
    return bool(count(theirs).scalar_one() < ANSWERS_AN_HOUR and count(everybodys).scalar_one() < ANSWERS_A_MINUTE)
