"""Paging by keys: a page begins behind the last ticket of the one before it, however many tickets there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, case, func, or_, select, union_all

from console.desk.filters import Sort
from console.desk.tables import ticket
from console.desk.ticket import PRIORITIES

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # of the microseconds in a cursor


@dataclass(frozen=True, slots=True)
class Key:
    """What a list is ordered by, made of the column that it `reads`; `of` and `value` lead to a cursor and back."""

    column: ColumnElement[Any]
    reads: Column[Any]
    descending: bool
    of: Callable[[Any], int]  # of a row
    value: Callable[[int], Any]


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - BEGINNING) // timedelta(microseconds=1)


def _moment(name: str, *, descending: bool) -> Key:
    return Key(
        ticket.c[name],
        ticket.c[name],
        descending,
        lambda row: micros(getattr(row, name)),
        lambda micros: BEGINNING + timedelta(microseconds=micros),
    )


def _number(*, descending: bool) -> Key:
    return Key(ticket.c.number, ticket.c.number, descending, lambda row: int(row.number), lambda number: number)


FAR = BEGINNING + timedelta(days=365 * 400)  # where what is never due stands: last


def _due(row: Any) -> int:
    return micros(row.due_at or FAR)


RANKS = {priority: rank for rank, priority in enumerate(PRIORITIES)}
_URGENCY = Key(
    case(RANKS, value=ticket.c.priority, else_=0),
    ticket.c.priority,
    True,
    lambda row: RANKS[row.priority],
    lambda rank: rank,
)
# The last key is the number, so that no two tickets stand at one place.
ORDERS: dict[Sort, tuple[Key, ...]] = {
    "updated": (_moment("updated_at", descending=True), _number(descending=True)),
    "waiting": (_moment("updated_at", descending=False), _number(descending=False)),
    "created": (_number(descending=True),),
    "due": (
        Key(
            func.coalesce(ticket.c.due_at, FAR),
            ticket.c.due_at,
            False,
            _due,
            lambda micros: BEGINNING + timedelta(microseconds=micros),
        ),
        _number(descending=False),
    ),
    "priority": (_URGENCY, _moment("updated_at", descending=True), _number(descending=True)),
}
PUBLIC_ORDER = (_moment("public_updated_at", descending=True), _number(descending=True))
PUBLIC_ORDERS: dict[str, tuple[Key, ...]] = {
    "changed": PUBLIC_ORDER,
    "newest": (_moment("created_at", descending=True), _number(descending=True)),
    "oldest": (_moment("created_at", descending=False), _number(descending=False)),
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the tickets behind (or, `newer`, before) the one with these keys."""

    keys: tuple[int, ...]
    newer: bool = False

    def __str__(self) -> str:
        return ("n" if self.newer else "o") + "-".join(map(str, self.keys))

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor in an address, or None if it is not one."""
        keys = text[1:].split("-")
        if text[:1] not in ("o", "n") or not all(_is_number(each) for each in keys):
            return None
        return cls(tuple(map(int, keys)), text[0] == "n")

    def values(self, order: Sequence[Key]) -> list[Any] | None:
        """What the columns of this order have there, or None if it is the cursor of another one."""
        if len(self.keys) != len(order):
            return None
        try:
            return [key.value(number) for key, number in zip(order, self.keys, strict=True)]
        except OverflowError:
            return None


def page(
    connection: Connection,
    arms: Sequence[ColumnElement[bool]],
    rest: ColumnElement[bool],
    order: Sequence[Key],
    cursor: Cursor | None,
    limit: int,
) -> tuple[list[Row[Any]], Cursor | None, Cursor | None]:
    """The rows of one page of what meets `rest` and one of `arms`, and the cursors to the pages beside it.

    Each arm is asked by itself for as many rows as the page has: so an index on what it fixes answers in order.
    """
    values = None if cursor is None else cursor.values(order)
    if values is None:
        cursor = None
    back = cursor is not None and cursor.newer
    whole = rest if values is None else and_(rest, _beyond(order, values, back))
    turned = [key.column.asc() if key.descending == back else key.column.desc() for key in order]
    if not arms:
        return [], None, None
    if len(arms) == 1:
        rows = list(connection.execute(select(ticket).where(arms[0], whole).order_by(*turned).limit(limit + 1)))
    else:
        # Of what the arms give most is left out again, so they give no more than what it takes to put them in order.
        keys = dict.fromkeys((ticket.c.number, *(key.reads for key in order)))
        parts = (select(*keys).where(arm, whole).order_by(*turned).limit(limit + 1) for arm in arms)
        together = connection.execute(union_all(*(select(part.subquery()) for part in parts)))
        first = [row.number for row in sorted(together, key=lambda row: _place(order, row), reverse=back)[: limit + 1]]
        found = {row.number: row for row in connection.execute(select(ticket).where(ticket.c.number.in_(first)))}
        rows = [found[number] for number in first]
    more = len(rows) > limit
    rows = rows[:limit][:: -1 if back else 1]
    if not rows:
        return [], None, None
    newer = _at(order, rows[0], newer=True) if (more if back else cursor is not None) else None
    older = _at(order, rows[-1]) if (back or more) else None
    return rows, newer, older


def _place(order: Sequence[Key], row: Any) -> tuple[int, ...]:
    return tuple(-key.of(row) if key.descending else key.of(row) for key in order)


def _at(order: Sequence[Key], row: Any, *, newer: bool = False) -> Cursor:
    return Cursor(tuple(key.of(row) for key in order), newer)


def _beyond(order: Sequence[Key], values: Sequence[Any], back: bool) -> ColumnElement[bool]:
    """Behind these values in this order; with `back` before them.

    The first key's bound is said once more for all the ways: from that alone SQLite sees where in an index to begin.
    """
    ways: list[ColumnElement[bool]] = []
    for nth, key in enumerate(order):
        same = [other.column == value for other, value in zip(order[:nth], values[:nth], strict=True)]
        after = key.column < values[nth] if key.descending != back else key.column > values[nth]
        ways.append(and_(*same, after))
    first = order[0].column <= values[0] if order[0].descending != back else order[0].column >= values[0]
    return and_(first, or_(*ways))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18  # more would not fit into a column
