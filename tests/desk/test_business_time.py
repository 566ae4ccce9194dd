"""Business time: over nights, weekends, holidays and clock changes, against a slow count minute by minute."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from console.desk.business_time import Calendar, NeverOpens, add, between

ZONES = (
    *("UTC", "Europe/Madrid", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "Australia/Lord_Howe"),
    *("Pacific/Apia", "Asia/Kathmandu", "Africa/Casablanca", "America/Havana"),
)
OFFICE = (((540, 1080),),) * 5 + ((),) * 2
ALWAYS = (((0, 1440),),) * 7
MADRID = Calendar("Europe/Madrid", OFFICE)
HOUR = timedelta(hours=1)


def at(zone: str, year: int, month: int, day: int, hour: int = 0, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def minute_by_minute(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The definition, said plainly; `start` and `end` are whole minutes."""
    zone, passed = ZoneInfo(calendar.zone), 0
    while start < end:
        wall = start.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        open_now = any(opens <= minute < closes for opens, closes in calendar.weekly[wall.weekday()])
        passed += open_now and wall.date() not in calendar.holidays
        start += timedelta(minutes=1)
    return timedelta(minutes=passed)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    edges = st.lists(st.integers(0, 1440), max_size=6, unique=True).map(sorted)
    spans = edges.map(lambda some: tuple(zip(some[::2], some[1::2], strict=False)))
    days = st.one_of(st.just(()), st.just(((0, 1440),)), st.just(((540, 1080),)), spans)
    weekly = draw(st.lists(days, min_size=7, max_size=7).filter(any))
    holidays = draw(st.sets(st.dates(date(2004, 1, 1), date(2012, 12, 31)), max_size=5))
    return Calendar(draw(st.sampled_from(ZONES)), tuple(weekly), frozenset(holidays))


# Years in which these zones changed their clocks at midnight, a minute after it, by half an hour, and by a whole day.
moments = st.datetimes(datetime(2004, 1, 1), datetime(2012, 6, 1), timezones=st.just(UTC))
spans = st.integers(0, 60 * 60 * 24 * 60).map(lambda seconds: timedelta(seconds=seconds))


@settings(max_examples=25)
@given(calendars(), moments, st.integers(0, 60 * 48))
@example(Calendar("America/St_Johns", ALWAYS), datetime(2008, 11, 1, tzinfo=UTC), 60 * 48)
@example(Calendar("America/St_Johns", OFFICE), datetime(2008, 11, 1, tzinfo=UTC), 60 * 48)
@example(Calendar("Pacific/Apia", OFFICE), datetime(2011, 12, 28, tzinfo=UTC), 60 * 96)
@example(Calendar("America/Sao_Paulo", (*OFFICE[:6], ((0, 90),))), datetime(2010, 10, 16, tzinfo=UTC), 60 * 48)
def test_what_passes_is_what_a_count_minute_by_minute_finds(calendar: Calendar, start: datetime, minutes: int) -> None:
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=minutes)
    assert between(calendar, start, end) == minute_by_minute(calendar, start, end)


@settings(max_examples=80)
@given(calendars(), moments, spans, spans)
def test_adding_and_measuring_are_inverse_monotone_and_additive(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    try:
        there, beyond = add(calendar, start, first), add(calendar, start, first + second)
    except OverflowError:  # a calendar that opens for a minute a week
        reject()
    assert between(calendar, start, there) == first
    assert there - start >= first
    assert beyond >= there
    assert beyond == add(calendar, there, second)
    assert between(calendar, start, there) + between(calendar, there, beyond) == between(calendar, start, beyond)
    if first:  # it is the first such moment
        assert between(calendar, start, there - timedelta(microseconds=1)) < first


def test_nights_weekends_and_holidays_do_not_count() -> None:
    friday = at("Europe/Madrid", 2026, 3, 6, 17, 0)
    assert add(MADRID, friday, 2 * HOUR) == at("Europe/Madrid", 2026, 3, 9, 10, 0)
    monday_off = Calendar("Europe/Madrid", OFFICE, frozenset({date(2026, 3, 9)}))
    assert add(monday_off, friday, 2 * HOUR) == at("Europe/Madrid", 2026, 3, 10, 10, 0)
    assert add(MADRID, friday, HOUR) == at("Europe/Madrid", 2026, 3, 6, 18, 0), "what ends at closing time ends then"
    saturday = at("Europe/Madrid", 2026, 3, 7, 12, 0)
    assert add(MADRID, saturday, timedelta(0)) == saturday
    assert between(MADRID, saturday, saturday + 20 * HOUR) == timedelta(0)
    assert between(MADRID, friday, saturday) == HOUR and between(MADRID, saturday, friday) == timedelta(0)


def test_a_calendar_that_never_closes_has_days_of_23_and_25_hours() -> None:
    always = Calendar("Europe/Madrid", ALWAYS)
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)):
        start = at("Europe/Madrid", day.year, day.month, day.day)
        after = day + timedelta(days=1)
        end = at("Europe/Madrid", after.year, after.month, after.day)
        assert between(always, start, end) == hours * HOUR
    closed = Calendar("Europe/Madrid", ALWAYS, frozenset({date(2026, 10, 25)}))
    assert between(closed, at("Europe/Madrid", 2026, 10, 24), at("Europe/Madrid", 2026, 10, 26)) == 24 * HOUR


def test_a_wall_time_that_is_skipped_is_nobody_s_and_one_that_comes_twice_counts_twice() -> None:
    small_hours = Calendar("Europe/Madrid", (((120, 150),),) * 7)  # 02:00 to 02:30
    for month, day, minutes in ((3, 29, 0), (10, 25, 60), (5, 4, 30)):
        start = at("Europe/Madrid", 2026, month, day)
        assert between(small_hours, start, start + 12 * HOUR) == timedelta(minutes=minutes)
    first = at("Europe/Madrid", 2026, 10, 25, 2, 0)
    assert add(small_hours, first, timedelta(minutes=40)) == at("Europe/Madrid", 2026, 10, 25, 2, 10, fold=1)


def test_a_calendar_that_never_opens_is_refused() -> None:
    with pytest.raises(NeverOpens):
        Calendar("UTC", ((),) * 7)
    for wrong in (((600, 540),), ((0, 1441),), ((0, 60), (30, 90)), ((60, 60),)):
        with pytest.raises(ValueError, match=r"overlap|1440"):
            Calendar("UTC", (wrong,) + ((),) * 6)
    with pytest.raises(OverflowError):
        add(MADRID, at("UTC", 2026, 1, 1), timedelta(days=3_000_000))


def test_years_ahead_take_less_than_a_millisecond() -> None:
    start, span = at("UTC", 2026, 1, 1), timedelta(hours=9 * 250 * 10)
    there = add(MADRID, start, span)
    assert there.year == 2035
    took = []
    for _ in range(20):
        began = time.perf_counter()
        add(MADRID, start, span)
        between(MADRID, start, there)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.001
