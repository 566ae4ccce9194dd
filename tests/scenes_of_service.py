"""How the clocks of ticket 1 go: steps for tests/test_same_page.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from desk.acts import Acts

from cast import Clock
from console.desk.actions import promising, setting_rules
from console.desk.actions.setting_rules import Wanted
from console.desk.plan import Targets
from console.followers import lateness, runner

Steps = Iterator[object]


def promise(acts: Acts, minutes: int) -> object:
    targets = Targets(minutes, minutes, 2 * minutes)
    everywhere = dict.fromkeys(("low", "normal", "high", "urgent"), targets)
    acts.desk.run(promising.set_targets, acts.cast["root"], place=None, targets=everywhere)
    return runner.run_due(acts.desk)


def moved(acts: Acts, clock: Clock) -> Steps:
    yield promise(acts, 60)
    yield acts.asks()
    yield acts.sets("ada", "priority", "high")
    yield acts.sets("ada", "status", "pending")
    yield promise(acts, 90)
    yield acts.sets("ada", "status", "open")
    yield acts.replies("ada")
    yield acts.sets("ada", "status", "resolved")


def missed(acts: Acts, clock: Clock) -> Steps:
    yield promise(acts, 60)
    yield acts.asks()
    clock.pass_(days=4)
    yield lateness.tell_late(acts.desk)
    clock.pass_(days=4)
    yield acts.replies("ada", status="resolved")


def escalated(acts: Acts, clock: Clock) -> Steps:
    yield promise(acts, 60)
    yield acts.asks()
    wanted = Wanted(
        "Nobody <answers>", minutes=-30, tells_technician=True, tells_leads=True, priority="urgent", tag="late"
    )
    yield acts.desk.run(setting_rules.set_rule, acts.cast["root"], None, wanted=wanted)
    clock.pass_(days=4)
    yield runner.run_due(acts.desk)
    yield lateness.tell_late(acts.desk)


SCENES: dict[str, dict[str, Callable[[Acts, Clock], Steps]]] = {
    "sla_missed": {"": missed},
    "sla_moved": {"": moved},
    "escalated": {"": escalated},
}
