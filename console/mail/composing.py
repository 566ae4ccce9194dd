"""What a letter is made of, read from the desk at the moment it leaves. What must not be told any more is not sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from babel.dates import format_datetime
from sqlalchemy import Connection, select

from console.desk import access, guard, options, people, ratings
from console.desk import letter as kinds
from console.desk import ticket as rules
from console.desk.attachment import StoredFile
from console.desk.errors import N_
from console.desk.roles import STAFF
from console.desk.signed import Signer, signer
from console.desk.spoken import words_html
from console.desk.tables import (
    activity,
    attachment,
    bounced,
    chat,
    letter,
    mail_id,
    message,
    notification,
    person,
    ticket,
)
from console.language import choose, translate
from console.mail.outgoing import MOST_BYTES, REFERENCES, Letter, Said
from console.mail.sender import Sender
from console.mail.wording import words_for

STATUS_WORDS = {"open": "Open", "pending": "Pending", "resolved": "Resolved", "closed": "Closed"}
RATING_WORDS = {"good": N_("Good"), "bad": N_("Bad")}


class Dropped(Exception):
    """There is nothing to tell any more; the word says why."""


class Undeliverable(Exception):
    """Mail to this address came back for good."""


def compose(connection: Connection, row: Any, sender: Sender, at: Any, generation: int) -> Letter:
    """The letter of this row of `letter`. Raises Dropped, Undeliverable."""
    receiver = connection.execute(select(person).where(person.c.id == row.person_id)).one()
    act = connection.execute(select(activity).where(activity.c.position == row.position)).one()
    about = connection.execute(select(ticket).where(ticket.c.number == row.ticket_number)).one_or_none()
    _check(connection, row, receiver, about)
    signs = signer(connection)
    language = choose(receiver.language, sender.language)
    said = _said(connection, row, about)
    words = Said(said.body, words_html(said.body, said.source)) if said is not None else None
    switched = options.load(connection)
    author = _author(connection, act, said)
    if row.kind in kinds.PUBLIC and act.side == "technician" and not switched.staff_names:
        author = ""
    follows = None if about is None else about.follow_up_of
    kind = "follow_up" if row.kind == "confirmation" and follows is not None else row.kind
    values = {
        "number": str(row.ticket_number or ""),
        "subject": about.subject if about is not None else json.loads(act.facts).get("subject", ""),
        "name": receiver.name,
        "author": author or sender.name,
        "desk": sender.name,
        "status": "" if about is None else translate(language, STATUS_WORDS[rules.category(about.status)]),
        "days": str(sender.post.closes_after.days),
        "old": str(follows or ""),
    }
    by_person = said is not None and row.kind in kinds.PUBLIC
    link = _link(signs, sender, row, receiver, generation)
    files, file_links = _files(connection, None if said is None else said.id, link)
    audience: Any = "staff" if row.kind in kinds.INSIDE else "public"
    token = "" if about is None else signs.reply_token(about.number, receiver.id, audience)
    return Letter(
        kind=kind,
        language=language,
        wording=words_for(connection, kind, language),
        values=values,
        sender=(switched.occurrence_sender if kind == "recorded" else "") or sender.post.address,
        sender_name=f"{author} ({sender.name})" if by_person and author else sender.name,
        reply_to=sender.post.reply_address(token) if token else sender.post.address,
        to=row.address,
        to_name=receiver.name,
        mail_id=row.mail_id,
        references=_references(connection, row),
        loop_mark=signs.loop_mark(),
        at=at,
        message=_transcript(connection, row, act, sender) if row.kind == "transcript" else words,
        happened=_happened(said, language),
        solution=None if said is None or not said.solution else Said(said.solution, words_html(said.solution, "")),
        missed=_missed(connection, row, act),
        link=link,
        rating=_rating(connection, row, receiver, about, sender, link),
        files=files,
        file_links=file_links,
        by_person=by_person,
    )


def _check(connection: Connection, row: Any, receiver: Any, about: Any) -> None:
    if not receiver.active:
        raise Dropped("disabled")
    gone = select(bounced.c.permanent).where(bounced.c.address == row.address)
    if connection.execute(gone).scalar_one_or_none():
        raise Undeliverable
    if about is None:
        return
    reader = people.to_person(connection, receiver)
    if row.kind in kinds.STAFF:
        if not access.may_open(connection, reader, about, "staff"):
            raise Dropped("access")
        read = select(notification.c.read_at).where(
            notification.c.position == row.position, notification.c.person_id == row.person_id
        )
        if row.kind in kinds.OF_NOTICE.values() and connection.execute(read).scalar_one_or_none() is not None:
            raise Dropped("read")
    elif not access.may_open(connection, reader, about, "public"):
        raise Dropped("access")


def _said(connection: Connection, row: Any, about: Any) -> Any:
    """The message that it tells; of an assignment, the one that opened the ticket. Public letters tell public ones only."""
    wanted = message.c.id == row.message_id
    if row.kind == "assigned":
        wanted = (message.c.ticket_number == about.number) & (message.c.kind == "opening")
    elif row.message_id is None:
        return None
    found = connection.execute(select(message).where(wanted)).one_or_none()
    if found is not None and row.kind in kinds.PUBLIC and (found.kind == "note" or found.state != "sent"):
        raise Dropped("taken back")
    return found


def _transcript(connection: Connection, row: Any, act: Any, sender: Sender) -> Said:
    """What was said in the chat that ended, a paragraph for each line."""
    began = select(chat.c.asked_at).where(chat.c.id == json.loads(act.facts)["chat"]).scalar_subquery()
    named = options.load(connection).staff_names
    query = (
        select(message.c.body, message.c.created_at, message.c.side, person.c.name)
        .join(person, person.c.id == message.c.author_id)
        .where(message.c.ticket_number == row.ticket_number, message.c.kind == "chat", message.c.created_at >= began)
        .order_by(message.c.id)
    )
    lines = [
        f"{each.created_at:%H:%M} UTC {each.name if named or each.side == 'requester' else sender.name}: {each.body}"
        for each in connection.execute(query)
    ]
    text = "\n\n".join(lines)
    return Said(text, words_html(text, "mail"))


def _happened(said: Any, language: str) -> str:
    if said is None or said.occurred_at is None:
        return ""
    return f"{format_datetime(said.occurred_at, 'short', locale=language)} UTC"


def _author(connection: Connection, act: Any, said: Any) -> str:
    author = act.actor_id if said is None or act.kind == "assigned" else said.author_id
    if author is None:
        return ""
    return str(connection.execute(select(person.c.name).where(person.c.id == author)).scalar_one())


def _link(signs: Signer, sender: Sender, row: Any, receiver: Any, generation: int) -> str:
    if row.kind == "sign_in_link":
        return f"{sender.address}/sign-in/link/{signs.sign_in_code(row.mail_id, receiver.id)}"
    if row.ticket_number is None:
        return ""
    if row.kind in kinds.STAFF or receiver.role in STAFF:  # who has an account of the staff signs in
        return f"{sender.address}/tickets/{row.ticket_number}"
    code = signs.view_code(row.ticket_number, receiver.id, generation)
    return f"{sender.address}/view/{row.ticket_number}/{receiver.id}/{code}"


def _rating(
    connection: Connection, row: Any, receiver: Any, about: Any, sender: Sender, link: str
) -> Sequence[tuple[str, str]]:
    """The answers to "How was it?": for the requester, while it is asked."""
    reader = people.to_person(connection, receiver)
    if row.kind != "resolved" or not ratings.may_rate(connection, reader, about, row.filed_at):
        return ()
    way = f"{sender.address}/portal/requests/{about.number}" if reader.is_staff else link
    return rating_ways(way)


def rating_ways(link: str) -> Sequence[tuple[str, str]]:
    return [(RATING_WORDS[each], f"{link}?rating={each}") for each in ratings.SCALE]


def _files(
    connection: Connection, message_id: int | None, link: str
) -> tuple[Sequence[StoredFile], Sequence[tuple[str, str]]]:
    if message_id is None:
        return (), ()
    query = select(attachment).where(attachment.c.message_id == message_id).order_by(attachment.c.id)
    found = [
        StoredFile(each.key, each.name, each.media_type, each.size_bytes, each.digest)
        for each in connection.execute(query)
    ]
    if sum(each.size_bytes for each in found) <= MOST_BYTES:
        return found, ()
    return (), [(each.name, link) for each in found]


def _references(connection: Connection, row: Any) -> list[str]:
    """The mails before it that its receiver holds or may know of: public ones that came in, and their own letters."""
    came = select(mail_id.c.id, mail_id.c.at).where(
        mail_id.c.ticket_number == row.ticket_number,
        mail_id.c.from_address != "",
        mail_id.c.audience == "public",
        mail_id.c.at <= row.filed_at,
    )
    theirs = select(letter.c.mail_id, letter.c.filed_at).where(
        letter.c.ticket_number == row.ticket_number,
        letter.c.person_id == row.person_id,
        letter.c.kind.in_(kinds.PUBLIC) if row.kind in kinds.PUBLIC else letter.c.kind.in_(kinds.STAFF),
        letter.c.id < row.id,
    )
    known = sorted((*connection.execute(came), *connection.execute(theirs)), key=lambda each: each[1])
    ids = [each[0] for each in known if "@" in each[0]]
    return [*ids[:1], *ids[1:][-REFERENCES:]]


def _missed(connection: Connection, row: Any, act: Any) -> Said | None:
    if row.kind != "missed":
        return None
    seen = json.loads(act.facts).get("seen", 0)
    found = guard.missed(connection, row.ticket_number, row.person_id, seen)
    ids = [each.message_id for each in found if each.message_id is not None]
    query = select(message.c.body, message.c.source).where(message.c.id.in_(ids)).order_by(message.c.id)
    rows = connection.execute(query).all() if ids else []
    text = "\n\n".join(each.body for each in rows)
    return Said(text, words_html(text, "mail")) if text else None
