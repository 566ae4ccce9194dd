"""Lists of tickets: who sees which, and paging in both directions without a gap or a repeat, ties included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from console.desk import queue
from console.desk import tables as t
from console.desk.paging import Cursor
from console.desk.queue import Page
from desk.acts import Acts

MOMENT = datetime(2026, 11, 22, 10, 3, 0, 123_457, tzinfo=UTC)


@pytest.fixture
def many(acts: Acts) -> Acts:
    """23 more tickets of Support, numbers 2 to 24, that changed at five moments only."""
    row = dict(acts.row(select(t.ticket))._mapping)
    moments = [MOMENT + timedelta(microseconds=nth % 5) for nth in range(2, 25)]
    rows = [
        {
            **row,
            "number": number,
            "updated_at": at,
            "public_updated_at": at,
            "status": "pending" if number % 2 else "open",
        }
        for number, at in enumerate(moments, 2)
    ]
    with acts.desk.database.writing() as connection:
        connection.execute(insert(t.ticket), rows)
    return acts


def staff_page(acts: Acts, cursor: Cursor | None, status: str | None = None) -> Page:
    # A cursor travels in an address.
    cursor = None if cursor is None else Cursor.parse(str(cursor))
    return acts.read(queue.staff_page, acts.cast["ada"], "all", status, cursor, 4)


def all_in_order(acts: Acts, status: str | None = None) -> list[int]:
    page = acts.read(queue.staff_page, acts.cast["ada"], "all", status, None, 1_000)
    assert page.newer is page.older is None
    return [row.number for row in page.rows]


@pytest.mark.parametrize("status", (None, "open"))
def test_pages_show_every_ticket_once_there_and_back(status: str | None, many: Acts) -> None:
    page, there = staff_page(many, None, status), []
    assert page.newer is None, "nothing is newer than the first page"
    while True:
        there.append([row.number for row in page.rows])
        if page.older is None:
            break
        page = staff_page(many, page.older, status)
    flat = [number for numbers in there for number in numbers]
    assert flat == all_in_order(many, status) and {len(numbers) for numbers in there[:-1]} == {4}
    back = [there[-1]]
    while page.newer is not None:
        page = staff_page(many, page.newer, status)
        back.append([row.number for row in page.rows])
    assert [number for numbers in reversed(back) for number in numbers] == flat


def test_of_two_that_changed_at_the_same_moment_the_higher_number_comes_first(many: Acts) -> None:
    rows = {row.number: row for row in many.rows(select(t.ticket))}
    expected = sorted(rows, key=lambda number: (rows[number].updated_at, number), reverse=True)
    assert all_in_order(many) == expected


def test_a_ticket_that_changes_while_one_pages_hides_no_other(many: Acts) -> None:
    first = staff_page(many, None)
    moved = all_in_order(many)[6]
    many.sets("ada", "priority", "urgent", number=moved)
    seen = [row.number for row in first.rows]
    page = first
    while page.older is not None:
        page = staff_page(many, page.older)
        seen += [row.number for row in page.rows]
    assert sorted([*seen, moved]) == sorted(all_in_order(many))


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)), st.integers(1, 2**53), st.booleans())
def test_a_cursor_survives_its_address_to_the_microsecond(at: datetime, number: int, newer: bool) -> None:
    cursor = Cursor(at.replace(tzinfo=UTC), number, newer)
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text",
    (
        "",
        "o",
        "n",
        "o-",
        "x1-1",
        "o1",
        "o1-",
        "o-1",
        "o1-1-1",
        "o1.5-1",
        "o+1-1",
        "o1-²",
        "o٣-1",
        "o1-1 ",
        "o" + "9" * 40 + "-1",
    ),
)
def test_what_is_no_cursor_is_the_first_page(text: str) -> None:
    assert Cursor.parse(text) is None


def test_lists_and_their_counts_hold_what_one_may_open(acts: Acts) -> None:
    acts.opens("mallory", department="Billing")
    acts.opens("mallory", department="Support")
    acts.assigns("ada", "ada")
    acts.sets("ada", "status", "resolved", number=3)

    def numbers(who: str) -> dict[str, list[int]]:
        person = acts.cast[who]
        shown = {show: acts.read(queue.staff_page, person, show, None, None).rows for show in queue.SHOWS}
        return {show: sorted(row.number for row in rows) for show, rows in shown.items()}

    assert numbers("ada") == {"mine": [1], "unassigned": [3], "chats": [], "all": [1, 3]}
    assert numbers("cleo") == {"mine": [], "unassigned": [2], "chats": [], "all": [2]}
    assert numbers("root") == {"mine": [], "unassigned": [2, 3], "chats": [], "all": [1, 2, 3]}
    assert numbers("rhea") == {"mine": [], "unassigned": [], "chats": [], "all": []}
    assert acts.read(queue.counts, acts.cast["ada"]) == {"mine": 1, "unassigned": 0, "chats": 0, "all": 2}
    assert acts.read(queue.counts, acts.cast["root"]) == {"mine": 0, "unassigned": 1, "chats": 0, "all": 3}


def test_a_row_shows_the_requester_their_company_the_technician_and_the_department(acts: Acts) -> None:
    acts.assigns("lea", "ben")
    (row,) = acts.read(queue.staff_page, acts.cast["ada"], "all", None, None).rows
    assert row.technician is not None
    assert (row.requester.name, row.company, row.technician.name) == ("Rhea Lindqvist", "Fjord Foods", "Ben Okafor")
    assert (row.department, row.subject, row.status) == ("Support", "Blank pages", "open")
