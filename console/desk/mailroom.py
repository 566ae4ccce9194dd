"""What people look at when they ask about mail: the letters of a message, the outbox, the quarantine, a mail as it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from console.desk import access
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.tables import inbound, letter, mailed, message, person, ticket

SHOWN = 200  # the newest


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter. `state`: queued leaving sent failed unknown dropped; `can_be_read`: its bytes are made."""

    id: int
    kind: str
    number: int | None
    name: str
    address: str
    state: str
    error: str | None
    at: datetime
    can_be_read: bool

    @property
    def can_be_sent_again(self) -> bool:
        return self.state in ("sent", "failed", "unknown")


@dataclass(frozen=True, slots=True)
class Held:
    """A mail in the quarantine."""

    id: int
    source: str
    sender: str
    name: str
    subject: str
    reason: str
    at: datetime


def of_message(connection: Connection, viewer: Person, number: int, message_id: int) -> list[Sent]:
    """The letters that carry a message, for technicians who may open its ticket. Raises NotFound."""
    access.find_ticket(connection, number, viewer, "staff")
    wanted = (letter.c.ticket_number == number) & (letter.c.message_id == message_id)
    return _sent(connection, wanted)


def outbox(connection: Connection) -> list[Sent]:
    """The newest letters of the whole desk."""
    return _sent(connection, letter.c.id > 0)


def quarantine(connection: Connection) -> list[Held]:
    query = select(inbound).where(inbound.c.state == "held").order_by(inbound.c.id.desc()).limit(SHOWN)
    return [
        Held(
            row.id,
            row.source,
            row.from_address or "",
            row.from_name or "",
            row.subject or "",
            row.reason or "",
            row.received_at,
        )
        for row in connection.execute(query)
    ]


def held_count(connection: Connection) -> int:
    query = select(func.count()).select_from(inbound).where(inbound.c.state == "held")
    return int(connection.execute(query).scalar_one())


def key_of_letter(connection: Connection, letter_id: int) -> str:
    """The file of a letter's bytes. Raises NotFound."""
    found: str | None = connection.execute(select(letter.c.key).where(letter.c.id == letter_id)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def letter_of(connection: Connection, viewer: Person, number: int, letter_id: int) -> int:
    """The id of a letter of this ticket, if the viewer may open that. Raises NotFound."""
    access.find_ticket(connection, number, viewer, "staff")
    wanted = (letter.c.id == letter_id) & (letter.c.ticket_number == number)
    found: int | None = connection.execute(select(letter.c.id).where(wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def mail_of_message(connection: Connection, viewer: Person, message_id: int) -> Row[Any]:
    """The row of `inbound` of the mail that this message was, for technicians of its ticket. Raises NotFound."""
    query = (
        select(inbound, ticket.c.department_id)
        .join(mailed, mailed.c.inbound_id == inbound.c.id)
        .join(message, message.c.id == mailed.c.message_id)
        .join(ticket, ticket.c.number == message.c.ticket_number)
        .where(mailed.c.message_id == message_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None or not access.works_in(viewer, row.department_id):
        raise NotFound
    return row


def mail_in(connection: Connection, inbound_id: int) -> Row[Any]:
    """A mail as it came. Raises NotFound."""
    row = connection.execute(select(inbound).where(inbound.c.id == inbound_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def _sent(connection: Connection, wanted: Any) -> list[Sent]:
    query = (
        select(letter, person.c.name)
        .join(person, person.c.id == letter.c.person_id)
        .where(wanted)
        .order_by(letter.c.id.desc())
        .limit(SHOWN)
    )
    return [
        Sent(
            row.id,
            row.kind,
            row.ticket_number,
            row.name,
            row.address,
            row.state,
            row.error,
            row.settled_at or row.filed_at,
            row.key is not None,
        )
        for row in connection.execute(query)
    ]
