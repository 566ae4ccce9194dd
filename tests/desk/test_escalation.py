"""Rules of escalation: when they act on a ticket, what they do to it, and that each does so once in a round of a clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from cast import Cast, Clock
from console.desk import tags
from console.desk.actions import escalating, promising, setting_rules
from console.desk.actions.setting_rules import Wanted
from console.desk.desk import Desk
from console.desk.errors import Invalid, NotFound
from console.desk.plan import Targets
from console.desk.tables import department
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


def test_a_rule_acts_that_long_before_or_after_its_clock_is_due(acts: Acts, clock: Clock, rules: Rules) -> None:
    rules.set("Soon", clock="first_response", minutes=-15)
    rules.set("Now", clock="first_response")
    rules.set("Much too late", clock="first_response", minutes=90)
    rules.set("Another", clock="resolution", minutes=-1)
    number = rules.opened()
    seen = []
    for minutes in (44, 2, 13, 2, 88, 2):
        clock.pass_(minutes=minutes)
        rules.watch()
        seen.append([name for name, _ in rules.acted(number)])
    assert seen == [[], ["Soon"], ["Soon"], ["Soon", "Now"], ["Soon", "Now"], ["Soon", "Now", "Much too late"]]
    kinds = [each.kind for each in acts.log() if each.number == number]
    assert kinds == ["opened", "escalated", "sla_missed", "escalated", "escalated"], "what is late is said by itself"


def test_a_rule_tells_raises_and_tags_and_each_is_in_the_log(acts: Acts, clock: Clock, rules: Rules) -> None:
    everything: dict[str, Any] = {"tells_technician": True, "tells_leads": True, "priority": "high", "tag": "Call Back"}
    rules.set("Too long", clock="next_response", minutes=30, **everything)
    number = rules.opened()
    acts.replies("ada", number=number)
    acts.assigns("lea", "ben", number=number)
    acts.asks(number=number)
    clock.pass_(minutes=121)
    rules.watch()
    clock.pass_(minutes=30)
    before = len(acts.log())
    rules.watch()
    log = [(each.kind, each.facts.get("to"), each.actor_id) for each in acts.log()[before:]]
    assert log == [
        ("escalated", "Too long", None),
        ("priority_changed", "high", None),
        ("tagged", "call-back", None),
    ]
    assert rules.told(number) == [("Ben Okafor", "Too long"), ("Lea Brandt", "Too long")]
    assert rules.row(number).priority == "high"
    assert acts.desk.database.read_now(tags.of, [number]) == {number: ("call-back",)}


def test_whom_a_rule_does_not_tell_hears_nothing_and_nobody_who_may_not_open_the_ticket(
    acts: Acts, clock: Clock, rules: Rules
) -> None:
    rules.set("Theirs", clock="first_response", minutes=-30, tells_technician=True)
    rules.set("Only a tag", clock="first_response", minutes=-30, tag="late")
    ours, theirs = rules.opened(), rules.opened(department="Billing")
    acts.assigns("lea", "ben", number=ours)
    clock.pass_(minutes=31)
    rules.watch()
    assert [len(rules.acted(number)) for number in (ours, theirs)] == [2, 2]
    assert (rules.told(ours), rules.told(theirs)) == ([("Ben Okafor", "Theirs")], []), "nobody has the other one"


def test_rules_are_for_their_priorities_and_department(acts: Acts, clock: Clock, rules: Rules) -> None:
    billing = acts.row(select(department.c.id).where(department.c.name == "Billing")).id
    rules.set("Any")
    rules.set("Grave", priorities=("urgent", "high"))
    rules.set("Billing", department_id=billing)
    urgent, calm = rules.opened(), rules.opened()
    acts.sets("ada", "priority", "urgent", number=urgent)
    elsewhere = rules.opened(department="Billing")
    clock.pass_(minutes=61)
    rules.watch()
    acted = [[name for name, _ in rules.acted(number)] for number in (urgent, calm, elsewhere)]
    assert acted == [["Any", "Grave"], ["Any"], ["Any", "Billing"]]


def test_a_rule_acts_once_in_a_round_and_again_in_the_next(acts: Acts, clock: Clock, rules: Rules) -> None:
    made = rules.set("Again", clock="next_response")
    number = rules.opened()
    acts.replies("ada", number=number)
    for rounds in (1, 2):
        acts.asks(number=number)
        clock.pass_(hours=3)
        rules.watch()
        clock.pass_(hours=3)
        acts.asks(number=number)
        rules.watch()
        assert len(rules.acted(number)) == rounds, "asking again is the same round"
        rules.set("Again", rule_id=made, clock="next_response", minutes=60 * rounds)
        clock.pass_(hours=4)
        rules.watch()
        assert len(rules.acted(number)) == rounds, "nor does another moment of the same rule repeat it"
        acts.replies("ada", number=number)


def test_a_rule_reaches_every_ticket_whose_clocks_run_and_touches_no_other(
    acts: Acts, clock: Clock, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalating, "PAGE", 2)
    support = acts.row(select(department.c.id).where(department.c.name == "Support")).id
    here, elsewhere, paused = [rules.opened() for _ in range(5)], rules.opened(department="Billing"), rules.opened()
    acts.sets("ada", "status", "pending", number=paused)
    everything = [*here, elsewhere, paused]
    before = {number: (rules.row(number).alarm_at, rules.row(number).version) for number in everything}
    rules.set("Soon", clock="first_response", minutes=-30, department_id=support)
    after = {number: (rules.row(number).alarm_at, rules.row(number).version) for number in everything}
    assert {number for number in everything if after[number] != before[number]} == set(here)
    clock.pass_(minutes=31)
    rules.watch()
    assert [len(rules.acted(number)) for number in everything] == [1] * 5 + [0, 0]


def test_rules_that_move_each_other_s_clocks_come_to_an_end(acts: Acts, clock: Clock, rules: Rules) -> None:
    rules.promise(high=Targets(resolution=20), urgent=Targets(resolution=10))
    rules.set("Up", priorities=("normal",), priority="high")
    rules.set("Further", priorities=("high",), priority="urgent")
    rules.set("Not down", priorities=("urgent",), priority="low", tag="top")
    number = rules.opened()
    clock.pass_(minutes=61)
    rules.watch()
    assert rules.acted(number) == [
        ("Up", "first_response"),
        ("Further", "resolution"),
        ("Not down", "resolution"),
    ]
    assert rules.row(number).priority == "urgent" and rules.row(number).alarm_at is None
    assert acts.desk.run(promising.miss, number).position == 0, "another process that read the alarm finds nothing"


def test_a_rule_that_is_switched_off_or_deleted_acts_no_more_and_its_number_never_comes_again(
    acts: Acts, clock: Clock, rules: Rules, cast: Cast
) -> None:
    off, gone, stays = rules.set("Off"), rules.set("Gone"), rules.set("Stays")
    number = rules.opened()
    rules.switch(off, on=False)
    rules.drop(gone)
    clock.pass_(minutes=61)
    rules.watch()
    assert rules.acted(number) == [("Stays", "first_response")]
    rules.drop(stays)
    assert rules.set("New") > stays, "the clock remembers the other one"
    done = [each.facts["act"] for each in acts.log() if each.kind == "escalation_set"]
    assert done == [*["added"] * 3, "switched off", "deleted", "deleted", "added"]


def test_only_admins_set_rules_and_only_such_that_can_act(acts: Acts, cast: Cast, rules: Rules) -> None:
    desk, made = acts.desk, rules.set("Soon")
    right = Wanted("Right", tells_leads=True)
    for who in ("ada", "lea", "rhea"):
        for action, args, named in (
            (setting_rules.set_rule, (None,), {"wanted": right}),
            (setting_rules.switch, (made,), {"on": False}),
            (setting_rules.drop, (made,), {}),
        ):
            with pytest.raises(NotFound):
                desk.run(action, cast[who], *args, **named)
    for missing in (0, made + 1):
        with pytest.raises(NotFound):
            desk.run(setting_rules.set_rule, cast["root"], missing, wanted=right)
    wrong: dict[str, dict[str, Any]] = {
        "name": {"name": " \0 "},
        "clock": {"clock": "lunch"},
        "priorities": {"priorities": ("normal", "huge")},
        "priority": {"priority": "huge"},
        "department": {"department_id": 999},
        "minutes": {"minutes": -setting_rules.FARTHEST - 1},
        "does": {"tells_leads": False},
        "tag": {"tag": "x" * 41},
    }
    before = acts.log()
    for field, values in wrong.items():
        with pytest.raises(Invalid) as refused:
            desk.run(
                setting_rules.set_rule,
                cast["root"],
                None,
                wanted=Wanted(**{"name": "X", "tells_leads": True, **values}),
            )
        assert refused.value.field == field
    assert acts.log() == before
    for nth in range(setting_rules.MOST - 1):
        rules.set(f"Rule {nth}", tag="x")
    with pytest.raises(Invalid, match="at most"):
        desk.run(setting_rules.set_rule, cast["root"], None, wanted=right)
    assert rules.set("The same again", rule_id=made) == made
