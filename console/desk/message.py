"""Messages: checking what was typed, and the rows of one message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select

from console.desk import access, occurrence, options, people
from console.desk.attachment import StoredFile
from console.desk.change import Change
from console.desk.errors import N_, Invalid
from console.desk.occurrence import USUAL, Occurrence
from console.desk.people import Side
from console.desk.tables import attachment, message, message_person, participant, person

COMMENT_LIMIT = 64_000  # characters
# Kinds of what technicians note down: for themselves, and for the requester to read.
NOTES = ("note", "occurrence")


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to say: the text, its files (already stored), and where it came from."""

    body: str
    files: Sequence[StoredFile] = ()
    source: str = "staff"
    limit: int = COMMENT_LIMIT
    seen: int | None = None  # the author had seen every guarding entry up to this number; None: no guard
    written: int | None = None  # the same before they chose to send anyway; None: as `seen`
    draft_version: int | None = None  # of the saved draft that this is; None: it was none
    draft_saving: Sequence[str] = ()  # texts of it that may be saved by now
    occurrence: Occurrence = USUAL


def checked(draft: Draft) -> str:
    """The text to store. Raises Invalid if there is nothing, or too much, to say."""
    # NUL is legal in JSON and in forms, but PostgreSQL refuses it in text.
    body = draft.body.replace("\0", "").replace("\r\n", "\n").strip()
    if not body and not draft.files:
        raise Invalid(N_("Write something before you send."), field="body")
    if len(body) > draft.limit:
        raise Invalid(
            N_("This message has %(length)s characters; at most %(limit)s are possible."),
            field="body",
            length=len(body),
            limit=draft.limit,
        )
    return body


def add(
    change: Change,
    kind: str,
    side: Side,
    draft: Draft,
    *,
    leaves_at: datetime | None = None,
    then_status: str | None = None,
) -> int:
    """Insert one message of this change with its files; gives its id."""
    assert change.actor is not None
    sort: Literal["reply", "note"] = "note" if kind in NOTES else "reply"
    told = occurrence.checked(draft.occurrence, sort, change.at)
    if occurrence.tells(draft.occurrence, sort) and not options.load(change.connection).occurrences:
        raise Invalid(N_("Occurrences are switched off."))
    made: int = change.connection.execute(
        insert(message)
        .values(
            ticket_number=change.ticket.number,
            kind=kind,
            state="sent" if leaves_at is None else "queued",
            author_id=change.actor.id,
            side=side,
            body=checked(draft),
            source=draft.source,
            command_id=change.command_id,
            seen=seen_when_written(draft, change.ticket.seq),
            then_status=then_status,
            leaves_at=leaves_at,
            created_at=change.at,
            occurred_at=told.occurred_at,
            minutes=told.minutes,
            solution=told.solution,
            by_mail=told.by_mail,
        )
        .returning(message.c.id)
    ).scalar_one()
    if draft.files:
        change.connection.execute(
            insert(attachment),
            [
                {
                    "key": file.key,
                    "message_id": made,
                    "name": file.name,
                    "media_type": file.media_type,
                    "size_bytes": file.size_bytes,
                    "digest": file.digest,
                }
                for file in draft.files
            ],
        )
    change.message_id = made
    return made


def seen_when_written(draft: Draft, head: int) -> int | None:
    """What the author had seen when the words were written; nobody has seen more than there is."""
    seen = draft.seen if draft.written is None else draft.written
    return None if seen is None else min(seen, head)


def name_people(change: Change, message_id: int, part: str, ids: Iterable[int]) -> None:
    """Write down who was copied (`cc`) or `notified`."""
    rows = [{"message_id": message_id, "person_id": each, "part": part} for each in ids]
    if rows:
        change.connection.execute(insert(message_person), rows)


def addresses(change: Change, message_id: int, part: str) -> list[str]:
    """Of those who were copied (`cc`) or `notified`, by name."""
    theirs = select(person.c.email).join(message_person, message_person.c.person_id == person.c.id)
    named = (message_person.c.message_id == message_id) & (message_person.c.part == part)
    return list(change.connection.execute(theirs.where(named).order_by(person.c.name)).scalars())


def copied(change: Change, emails: Iterable[str]) -> list[int]:
    """The people with these addresses. Raises Invalid for an address nobody has."""
    found: list[int] = []
    for email in dict.fromkeys(each.strip().lower() for each in emails):
        someone = people.load_person(change.connection, email=email)
        if someone is None:
            raise Invalid(N_("Nobody here has the address %(email)s."), field="cc", email=email)
        found.append(someone.id)
    return found


def let_in(change: Change, message_id: int) -> None:
    """Make the people copied on a message participants of its ticket."""
    there = select(participant.c.person_id).where(participant.c.ticket_number == change.ticket.number)
    known = {change.ticket.requester_id, *change.connection.execute(there).scalars()}
    named = (message_person.c.message_id == message_id) & (message_person.c.part == "cc")
    copied_ones = change.connection.execute(select(message_person.c.person_id).where(named)).scalars().all()
    rows = [{"ticket_number": change.ticket.number, "person_id": each} for each in copied_ones if each not in known]
    if rows:
        change.connection.execute(insert(participant), rows)
        change.people_moved()


def take_part(change: Change) -> None:
    """Make who writes as a requester a participant: a colleague who may read the ticket has done no more until now."""
    assert change.actor is not None
    if not access.takes_part(change.connection, change.actor.id, change.ticket):
        row = {"ticket_number": change.ticket.number, "person_id": change.actor.id}
        change.connection.execute(insert(participant).values(row))


def requester_of(change: Change, email: str) -> int:
    """The id of the person with this address, for whom a ticket is opened."""
    query = select(person.c.id).where(person.c.email == email.strip().lower(), person.c.active)
    found = change.connection.execute(query).scalar_one_or_none()
    if found is None:
        raise Invalid(N_("Nobody here has the address %(email)s."), field="requester", email=email)
    return int(found)
