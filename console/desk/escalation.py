"""Rules of escalation: what else happens when a clock of a ticket is soon due, due, or late for a while.

A rule acts once in each round of a clock: the clock itself remembers which have. It acts on nothing that was over before the
rule was set, the clock went on, or targets were set by which it is late; and never while the clock stands still, because
such a clock has no moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from console.desk.clocks import Clock
from console.desk.tables import department, escalation

_IN_FORCE = (
    select(escalation)
    .where(
        escalation.c.active, or_(escalation.c.department_id == bindparam("place"), escalation.c.department_id.is_(None))
    )
    .order_by(escalation.c.id)
)
_ALL = (
    select(escalation, department.c.name.label("department"))
    .outerjoin(department, department.c.id == escalation.c.department_id)
    .order_by(escalation.c.id)
)


@dataclass(frozen=True, slots=True)
class Rule:
    """`clock` None: any of them. `minutes` after it is due, by the wall clock; negative: before. No `priorities`: all.

    What it does: tells the assigned technician, tells the leads of the department, raises the priority, adds a tag.
    `set_at`: when it was last set or switched on.
    """

    id: int
    name: str
    clock: str | None
    minutes: int
    department_id: int | None
    department: str | None
    priorities: tuple[str, ...]
    tells_technician: bool
    tells_leads: bool
    priority: str | None
    tag: str | None
    active: bool
    set_at: datetime

    def rings(self, kind: str, clock: Clock) -> datetime | None:
        """When it acts on this clock of a ticket; None if it does not, or no more."""
        if clock.due is None or clock.since is None or self.id in clock.rung or self.clock not in (None, kind):
            return None
        start, held = clock.since, self.set_at
        if clock.moved is not None:
            held = max(held, clock.moved)
            if clock.due > clock.moved:
                start = max(start, clock.moved)
        moment = clock.due + timedelta(minutes=self.minutes)
        if clock.due > start:
            moment = max(moment, start)  # it began, or was aimed anew, with less left than the rule asks for
        return moment if moment >= max(start, held) else None


def in_force(connection: Connection, department_id: int, priority: str) -> tuple[Rule, ...]:
    """The rules that are switched on for tickets of this department and priority, oldest first."""
    found = (to_rule(row) for row in connection.execute(_IN_FORCE, {"place": department_id}))
    return tuple(rule for rule in found if not rule.priorities or priority in rule.priorities)


def every(connection: Connection) -> tuple[Rule, ...]:
    """All rules, with the names of their departments, oldest first."""
    return tuple(to_rule(row, row.department) for row in connection.execute(_ALL))


def moments(clocks: Mapping[str, Clock], rules: tuple[Rule, ...]) -> Iterator[tuple[datetime, str, Rule]]:
    """When which rule acts on which clock, as things stand."""
    for kind, clock in clocks.items():
        for rule in rules:
            moment = rule.rings(kind, clock)
            if moment is not None:
                yield moment, kind, rule


def to_rule(row: Any, place: str | None = None) -> Rule:
    return Rule(
        row.id,
        row.name,
        row.clock,
        row.minutes,
        row.department_id,
        place,
        tuple(json.loads(row.priorities)),
        row.tells_technician,
        row.tells_leads,
        row.priority,
        row.tag,
        row.active,
        row.set_at,
    )
