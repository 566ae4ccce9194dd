"""What a mail writes: a new ticket, a requester's message, a technician's reply or note."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, select

from console.desk import draft as drafts
from console.desk import guard, letter, message, people, thread
from console.desk import ticket as rules
from console.desk.actions import following
from console.desk.actions.opening import department_for
from console.desk.actions.reply import replied
from console.desk.actions.requesting import take_automatic, take_request
from console.desk.change import Change
from console.desk.kinds import Audience
from console.desk.mail import Mail, Match, Outcome, Party
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.tables import activity, bounced, mail_id, mailed, participant, person
from console.desk.tables import letter as letters

MOST_COPIED = 20  # people who become participants of a new ticket
NO_WORDS = "–"
FOLLOWING_UP = "following_up"  # the follower that tells a closed ticket of the one that goes on


def open_by_mail(
    change: Change, mail: Mail, author: Person | None, found: Match | None, *, follow_up_of: int | None = None
) -> Outcome:
    """Open a ticket with what the mail says; whoever it was sent to besides takes part."""
    assert mail.author is not None
    who = author or meet(change, mail.author, mail.language)
    copied = [] if mail.sort == "automatic" else _meet_copied(change, mail, who)
    change.actor = who
    change.create(
        subject=_subject(mail),
        status="open",
        priority="normal",
        type="incident",
        activity_status="unread",
        source="mail",
        department_id=department_for(change, change.post.department_of([*mail.addressed])),
        requester_id=who.id,
        last_public_side="requester",
        follow_up_of=follow_up_of,
    )
    if copied:
        rows = [{"ticket_number": change.ticket.number, "person_id": each} for each in copied]
        change.connection.execute(insert(participant), rows)
    said = message.add(change, "opening", "requester", _draft(mail))
    related = None if found is None or follow_up_of is not None else found.number
    change.append("opened", side="requester", message_id=said, **({} if related is None else {"related": related}))
    shown = [f"{each.name} <{each.address}>".strip() for each in _parties(change, mail)] if copied else []
    _keep_rest(change, said, mail, copied=shown)
    if follow_up_of is not None:
        change.errand(FOLLOWING_UP, f"{follow_up_of}:{change.ticket.number}", after=timedelta(0))
    outcome = Outcome("created", ticket=str(change.ticket.number), author=mail.author.as_json())
    outcome.matched_by = None if found is None or follow_up_of is None else found.by
    outcome.follow_up_of = None if follow_up_of is None else str(follow_up_of)
    outcome.related = None if related is None else str(related)
    if mail.sort == "human" and not mail.no_answer and not _is_undeliverable(change, who.email):
        made = letter.confirm(change, who.id, who.email)
        outcome.acknowledgement = None if made is None else {"message_id": made, "to": who.email}
    return outcome


def append(change: Change, mail: Mail, found: Match) -> Outcome:
    """Add what somebody on the requester's side wrote to the ticket that is locked."""
    before = change.ticket.status
    if mail.sort == "automatic":
        said = take_automatic(change, _draft(mail))
    else:
        said = take_request(change, _draft(mail), but=[each.address for each in mail.copied])
    _keep_rest(change, said, mail, proposed=_not_yet_copied(change, mail))
    reopened = rules.category(before) == "resolved" and rules.category(change.ticket.status) == "open"
    return Outcome("appended", ticket=str(found.number), matched_by=found.by, reopened=reopened)


def answer(change: Change, mail: Mail, found: Match) -> Outcome:
    """Add what a technician wrote by mail: a public reply, or a note if they answered what is told to technicians only.

    Raises Missed if something guards that came after the mail which they answered.
    """
    assert change.actor is not None
    seen = _seen(change, mail)
    outcome = Outcome("appended", ticket=str(found.number), matched_by=found.by, author_kind="agent")
    draft = replace(_draft(mail), seen=seen)
    if found.audience == "staff" or mail.sort == "automatic":
        said = message.add(change, "note", "technician", draft)
        change.append("noted", side="technician", message_id=said)
        following.tell(change, "noted", message_id=said)
        outcome.visibility = "internal"
    else:
        guard.check(change, change.actor, seen, "staff")
        said = message.add(change, "reply", "technician", draft)
        replied(change, said, seen, seen)
    _keep_rest(change, said, mail, audience="staff" if outcome.visibility == "internal" else "public")
    return outcome


def give_back(change: Change, mail: Mail) -> Outcome:
    """Keep what a technician wrote as their draft, and write to them that something came before it."""
    assert change.actor is not None
    drafts.hand_back(change, change.actor.id, mail.body)
    change.append("reply_returned", side="technician", seen=_seen(change, mail) or 0)
    letter.file(change, "missed", change.actor.id, change.actor.email)
    return Outcome("ignored", "blocked", ticket=str(change.ticket.number), author_kind="agent")


def of_forwarded(change: Change, mail: Mail) -> tuple[Mail, Person | None]:
    """The mail as its original author's, which a technician forwarded to the desk."""
    assert mail.forwarded is not None
    author = people.load_person(change.connection, email=mail.forwarded.address)
    words = f"{mail.body}\n\n{mail.quoted}".strip()
    return replace(mail, author=mail.forwarded, body=words, quoted=""), author


def copied_on(change: Change, number: int, mail: Mail) -> list[dict[str, str]]:
    """Who is copied on a ticket, without the desk itself."""
    ids = thread.participants(change.connection, number)
    query = select(person.c.email, person.c.name).where(person.c.id.in_(ids)).order_by(person.c.id)
    rows = change.connection.execute(query).all() if ids else []
    return [Party(row.email, row.name).as_json() for row in rows if not change.post.is_own(row.email, mail.own)]


def _draft(mail: Mail) -> Draft:
    body = mail.body or (NO_WORDS if not mail.files else "")
    return Draft(body, mail.files, source="mail", limit=len(body) + 1)


def _subject(mail: Mail) -> str:
    words = " ".join((mail.subject or mail.body[:80]).replace("\0", "").split())
    return words[: rules.SUBJECT_LIMIT] or NO_WORDS


def meet(change: Change, party: Party, language: str | None = None) -> Person:
    """The person with this address, who is made if nobody has it; `language` is the one they seem to write."""
    known = people.load_person(change.connection, email=party.address)
    if known is not None:
        return known
    name = " ".join(party.name.split())[:120] or party.address.partition("@")[0][:120]
    values = {"name": name, "email": party.address, "role": "requester", "active": True, "created_at": change.at}
    change.connection.execute(insert(person).values(**values, language=language))
    made = people.load_person(change.connection, email=party.address)
    assert made is not None
    change.append("person_added", person=made.id)
    return made


def _parties(change: Change, mail: Mail) -> list[Party]:
    """Whom the mail was sent to, besides the desk and its author, each once."""
    found = {each.address: each for each in reversed(mail.copied) if not change.post.is_own(each.address, mail.own)}
    return [each for each in reversed(found.values()) if mail.author is None or each.address != mail.author.address]


def _meet_copied(change: Change, mail: Mail, requester: Person) -> list[int]:
    """The ids of the people whom the mail was sent to besides; those who were disabled stay out."""
    ids: dict[int, None] = {}
    for party in _parties(change, mail)[:MOST_COPIED]:
        row = change.connection.execute(select(person).where(person.c.email == party.address)).one_or_none()
        if row is None or row.active:
            ids[meet(change, party).id if row is None else row.id] = None
    return [each for each in ids if each != requester.id]


def _not_yet_copied(change: Change, mail: Mail) -> Sequence[str]:
    known = {each["address"] for each in copied_on(change, change.ticket.number, mail)}
    asker = select(person.c.email).where(person.c.id == change.ticket.requester_id)
    known.add(change.connection.execute(asker).scalar_one())
    return [each.address for each in _parties(change, mail) if each.address not in known][:MOST_COPIED]


def _keep_rest(
    change: Change,
    said: int,
    mail: Mail,
    *,
    copied: Sequence[str] = (),
    proposed: Sequence[str] = (),
    audience: Audience = "public",
) -> None:
    assert mail.author is not None and change.actor is not None
    change.connection.execute(
        insert(mailed).values(
            message_id=said,
            inbound_id=mail.inbound_id,
            address=mail.author.address,
            quoted=mail.quoted,
            signature=mail.signature,
            has_html=mail.has_html,
            copied=json.dumps(list(copied)),
            proposed=json.dumps(list(proposed)),
        )
    )
    change.connection.execute(
        insert(mail_id).values(
            id=mail.mail_id,
            from_address=mail.author.address,
            ticket_number=change.ticket.number,
            audience=audience,
            at=change.at,
        )
    )


def _seen(change: Change, mail: Mail) -> int | None:
    """What the letter that a technician answered told of: they had seen the ticket up to there."""
    for each in mail.in_reply_to:
        told = (
            select(activity.c.seq)
            .join(letters, letters.c.position == activity.c.position)
            .where(letters.c.mail_id == each, letters.c.ticket_number == change.ticket.number)
        )
        seq: int | None = change.connection.execute(told).scalar_one_or_none()
        if seq is not None:
            return seq
    return None


def _is_undeliverable(change: Change, address: str) -> bool:
    query = select(bounced.c.permanent).where(bounced.c.address == address)
    return bool(change.connection.execute(query).scalar_one_or_none())
