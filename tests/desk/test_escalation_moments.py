"""At which moments a rule of escalation acts when clocks pause, targets move, and the rule itself is set otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cast import Cast, Clock
from console.desk.actions.requesting import reopen
from console.desk.clocks import clocks_of
from console.desk.desk import Desk
from desk.acts import Acts
from desk.rules import Rules


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def acts(desk: Desk, cast: Cast) -> Acts:
    return Acts(desk, cast)


@pytest.fixture
def rules(acts: Acts, clock: Clock) -> Rules:
    found = Rules(acts, clock)
    found.begin()
    return found


def test_what_stands_still_is_left_alone_and_acts_when_it_goes_on_too_late(
    acts: Acts, clock: Clock, rules: Rules
) -> None:
    rules.set("Half an hour left", clock="first_response", minutes=-30)
    number = rules.opened()
    clock.pass_(minutes=20)
    acts.sets("ada", "status", "pending", number=number)
    clock.pass_(days=3)
    rules.watch()
    assert rules.acted(number) == []
    acts.sets("ada", "status", "open", number=number)
    rules.watch()
    assert rules.acted(number) == [], "40 minutes are left"
    clock.pass_(minutes=15)
    acts.sets("ada", "status", "resolved", number=number)
    clock.pass_(days=1)
    rules.watch()
    assert rules.acted(number) == [], "it was resolved before anybody looked"
    acts.desk.run(reopen, number, acts.cast["rhea"])
    rules.watch()
    assert rules.acted(number) == [("Half an hour left", "first_response")]


def test_what_was_over_before_a_rule_was_set_or_switched_on_is_left_alone(
    acts: Acts, clock: Clock, rules: Rules
) -> None:
    old = rules.opened()
    clock.pass_(minutes=61)
    made = rules.set("New")
    young = rules.opened()
    rules.switch(made, on=False)
    clock.pass_(minutes=61)
    rules.watch()
    rules.switch(made, on=True)
    rules.watch()
    assert rules.acted(old) == rules.acted(young) == []
    youngest = rules.opened()
    clock.pass_(minutes=40)
    rules.promise(first=30)
    rules.watch()
    assert rules.acted(youngest) == [], "nor do new targets ring for what they make late"
    clock.pass_(hours=10)
    rules.watch()
    assert [kind for each in (old, young, youngest) for _, kind in rules.acted(each)] == ["resolution"] * 3


def test_a_pause_puts_off_no_rule_for_what_is_late(acts: Acts, clock: Clock, rules: Rules) -> None:
    rules.set("A day too late", clock="resolution", minutes=24 * 60)
    number = rules.opened()
    clock.pass_(hours=10)
    for _ in range(4):
        clock.pass_(hours=5, minutes=50)
        rules.watch()
        assert rules.acted(number) == []
        acts.sets("ada", "status", "pending", number=number)
        clock.pass_(hours=3)
        acts.sets("ada", "status", "open", number=number)
    due = (clocks_of(rules.row(number)) or {})["resolution"].due
    assert due is not None and abs(clock.at - due - timedelta(hours=23, minutes=20)) < timedelta(minutes=1)
    clock.pass_(minutes=41)
    rules.watch()
    assert rules.acted(number) == [("A day too late", "resolution")]


def test_what_was_late_before_a_rule_was_set_does_not_ring_when_it_goes_on(
    acts: Acts, clock: Clock, rules: Rules
) -> None:
    number = rules.opened()
    clock.pass_(minutes=65)
    rules.watch()
    acts.sets("ada", "status", "pending", number=number)
    clock.pass_(days=20)
    rules.set("Late", clock="first_response")
    rules.set("An hour late", clock="first_response", minutes=60)
    clock.pass_(days=10)
    acts.sets("ada", "status", "open", number=number)
    rules.watch()
    assert rules.acted(number) == []
    clock.pass_(minutes=56)
    rules.watch()
    assert rules.acted(number) == [("An hour late", "first_response")]


def test_a_target_that_was_set_by_mistake_costs_no_rule_and_one_that_leaves_less_acts_at_once(
    acts: Acts, clock: Clock, rules: Rules
) -> None:
    rules.set("Late", clock="resolution")
    rules.set("An hour left", clock="resolution", minutes=-60)
    number = rules.opened()
    clock.pass_(hours=2)
    for whole in (30, 600):  # minutes: a mistake, and its correction
        rules.promise(whole=whole)
        rules.watch()
        clock.pass_(minutes=5)
    assert rules.acted(number) == []
    rules.promise(whole=160)
    rules.watch()
    assert rules.acted(number) == [("An hour left", "resolution")]
    clock.pass_(hours=1)
    rules.watch()
    assert rules.acted(number) == [("An hour left", "resolution"), ("Late", "resolution")]


def test_a_rule_that_is_set_or_switched_on_while_a_clock_runs_acts_on_it_too_and_writes_nothing_before(
    acts: Acts, clock: Clock, rules: Rules
) -> None:
    number = rules.opened()
    before = acts.log()
    soon = rules.set("Soon", clock="first_response", minutes=-30)
    later = rules.set("Later", clock="first_response", minutes=-10)
    rules.switch(later, on=False)
    rules.watch()
    assert {each.kind for each in acts.log()[len(before) :]} == {"escalation_set"}
    clock.pass_(minutes=31)
    rules.watch()
    assert rules.acted(number) == [("Soon", "first_response")]
    rules.set("Soon", rule_id=soon, clock="first_response", minutes=-5)
    rules.switch(later, on=True)
    rules.watch()
    clock.pass_(minutes=20)
    rules.watch()
    assert rules.acted(number) == [("Soon", "first_response"), ("Later", "first_response")]


def test_another_name_does_not_begin_a_rule_anew_and_nobody_is_told_twice_of_one_change(
    acts: Acts, clock: Clock, rules: Rules
) -> None:
    grave: dict[str, Any] = {"clock": "first_response", "priorities": ("urgent",)}
    made = rules.set("Grve", **grave)
    rules.set("Grave, too", **grave)
    number = rules.opened()
    clock.pass_(hours=2)
    rules.watch()
    rules.set("Grave", rule_id=made, **grave)
    acts.sets("ada", "priority", "urgent", number=number)
    rules.watch()
    assert rules.acted(number) == [("Grave", "first_response"), ("Grave, too", "first_response")]
    assert rules.told(number) == [("Lea Brandt", "Grave")]
