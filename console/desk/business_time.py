"""Arithmetic of business time: what passes while a calendar is open, and when so much of it will have passed.

A moment is open if the wall clock of the calendar's zone reads an open time on a date that is no holiday. So the hour
that is skipped in spring is nobody's, the one that comes twice in autumn counts twice, and a calendar that never closes
has days of 23 and 25 hours. Inside, everything is microseconds since 1970 in UTC, in days of UTC: those have no holes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

Span = tuple[int, int]  # minutes of a day from midnight, 0 to 1440, the second one excluded
Stretch = tuple[int, int]  # microseconds

MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000  # microseconds
DAY = 1_440 * MINUTE
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
FURTHEST = 100  # years; what would end later is refused
# Moments at which a zone's offset is asked for: no zone has changed it and back again within that time.
STEP = timedelta(days=7)


class NeverOpens(ValueError):
    """A calendar without any opening hours."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`zone` is an IANA name; `weekly` has the open spans of Monday to Sunday in order, none touching another of its day
    from within; `holidays` are dates of that zone which are closed. Raises NeverOpens, ValueError.
    """

    zone: str
    weekly: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("a week has seven days")
        for spans in self.weekly:
            edges = [edge for span in spans for edge in span]
            if edges != sorted(edges) or any(start >= end for start, end in spans):
                raise ValueError(f"open spans overlap or are empty: {spans}")
            if edges and (edges[0] < 0 or edges[-1] > 1_440):
                raise ValueError(f"a day has 1440 minutes: {spans}")
        if not any(self.weekly):
            raise NeverOpens("this calendar never opens")


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much business time passes from `start` to `end`; nothing if `end` is not later."""
    if end <= start:
        return timedelta(0)
    first, last = _micros(start), _micros(end)
    total = _passed(calendar, last) - _passed(calendar, first)
    total += sum(_year(calendar, year)[-1] for year in range(_utc_year(start), _utc_year(end)))
    return total * MICROSECOND


def add(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    """The first moment at which `span` of business time has passed since `start`; `start` itself if it is none.

    Raises OverflowError if that is more than a hundred years ahead.
    """
    if span <= timedelta(0):
        return start
    year = _utc_year(start)
    last = year + FURTHEST
    wanted = span // MICROSECOND + _passed(calendar, _micros(start))
    while wanted > (total := _year(calendar, year)[-1]):
        wanted -= total
        year += 1
        if year > last:
            raise OverflowError("this ends too far ahead")
    passed = _year(calendar, year)
    place = bisect_left(passed, wanted) - 1  # the day before whose end it is reached
    left = wanted - passed[place]
    for opens, closes in _stretches(calendar, _first_day(year) + place):
        if left <= closes - opens:
            return EPOCH + (opens + left) * MICROSECOND
        left -= closes - opens
    raise AssertionError("a day holds what was counted in it")


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def _utc_year(moment: datetime) -> int:
    return moment.astimezone(UTC).year


def _first_day(year: int) -> int:
    """The first day of this year, counted from 1970."""
    return date(year, 1, 1).toordinal() - EPOCH_ORDINAL


def _passed(calendar: Calendar, moment: int) -> int:
    """The business time of this year (of UTC) up to this moment."""
    day = moment // DAY
    year = date.fromordinal(day + EPOCH_ORDINAL).year
    within = sum(max(0, min(closes, moment) - opens) for opens, closes in _stretches(calendar, day))
    return _year(calendar, year)[day - _first_day(year)] + within


@lru_cache(maxsize=512)
def _year(calendar: Calendar, year: int) -> tuple[int, ...]:
    """The business time of this year before each of its days, and of all of it."""
    changes, offset = _changes(calendar.zone, year)
    changed = {moment // DAY: after for moment, after in changes}
    closed = {each.toordinal() - EPOCH_ORDINAL + near for each in calendar.holidays for near in (-1, 0, 1)}
    usual: dict[tuple[int, int], int] = {}  # of a day of the week, while the offset stays
    totals = []
    for day in range(_first_day(year), _first_day(year + 1)):
        if day in changed or day in closed:
            total = _open_time(calendar, day)
        else:
            total = usual.get((day % 7, offset), -1)
            if total < 0:
                total = usual[day % 7, offset] = _open_time(calendar, day)
        offset = changed.get(day, offset)
        totals.append(total)
    return tuple(accumulate(totals, initial=0))


def _open_time(calendar: Calendar, day: int) -> int:
    return sum(closes - opens for opens, closes in _stretches(calendar, day))


def _stretches(calendar: Calendar, day: int) -> tuple[Stretch, ...]:
    """When the calendar is open on this day of UTC."""
    midnight = day * DAY
    found: list[Stretch] = []
    for start, end, offset in _offsets(calendar.zone, day):
        for wall in range((midnight + start + offset) // DAY, (midnight + end + offset - 1) // DAY + 1):
            local = date.fromordinal(wall + EPOCH_ORDINAL)
            if local in calendar.holidays:
                continue
            for opens, closes in calendar.weekly[local.weekday()]:
                shift = wall * DAY - offset
                stretch = max(shift + opens * MINUTE, midnight + start), min(shift + closes * MINUTE, midnight + end)
                if stretch[0] < stretch[1]:
                    found.append(stretch)
    return tuple(found)


def _offsets(zone: str, day: int) -> Iterator[tuple[int, int, int]]:
    """The parts of this day of UTC with one offset each: from, to (microseconds of the day), and the offset."""
    start, midnight = 0, day * DAY
    changes, offset = _changes(zone, date.fromordinal(day + EPOCH_ORDINAL).year)
    for moment, after in changes:
        if moment <= midnight:
            offset = after
        elif moment < midnight + DAY:
            yield start, moment - midnight, offset
            start, offset = moment - midnight, after
    yield start, DAY, offset


@lru_cache(maxsize=512)
def _changes(zone: str, year: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """When the zone's offset changes in this year (of UTC) and to what, and the offset with which the year begins."""
    known = ZoneInfo(zone)
    moment, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    begins = _offset(known, moment)
    found, now = [], begins
    while moment < end:
        later = min(moment + STEP, end)
        after = _offset(known, later)
        if after != now:
            found.append((_micros(_change(known, moment, later)), after))
        moment, now = later, after
    return tuple(found), begins


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The moment between these two at which the offset becomes that of `after`, to the second."""
    wanted = _offset(zone, after)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // timedelta(seconds=2) * timedelta(seconds=1)
        if _offset(zone, middle) == wanted:
            after = middle
        else:
            before = middle
    return after


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset // MICROSECOND
