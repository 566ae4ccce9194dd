"""Rules of escalation at work, for tests: Root promises and sets rules, the watch looks, and what came of it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cast import Clock
from console.desk.actions import escalating, promising, setting_rules
from console.desk.actions.setting_rules import Wanted
from console.desk.plan import Targets
from console.desk.tables import errand, notification, person, ticket
from console.desk.ticket import PRIORITIES
from console.followers import lateness, runner
from desk.acts import Acts

ALWAYS = [[(0, 1_440)]] * 7


@dataclass(frozen=True, slots=True)
class Rules:
    """On a desk that is always open, and promises a first response in an hour, the next in two, the resolution in ten."""

    acts: Acts
    clock: Clock

    def begin(self) -> None:
        root = self.acts.cast["root"]
        self.acts.desk.run(promising.set_hours, root, place=None, zone="UTC", weekly=ALWAYS, holidays=[])
        self.promise()

    def promise(self, first: int = 60, following: int = 120, whole: int = 600, **others: Targets) -> None:
        """Other minutes for every priority, or other targets for some."""
        targets = dict.fromkeys(PRIORITIES, Targets(first, following, whole)) | others
        self.acts.desk.run(promising.set_targets, self.acts.cast["root"], place=None, targets=targets)
        runner.run_due(self.acts.desk)

    def set(self, name: str, *, rule_id: int | None = None, **wanted: Any) -> int:
        """Set a rule; it tells the leads, if nothing else is said. Gives its id."""
        if not any(wanted.get(each) for each in ("tells_technician", "priority", "tag")):
            wanted["tells_leads"] = True
        root, want = self.acts.cast["root"], Wanted(name, **wanted)
        receipt = self.acts.desk.run(setting_rules.set_rule, root, rule_id, wanted=want)
        self.settle()
        self.watch()
        assert receipt.made is not None
        return receipt.made

    def switch(self, rule_id: int, *, on: bool) -> None:
        self.acts.desk.run(setting_rules.switch, self.acts.cast["root"], rule_id, on=on)
        self.settle()

    def settle(self) -> None:
        """Let the alarms move, page after page."""
        self.clock.pass_(seconds=11)
        waiting = select(errand.c.id).where(errand.c.follower == escalating.ALARMS_MOVE, errand.c.state == "waiting")
        while self.acts.rows(waiting):
            runner.run_due(self.acts.desk)
            self.clock.pass_(seconds=1)

    def drop(self, rule_id: int) -> None:
        self.acts.desk.run(setting_rules.drop, self.acts.cast["root"], rule_id)

    def watch(self) -> None:
        """Let the watch look until there is nothing more to do, which has to come soon."""
        for _ in range(30):
            if not lateness.tell_late(self.acts.desk):
                return
        raise AssertionError("the alarms never end")

    def opened(self, **named: Any) -> int:
        """A new ticket of Rhea's."""
        number = self.acts.opens("rhea", **named).number
        assert number is not None
        return number

    def acted(self, number: int) -> list[tuple[str, str]]:
        """Which rules acted on which clock of this ticket, in order."""
        found = [each for each in self.acts.log() if each.kind == "escalated" and each.number == number]
        assert all(each.actor_id is None for each in found)
        return [(each.facts["to"], each.facts["clock"]) for each in found]

    def told(self, number: int) -> list[tuple[str, str | None]]:
        """Who was told by rules about this ticket, and in which words."""
        query = (
            select(person.c.name, notification.c.words)
            .join(person, person.c.id == notification.c.person_id)
            .where(notification.c.kind == "escalated", notification.c.ticket_number == number)
            .order_by(person.c.name)
        )
        return [(name, words) for name, words in self.acts.rows(query)]

    def row(self, number: int) -> Any:
        return self.acts.row(select(ticket).where(ticket.c.number == number))
