"""Days by the wall clock of a zone, counted in SQL as the calendar counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from console.desk.span import Span
from console.desk.tables import ticket
from desk.acts import Acts

SPANS = [
    Span(date(2026, 3, 6), date(2026, 3, 10), "America/New_York"),  # a day of 23 hours
    Span(date(2026, 3, 8), date(2026, 3, 8), "America/New_York"),
    Span(date(2025, 10, 1), date(2026, 9, 30), "Europe/Madrid"),  # one of 25 and one of 23
    Span(date(2026, 9, 1), date(2026, 9, 12), "America/Santiago"),  # which skips a midnight
    Span(date(2026, 4, 1), date(2026, 4, 30), "Australia/Lord_Howe"),  # by half an hour
    Span(date(2026, 2, 1), date(2026, 2, 28), "UTC"),
]


@pytest.mark.parametrize("span", SPANS, ids=lambda span: f"{span.zone} {span.first}")
def test_every_moment_is_on_the_day_that_the_wall_clock_shows(acts: Acts, span: Span) -> None:
    zone, days = ZoneInfo(span.zone), span.days
    edges = [datetime.combine(day, datetime.min.time(), zone).astimezone(UTC) for day in days]
    near = [each for edge in edges[:: max(1, len(edges) // 12)] for each in (edge, edge - timedelta(microseconds=1))]
    spread = [span.start + (span.end - span.start) * nth / 37 for nth in range(37)]
    moments = [each for each in (*near, *spread, span.end - timedelta(microseconds=1)) if each >= span.start]
    for moment in moments:
        with acts.desk.database.writing() as connection:
            connection.execute(update(ticket).values(created_at=moment))
            found = connection.execute(select(span.day_of(ticket.c.created_at))).scalar_one()
        assert days[found] == moment.astimezone(zone).date(), moment


def test_what_comes_after_it_is_on_a_day_of_its_own(acts: Acts) -> None:
    span = SPANS[0]
    for moment in (span.end, span.end + timedelta(days=300)):
        with acts.desk.database.writing() as connection:
            connection.execute(update(ticket).values(created_at=moment))
            assert connection.execute(select(span.day_of(ticket.c.created_at))).scalar_one() == len(span.days)
