"""Lists of tickets: who sees which, and paging in both directions without a gap or a repeat, ties included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from cast import Clock
from console.desk import queue
from console.desk import tables as t
from console.desk.access import works_in
from console.desk.actions import offering
from console.desk.filters import LEVELS, SHOWS, SORTS, Filter
from console.desk.paging import ORDERS, Cursor, micros
from console.desk.queue import Page
from console.desk.ticket import PRIORITIES, STATUSES, TYPES
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


def staff_page(acts: Acts, cursor: Cursor | None, chosen: str = "show=all", who: str = "ada", limit: int = 4) -> Page:
    # Cursors and filters travel in addresses.
    cursor = None if cursor is None else Cursor.parse(str(cursor))
    found = Filter.parse(chosen)
    assert found is not None, chosen
    return acts.read(queue.staff_page, acts.cast[who], found, cursor, acts.desk.clock(), limit)


def all_in_order(acts: Acts, chosen: str = "show=all", who: str = "ada") -> list[int]:
    page = staff_page(acts, None, chosen, who, 1_000)
    assert page.newer is page.older is None
    return [row.number for row in page.rows]


ORDERED = ("show=all", "show=all&status=open", *(f"show=all&sort={sort}" for sort in SORTS[1:]))


@pytest.mark.parametrize("status", (*ORDERED, "show=all&status=open,pending&sort=priority"))
def test_pages_show_every_ticket_once_there_and_back(status: str, many: Acts) -> None:
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
    moment = at.replace(tzinfo=UTC)
    cursor = Cursor((micros(moment), number), newer)
    assert Cursor.parse(str(cursor)) == cursor and cursor.values(ORDERS["updated"]) == [moment, number]


@pytest.mark.parametrize(
    "text",
    (
        "",
        "o",
        "n",
        "o-",
        "x1-1",
        "o1-",
        "o-1",
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
        return {show: sorted(all_in_order(acts, f"show={show}", who)) for show in SHOWS}

    def counts(who: str) -> dict[str, int]:
        person, now = acts.cast[who], acts.desk.clock()
        return {show: acts.read(queue.count, person, Filter(show=show), now) for show in SHOWS}

    assert numbers("ada") == {"mine": [1], "unassigned": [], "waiting": [], "chats": [], "all": [1, 3]}
    assert numbers("cleo") == {"mine": [], "unassigned": [2], "waiting": [2], "chats": [], "all": [2]}
    assert numbers("root") == {"mine": [], "unassigned": [2], "waiting": [2], "chats": [], "all": [1, 2, 3]}
    assert numbers("rhea") == {"mine": [], "unassigned": [], "waiting": [], "chats": [], "all": []}
    assert all_in_order(acts, "show=unassigned&status=any") == [3]
    for who in ("ada", "cleo", "root", "rhea"):
        assert counts(who) == {show: len(there) for show, there in numbers(who).items()}


def test_a_row_shows_the_requester_their_company_the_technician_and_the_department(acts: Acts) -> None:
    acts.assigns("lea", "ben")
    (row,) = staff_page(acts, None).rows
    assert row.technician is not None
    assert (row.requester.name, row.company, row.technician.name) == ("Rhea Lindqvist", "Fjord Foods", "Ben Okafor")
    assert (row.department, row.subject, row.status) == ("Support", "Blank pages", "open")


FILTERS = st.builds(
    Filter,
    show=st.sampled_from(SHOWS),
    status=st.none() | st.sets(st.sampled_from(STATUSES)).map(lambda some: tuple(filter(some.__contains__, STATUSES))),
    priority=st.sampled_from(((), ("low", "normal"), ("urgent",))),
    type=st.sampled_from(((), ("incident",), ("problem", "change"))),
    department=st.sampled_from(((), (1,), (2,), (1, 2), (99,))),
    application=st.sampled_from(((), (1,), (1, 2), (99,))),
    technician=st.sampled_from(("", "me", "none", "1", "99")),
    requester=st.sampled_from((None, 1, 2, 99)),
    company=st.sampled_from((None, 1, 2)),
    idle=st.sampled_from((None, 1, 30)),
    unread=st.booleans(),
    sla=st.sampled_from((None, *LEVELS)),
    sort=st.sampled_from(SORTS),
)


@given(FILTERS)
def test_a_filter_survives_its_address_and_has_one_text_only(chosen: Filter) -> None:
    asked = Filter.of(dict(parse_qsl(str(chosen))))
    assert Filter.parse(str(asked)) == asked and str(Filter.of(asked.query)) == str(asked)
    assert Filter.parse(f"{asked}&more=1") is None


@pytest.mark.parametrize("who", ("ada", "cleo", "root"))
def test_what_the_desk_counts_pages_and_pushes_is_the_same_list(who: str, acts: Acts, clock: Clock) -> None:
    """Of tickets of every sort; pages ask the database, live lists ask `matches`."""
    made = acts.desk.run(offering.add_application, acts.cast["root"], name="Administration").made
    for nth, status in enumerate(STATUSES * 3):
        department, application = ("Support", "Billing")[nth % 3 // 2], (None, made)[nth % 4 // 3]
        acts.opens(("rhea", "mallory")[nth % 2], department=department, application=application)
        number = nth + 2
        acts.sets("root", "priority", PRIORITIES[nth % 4], number=number)
        acts.sets("root", "type", TYPES[nth // 3], number=number)
        if nth % 2:
            acts.assigns("root", "root", number=number)
        if nth % 5 == 0:
            acts.views("root", number=number)
        acts.sets("root", "status", status, number=number)
        clock.pass_(hours=7)
    person, now = acts.cast[who], acts.desk.clock()
    rows = [row for row in acts.read(queue.rows, range(1, 20)) if works_in(person, row.department_id)]
    told: set[int] = set()

    @settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
    @given(FILTERS)
    @example(Filter(status=()))
    def all_agree(chosen: Filter) -> None:
        page = acts.read(queue.staff_page, person, chosen, None, now, 100)
        numbers = [row.number for row in page.rows]
        assert sorted(numbers) == sorted(row.number for row in rows if chosen.matches(row, person, now))
        assert acts.read(queue.count, person, chosen, now) == len(numbers)
        told.update(numbers)

    all_agree()
    assert told == {row.number for row in rows}, "every ticket was in some list"
