"""What leads look back on: how many tickets came, were solved and came back, how many were left, and how long it took.

Everything is counted from what happened since the first day of a span: tickets by the moments of their opening and first
response, changes of status by the log. Backwards from what is not solved now, that gives how many were left each evening.
A ticket counts to the department, technician, company and application that it has now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, Table, select

from console.desk import people, report_rows
from console.desk.filters import UNSOLVED
from console.desk.report_rows import DIMENSIONS, Asked
from console.desk.span import Span
from console.desk.tables import application, company
from console.desk.tallies import Figures, Key, Tallies, Tally

ROWS = 50  # of one table; the others are counted together


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Row:
    """`id` and `name` are None for tickets that have none: nobody's, or of no company or application."""

    id: int | None
    name: str | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Part:
    """By technician, department, company or application; `rest`: how many more there are, and their figures together."""

    dimension: str
    rows: tuple[Row, ...]
    rest: tuple[int, Figures] | None


@dataclass(frozen=True, slots=True)
class Report:
    span: Span
    total: Figures
    days: tuple[Day, ...]
    parts: tuple[Part, ...]


def read(connection: Connection, asked: Asked, span: Span) -> Report:
    """The report on these tickets and days."""
    tallies = Tallies(len(span.days))
    for row in connection.execute(report_rows.standing(asked)).all():
        for tally in tallies.of(row[:-1]):
            tally.left += row[-1]
    for row in connection.execute(report_rows.opened(asked, span)).all():
        tallies.count(row[0], row[1:-1], Tally(created=row[-1]))
    for row in connection.execute(report_rows.moved_later(asked, span)).all():
        _move(tallies, len(span.days), row[0], row[1:-1], row[-1])
    for row in connection.execute(report_rows.moved(asked, span)).all():
        day, passed, facts = row[:3]
        if _move(tallies, day, facts, row[3:], 1):
            for tally in (tallies.days[day], *tallies.of(row[3:])):
                tally.solved.append(passed)
    for row in connection.execute(report_rows.answers(asked, span)).all():
        day, passed = row[:2]
        for tally in (tallies.days[day], *tallies.of(row[2:])):
            tally.answered.append(passed)
    return Report(span, tallies.total.figures(), _days(tallies, span), _parts(connection, asked, tallies))


def _move(tallies: Tallies, day: int, facts: str, keys: tuple[Key, ...], count: int) -> bool:
    """Count so many changes of status in; whether they solved something."""
    solves = transition(facts)
    if solves is not None:
        tallies.count(day, keys, Tally(resolved=count) if solves else Tally(reopened=count))
    return bool(solves)


@lru_cache(maxsize=256)
def transition(facts: str) -> bool | None:
    """Whether a change of status solved a ticket (True), opened it again (False), or did neither."""
    known = json.loads(facts)
    before, after = known["from"] in UNSOLVED, known["to"] in UNSOLVED
    return None if before == after else before


def _days(tallies: Tallies, span: Span) -> tuple[Day, ...]:
    left, found = tallies.total.left, []
    for day, tally in zip(reversed(span.days), tallies.days[-2::-1], strict=True):
        tally.left = left
        left -= tally.grown
        found.append(Day(day, tally.figures()))
    return tuple(reversed(found))


def _parts(connection: Connection, asked: Asked, tallies: Tallies) -> tuple[Part, ...]:
    names: tuple[Callable[[Sequence[int]], Mapping[int, str]], ...] = (
        lambda ids: {key: who.name for key, who in people.names(connection, ids).items()},
        lambda _: asked.places,
        lambda ids: _names(connection, company, ids),
        lambda ids: _names(connection, application, ids),
    )
    return tuple(
        _part(dimension, found, name) for dimension, found, name in zip(DIMENSIONS, tallies.by, names, strict=True)
    )


def _part(dimension: str, found: Mapping[Key, Tally], names: Callable[[Sequence[int]], Mapping[int, str]]) -> Part:
    kept = [(key, tally) for key, tally in found.items() if not tally.figures().nothing]
    kept.sort(key=lambda each: (-each[1].created, -each[1].resolved, -each[1].left, each[0] or 0))
    shown, others = kept[:ROWS], kept[ROWS:]
    known = names([key for key, _ in shown if key is not None])
    rest = Tally()
    for _, tally in others:
        rest.add(tally)
    rows = tuple(Row(key, None if key is None else known[key], tally.figures()) for key, tally in shown)
    return Part(dimension, rows, (len(others), rest.figures()) if others else None)


def _names(connection: Connection, table: Table, ids: Sequence[int]) -> dict[int, str]:
    query = select(table.c.id, table.c.name).where(table.c.id.in_(ids))
    return {row.id: row.name for row in connection.execute(query)}
