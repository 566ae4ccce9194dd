"""A span of days by the wall clock of a zone, and which of its days a moment is on: counted in SQL, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Column, ColumnElement, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from console.desk.errors import N_, Invalid

USUAL = (7, 30, 90)  # days that end today
LONGEST = 366  # days
FIRST_YEAR = 1970
DAY = 86_400  # seconds
ONE = timedelta(days=1)


class seconds(FunctionElement[int]):
    """The whole seconds of a moment since 1970, rounded down."""

    type = BigInteger()
    inherit_cache = True
    name = "seconds"


@compiles(seconds)
def _of_text(element: Any, compiler: Any, **named: Any) -> str:
    # SQLite rounds to milliseconds, which would put the last moment of a day into the next: only whole seconds are read
    return f"CAST(strftime('%s', substr({compiler.process(element.clauses, **named)}, 1, 19)) AS INTEGER)"


@compiles(seconds, "postgresql")
def _of_moment(element: Any, compiler: Any, **named: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **named)})) AS BIGINT)"


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both included, in `zone` (an IANA name)."""

    first: date
    last: date
    zone: str

    @property
    def days(self) -> list[date]:
        return [self.first + ONE * nth for nth in range((self.last - self.first).days + 1)]

    @property
    def start(self) -> datetime:
        return self._midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment that is not in it."""
        return self._midnight(self.last + ONE)

    def day_of(self, moment: Column[Any]) -> ColumnElement[int]:
        """The number of the day that a moment is on, the first is 0; a moment after the span is on day `len(days)`."""
        bounds = [int(self._midnight(each).timestamp()) for each in [*self.days, self.last + ONE]]
        counted = seconds(moment)
        arms: list[tuple[ColumnElement[bool], Any]] = []
        begun = 0  # the day with which a run of equally long days begins
        for nth, (opens, closes) in enumerate(pairwise(bounds)):
            if closes - opens == DAY:
                continue
            # a day on which clocks change has 23 or 25 hours: it stands for itself
            if begun < nth:
                arms.append((counted < opens, _within(counted, bounds[begun], begun)))
            arms.append((counted < closes, literal(nth)))
            begun = nth + 1
        if begun < len(bounds) - 1:
            arms.append((counted < bounds[-1], _within(counted, bounds[begun], begun)))
        return case(*arms, else_=literal(len(bounds) - 1))

    def _midnight(self, day: date) -> datetime:
        """The first moment of a day; where clocks skip midnight, the moment at which they do."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


def _within(counted: ColumnElement[int], begins: int, number: int) -> ColumnElement[int]:
    return (counted - begins) // DAY + number


def lately(days: int, today: date, zone: str) -> Span:
    """So many days, of which today is the last."""
    return Span(today - ONE * (days - 1), today, zone)


def asked(days: str, first: str, last: str, today: date, zone: str) -> tuple[Span, int | None]:
    """The span that somebody asked for, and how many days it always has, if it is one of the usual ones.

    Dates count before a number of days, unless they say the same; without either it is the last 30 days. Raises Invalid.
    """
    usual = _usual(days)
    offered = lately(usual, today, zone)
    if (first, last) in (("", ""), (offered.first.isoformat(), offered.last.isoformat())):
        return offered, usual
    begins, ends = _date("from", first), _date("to", last)
    if ends > today:
        raise Invalid(N_("This day has not come yet."), field="to")
    if begins > ends:
        raise Invalid(N_("The last day is before the first."), field="to")
    if (ends - begins).days >= LONGEST:
        raise Invalid(N_("A report has at most %(limit)s days."), field="from", limit=LONGEST)
    return Span(begins, ends, zone), None


def _usual(days: str) -> int:
    possible: Sequence[str] = [str(each) for each in USUAL]
    if days and days not in possible:
        raise Invalid(N_("%(value)s is not a possible value here."), field="days", value=days[:40])
    return int(days) if days else 30


def _date(field: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.year < FIRST_YEAR or found.isoformat() != text:
        if not text:
            raise Invalid(N_("Choose a day."), field=field)
        raise Invalid(N_("%(value)s is no date like 2026-12-25."), field=field, value=text[:40])
    return found
