"""The clocks of a ticket: what starts, stops and moves them, and who is told when one is late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from cast import Cast, Clock
from console.desk.actions import promising
from console.desk.actions.requesting import reopen
from console.desk.clocks import clocks_of
from console.desk.desk import Desk
from console.desk.errors import Invalid, NotFound
from console.desk.fuse import fuses
from console.desk.plan import Targets
from console.desk.tables import calendar, department, notification, target, ticket
from console.followers import lateness, runner
from desk.acts import Acts

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, when the desk opens
OFFICE = [[(540, 1_080)]] * 5 + [[], []]
PROMISED = Targets(first_response=60, next_response=120, resolution=16 * 60)

Promise = Callable[..., None]


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def acts(desk: Desk, cast: Cast) -> Acts:
    return Acts(desk, cast)


@pytest.fixture
def promise(desk: Desk, cast: Cast) -> Promise:
    """Have Root promise this for every priority but what is named."""

    def set_targets(everywhere: Targets = PROMISED, *, place: int | None = None, **others: Targets) -> None:
        targets = dict.fromkeys(("low", "normal", "high", "urgent"), everywhere) | others
        desk.run(promising.set_targets, cast["root"], place=place, targets=targets)
        runner.run_due(desk)

    return set_targets


def row(acts: Acts, number: int) -> Any:
    return acts.row(select(ticket).where(ticket.c.number == number))


def due(acts: Acts, number: int) -> dict[str, datetime]:
    """When each clock that runs is due, to the minute."""
    clocks = clocks_of(row(acts, number)) or {}
    return {kind: each.due.replace(second=0, microsecond=0) for kind, each in clocks.items() if each.due is not None}


def opened(acts: Acts, **named: Any) -> int:
    number = acts.opens("rhea", **named).number
    assert number is not None
    return number


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_the_first_response_runs_until_a_technician_has_answered_and_the_resolution_goes_on(
    acts: Acts, clock: Clock, promise: Promise
) -> None:
    promise()
    number = opened(acts)
    assert due(acts, number) == {"first_response": at(2, 10), "resolution": at(3, 16)}
    assert (row(acts, number).due_at, row(acts, number).due_kind) == (row(acts, number).alarm_at, "first_response")
    clock.pass_(minutes=20)
    acts.notes("ada", number=number)
    assert "first_response" in due(acts, number), "a note answers nobody"
    acts.replies("ada", number=number)
    assert due(acts, number) == {"resolution": at(3, 16)} and row(acts, number).due_kind == "resolution"
    first, resolution = fuses(row(acts, number))
    assert (first.kind, first.state, first.minutes) == ("first_response", "met", 20)
    assert (resolution.state, row(acts, number).breached) == ("running", False)


def test_the_next_response_counts_from_the_first_message_that_nobody_has_answered(
    acts: Acts, clock: Clock, promise: Promise
) -> None:
    promise()
    number = opened(acts)
    acts.asks(number=number)
    assert "next_response" not in due(acts, number), "the first response is still to come"
    acts.replies("ada", number=number)
    clock.pass_(hours=8)  # 17:00
    acts.asks(number=number)
    assert due(acts, number)["next_response"] == at(3, 10), "an hour today and an hour tomorrow"
    clock.pass_(minutes=30)
    acts.asks(number=number)
    assert due(acts, number)["next_response"] == at(3, 10), "asking again gives nobody more time"
    acts.replies("ada", number=number)
    assert "next_response" not in due(acts, number)


def test_pending_and_resolved_stop_the_clocks_and_reopening_lets_them_go_on(
    acts: Acts, clock: Clock, promise: Promise
) -> None:
    promise()
    number = opened(acts)
    clock.pass_(minutes=15)
    acts.sets("ada", "status", "pending", number=number)
    assert due(acts, number) == {} and row(acts, number).due_at is None and row(acts, number).alarm_at is None
    assert {(each.kind, each.state, each.minutes) for each in fuses(row(acts, number))} == {
        ("first_response", "paused", 45),
        ("resolution", "paused", 16 * 60 - 15),
    }
    clock.pass_(days=7)
    acts.sets("ada", "status", "open", number=number)
    assert due(acts, number) == {"first_response": at(9, 10), "resolution": at(10, 16)}
    acts.replies("ada", number=number)
    clock.pass_(hours=1)
    acts.sets("ada", "status", "resolved", number=number)
    assert due(acts, number) == {}
    assert [(each.kind, each.state) for each in fuses(row(acts, number))] == [
        ("first_response", "met"),
        ("resolution", "met"),
    ]
    clock.pass_(minutes=90)
    acts.desk.run(reopen, number, acts.cast["rhea"])
    assert due(acts, number) == {"resolution": at(10, 17, 30)}, "what was resolved does not count"


def test_another_priority_has_other_targets_and_what_has_passed_stays(
    acts: Acts, clock: Clock, promise: Promise
) -> None:
    promise(urgent=Targets(first_response=30), low=Targets())
    number = opened(acts)
    clock.pass_(minutes=20)
    acts.sets("ada", "priority", "urgent", number=number)
    assert due(acts, number) == {"first_response": at(2, 9, 30)}
    acts.sets("ada", "priority", "low", number=number)
    assert due(acts, number) == {} and row(acts, number).due_at is None
    acts.sets("ada", "priority", "normal", number=number)
    assert due(acts, number) == {"first_response": at(2, 10), "resolution": at(3, 16)}


def test_a_department_may_have_targets_and_hours_of_its_own_and_give_them_up(
    acts: Acts, clock: Clock, promise: Promise
) -> None:
    promise()
    billing = acts.row(select(department.c.id).where(department.c.name == "Billing")).id
    promise(Targets(first_response=10 * 60), place=billing)
    root, desk = acts.cast["root"], acts.desk
    desk.run(
        promising.set_hours,
        root,
        place=billing,
        zone="America/Sao_Paulo",
        weekly=[[(480, 720), (780, 1_020)]] * 5 + [[], []],
        holidays=[date(2026, 3, 3)],
    )
    ours, theirs = opened(acts), opened(acts, department="Billing")
    assert due(acts, ours)["first_response"] == at(2, 10)
    assert due(acts, theirs) == {"first_response": at(4, 13)}, "eight hours today, none tomorrow, two on Wednesday"
    for table in (calendar, target):
        desk.run(promising.forget, root, place=billing, table=table)
    runner.run_due(desk)
    assert due(acts, theirs) == {"first_response": at(2, 10), "resolution": at(3, 16)}
    assert acts.log()[-1].kind == "sla_moved"


def test_new_targets_and_hours_move_unsolved_tickets_however_many_and_say_so_on_them(
    acts: Acts, clock: Clock, promise: Promise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promising, "BATCH", 2)
    monkeypatch.setattr(promising, "PAGE", 3)
    numbers = [opened(acts) for _ in range(7)]
    acts.sets("ada", "status", "resolved", number=numbers[0])
    acts.sets("ada", "status", "pending", number=numbers[1])
    assert row(acts, numbers[2]).due_at is None
    clock.pass_(minutes=90)
    promise()
    moved = [each.number for each in acts.log() if each.kind == "sla_moved"]
    assert moved == [1, *numbers[1:]], "the ticket that stood there before has clocks now, too"
    assert [row(acts, number).due_kind for number in numbers] == [None, None, *["first_response"] * 5]
    assert acts.rows(select(notification).where(notification.c.kind == "sla_missed")) == [], "nobody could know"
    assert not lateness.tell_late(acts.desk) and row(acts, numbers[2]).breached
    before = len(acts.log())
    promise()
    assert len(acts.log()) == before + 1, "the same targets move nothing"


def test_a_late_clock_is_told_once_to_the_technician_and_the_leads(
    acts: Acts, clock: Clock, promise: Promise, cast: Cast
) -> None:
    promise()
    number = opened(acts)
    acts.assigns("lea", "ben", number=number)
    assert not lateness.tell_late(acts.desk)
    clock.pass_(minutes=61)
    assert [each.number for each in lateness.tell_late(acts.desk)] == [number]
    assert (acts.last().kind, acts.last().facts, acts.last().actor_id) == (
        "sla_missed",
        {"clock": "first_response"},
        None,
    )
    told = acts.rows(select(notification).where(notification.c.kind == "sla_missed"))
    assert {each.person_id for each in told} == {cast["ben"].id, cast["lea"].id}
    assert row(acts, number).breached and row(acts, number).due_at < clock.at
    assert not lateness.tell_late(acts.desk), "nobody is told twice"
    assert acts.desk.run(promising.miss, number).position == 0, "nor by another process that had read the alarm before"
    assert row(acts, number).alarm_at.replace(second=0, microsecond=0) == at(3, 16), "the next one is the resolution"
    acts.replies("ada", number=number)
    assert [each.state for each in fuses(row(acts, number))] == ["late", "running"]
    acts.sets("ada", "priority", "high", number=number)
    assert row(acts, number).breached, "what was missed stays missed"


def test_a_late_answer_is_recorded_even_if_nobody_watched_the_clock(acts: Acts, clock: Clock, promise: Promise) -> None:
    promise()
    number = opened(acts)
    clock.pass_(hours=2)
    acts.replies("ada", number=number)
    assert [each.kind for each in acts.log()[-2:]] == ["replied", "sla_missed"]
    assert row(acts, number).breached and not lateness.tell_late(acts.desk)


def test_only_admins_promise_and_only_what_can_be_kept(acts: Acts, cast: Cast) -> None:
    desk = acts.desk
    hours: dict[str, Any] = {"place": None, "zone": "Europe/Madrid", "weekly": OFFICE, "holidays": []}
    for who in ("lea", "rhea"):
        with pytest.raises(NotFound):
            desk.run(promising.set_targets, cast[who], place=None, targets={})
        with pytest.raises(NotFound):
            desk.run(promising.set_hours, cast[who], **hours)
    with pytest.raises(NotFound):
        desk.run(promising.set_targets, cast["root"], place=999, targets={})
    wrong: dict[str, dict[str, Any]] = {
        "zone": {"zone": "Mars/Olympus"},
        "day-2": {"weekly": [[], [], [(600, 540)], [], [], [], []]},
        "day-4": {"weekly": [[], [], [], [], [(0, 60), (30, 90)], [], []]},
        "day-0": {"weekly": [[]] * 7},
    }
    for field, values in wrong.items():
        with pytest.raises(Invalid) as refused:
            desk.run(promising.set_hours, cast["root"], **{**hours, **values})
        assert refused.value.field == field
    with pytest.raises(Invalid) as refused:
        targets = {"high": Targets(resolution=promising.TARGET_LIMIT + 1)}
        desk.run(promising.set_targets, cast["root"], place=None, targets=targets)
    assert refused.value.field == "high-resolution"
    before = len(acts.log())
    desk.run(promising.set_hours, cast["root"], **hours)
    assert acts.log()[before].kind == "sla_set" and acts.log()[before].facts["what"] == "calendar"
