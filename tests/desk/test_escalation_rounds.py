"""Whatever happens to a ticket and to the rules, each rule acts once in a round of a clock, and the alarms come to an end."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from cast import Cast, Clock
from console.desk.desk import Desk
from console.desk.tables import ticket
from console.desk.ticket import PRIORITIES
from desk.acts import Acts
from desk.rules import Rules


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def rules(desk: Desk, cast: Cast, clock: Clock) -> Rules:
    found = Rules(Acts(desk, cast), clock)
    found.begin()
    return found


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(1, 200)),
        st.tuples(st.sampled_from(("ask", "reply", "note", "watch")), st.just(0)),
        st.tuples(st.just("status"), st.sampled_from(("open", "pending", "resolved"))),
        st.tuples(st.just("priority"), st.sampled_from(PRIORITIES)),
        st.tuples(st.just("edit"), st.integers(-60, 60)),
        st.tuples(st.just("promise"), st.integers(10, 200)),
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_rule_acts_once_in_a_round_of_a_clock(rules: Rules, clock: Clock, steps: list[tuple[str, Any]]) -> None:
    made = [rules.set("Soon", minutes=-20), rules.set("Up", minutes=5, priority="urgent")]
    made.append(rules.set("Late", minutes=45, tag="late"))
    number, rounds = rules.opened(), 0
    for step, value in steps:
        before = rules.row(number)
        if step == "pass":
            clock.pass_(minutes=value)
        elif step == "ask":
            rounds += before.first_response_at is not None and before.last_public_side == "technician"
            rules.acts.asks(number=number)
        elif step == "reply":
            rules.acts.replies("ada", number=number)
        elif step == "note":
            rules.acts.notes("ada", number=number)
        elif step == "edit":
            rules.set("Soon", rule_id=made[0], minutes=value)
        elif step == "promise":
            rules.promise(value, value, 3 * value)
        elif step != "watch":
            rules.acts.sets("ada", step, value, number=number)
        rules.watch()
        alarm = rules.row(number).alarm_at
        assert alarm is None or alarm > clock.at
    most = {"first_response": 1, "next_response": rounds, "resolution": 1}
    for (_, kind), times in Counter(rules.acted(number)).items():
        assert times <= most[kind]
    # The next example has a ticket of its own; what stays open would be watched in it, too.
    with rules.acts.desk.database.writing() as connection:
        connection.execute(update(ticket).values(alarm_at=None, due_at=None, status="closed"))
    for each in made:
        rules.drop(each)
