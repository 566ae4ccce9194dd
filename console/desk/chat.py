"""Chats as pages show them: who asked, who is in it, and how far each side has got and seen the other's lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select

from console.desk import options, people
from console.desk.people import Side, Who
from console.desk.tables import activity, chat, chat_person

State = Literal["asked", "open"]
LINE = "chat_line"
SIDES: tuple[Side, Side] = ("requester", "technician")


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that is asked for or goes on. `technicians` are those in it, whoever is in charge first."""

    state: State
    asked_side: Side
    asker: Who
    asked_at: datetime
    technicians: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """How the last line of one side fares on the other: sent, delivered or seen; `at` is when it was seen."""

    state: Literal["sent", "delivered", "seen"]
    at: datetime | None


def live(connection: Connection, row: Any) -> Chat | None:
    """The chat of the ticket in `row` that is asked for or goes on."""
    if row.chat_id is None:
        return None
    found = connection.execute(select(chat).where(chat.c.id == row.chat_id)).one()
    inside = select(chat_person.c.person_id).where(chat_person.c.chat_id == found.id)
    ids = sorted(connection.execute(inside).scalars(), key=lambda each: (each != found.technician_id, each))
    known = people.names(connection, [found.asker_id, *ids])
    technicians = tuple(known[each] for each in ids)
    return Chat(found.state, found.asked_side, known[found.asker_id], found.asked_at, technicians)


def typing(connection: Connection, number: int) -> tuple[bool, bool]:
    """Whether a chat goes on on this ticket, so that typing is told, and whether technicians' names are told with it."""
    query = select(chat.c.id).where(chat.c.ticket_number == number, chat.c.state == "open")
    return connection.execute(query).first() is not None, options.load(connection).staff_names


def marks(connection: Connection, number: int) -> dict[Side, Mark | None]:
    """By side, how its last line of the chat that goes on fares; None if it has said nothing."""
    found = connection.execute(select(chat).where(chat.c.ticket_number == number, chat.c.state == "open")).one_or_none()
    return {side: None if found is None else _mark(connection, found, side) for side in SIDES}


def _mark(connection: Connection, found: Row[Any], side: Side) -> Mark | None:
    query = select(func.max(activity.c.public_seq)).where(
        activity.c.ticket_number == found.ticket_number,
        activity.c.kind == LINE,
        activity.c.side == side,
        activity.c.at >= found.opened_at,
    )
    last = connection.execute(query).scalar_one()
    if last is None:
        return None
    got, saw, at = (
        (found.requester_got, found.requester_saw, found.requester_saw_at)
        if side == "technician"
        else (found.technician_got, found.technician_saw, found.technician_saw_at)
    )
    if saw >= last:
        return Mark("seen", at)
    return Mark("delivered" if got >= last else "sent", None)
