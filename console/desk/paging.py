"""Pages of a list of tickets that changes while it is read: a page begins behind a place, never at a count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from console.desk.tables import ticket

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # of the microseconds in a cursor


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: what stands behind (or, `newer`, before) this moment and number."""

    at: datetime
    number: int
    newer: bool = False

    def __str__(self) -> str:
        return f"{'n' if self.newer else 'o'}{(self.at - BEGINNING) // timedelta(microseconds=1)}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor in an address, or None if it is not one."""
        micros, _, number = text[1:].partition("-")
        if text[:1] not in ("o", "n") or not (_is_number(micros) and _is_number(number)):
            return None
        try:
            at = BEGINNING + timedelta(microseconds=int(micros))
        except OverflowError:
            return None
        return cls(at, int(number), text[0] == "n")


def page(
    connection: Connection,
    chosen: ColumnElement[bool],
    moment: Any,
    cursor: Cursor | None,
    limit: int,
    *,
    ascending: bool = False,
) -> tuple[list[Row[Any]], Cursor | None, Cursor | None]:
    """Rows of the chosen tickets by `moment`, a column, the latest first; cursors to the pages before and after.

    With `ascending` the earliest come first, and cursors of the page before lead to earlier ones.
    """
    query = select(ticket).where(chosen)
    back = cursor is not None and cursor.newer
    rising = back != ascending
    if cursor is not None:
        query = query.where(_beyond(moment, cursor, rising))
    order = (moment.asc(), ticket.c.number.asc()) if rising else (moment.desc(), ticket.c.number.desc())
    rows = list(connection.execute(query.order_by(*order).limit(limit + 1)))
    more = len(rows) > limit
    rows = rows[:limit][:: -1 if back else 1]
    if not rows:
        return [], None, None
    first, last = rows[0], rows[-1]
    before = Cursor(getattr(first, moment.name), first.number, newer=True) if (more if back else cursor) else None
    after = Cursor(getattr(last, moment.name), last.number) if (back or more) else None
    return rows, before, after


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18  # more would not fit into a column


def _beyond(moment: Any, cursor: Cursor, rising: bool) -> ColumnElement[bool]:
    same = moment == cursor.at
    if rising:
        return or_(moment > cursor.at, and_(same, ticket.c.number > cursor.number))
    return or_(moment < cursor.at, and_(same, ticket.c.number < cursor.number))
