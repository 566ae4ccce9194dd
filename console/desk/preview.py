"""The last words on a ticket, as lists and previews show them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from console.desk import spoken
from console.desk.spoken import Message
from console.desk.tables import message

WORDS = 140  # characters of the last words in a row of a list
_MARKS = re.compile(r"[*_`#>|~]+|!?\[|\]\([^)]*\)")  # of Markdown
_LAST = (
    select(func.max(message.c.id))
    .where(message.c.ticket_number.in_(bindparam("numbers", expanding=True)), message.c.state == "sent")
    .group_by(message.c.ticket_number)
)
_WORDS = select(
    message.c.ticket_number, message.c.kind, func.substr(message.c.body, 1, 4 * WORDS).label("beginning")
).where(message.c.id.in_(_LAST))
_LATEST = (
    select(message.c.id, message.c.created_at)
    .where(message.c.ticket_number == bindparam("number"), message.c.state == "sent")
    .order_by(message.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class LastWords:
    text: str
    note: bool


def last_words(connection: Connection, numbers: Collection[int]) -> dict[int, LastWords]:
    """The beginning of the last message of each of these tickets, in one line; for staff."""
    rows = connection.execute(_WORDS, {"numbers": list(numbers)}) if numbers else ()
    return {row.ticket_number: LastWords(_line(row.beginning), row.kind == "note") for row in rows}


def latest(connection: Connection, number: int) -> tuple[Message, datetime] | None:
    """The last message of a ticket and when it was written; for staff."""
    row = connection.execute(_LATEST, {"number": number}).one_or_none()
    return None if row is None else (spoken.messages(connection, [row.id])[row.id], row.created_at)


def _line(text: str) -> str:
    words = " ".join(_MARKS.sub(" ", text).split())
    return words if len(words) <= WORDS else words[:WORDS].rsplit(" ", 1)[0] + " …"
