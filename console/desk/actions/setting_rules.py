"""Admins set rules of escalation."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from console.desk import tags
from console.desk.actions.escalating import ALARMS_MOVE, SETTLED
from console.desk.change import Change, Receipt
from console.desk.clocks import CLOCKS
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.people import Person
from console.desk.tables import department, escalation
from console.desk.ticket import PRIORITIES

NAME_LIMIT = 80  # characters
MOST = 50  # rules
FARTHEST = 60 * 24 * 7  # minutes from the moment that a clock is due
WHEN = ("clock", "minutes", "department_id", "priorities")  # what says on which tickets it acts, and at what moment


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an admin wants of a rule; the fields are those of `console.desk.escalation.Rule`."""

    name: str
    clock: str | None = None
    minutes: int = 0
    department_id: int | None = None
    priorities: Collection[str] = ()
    tells_technician: bool = False
    tells_leads: bool = False
    priority: str | None = None
    tag: str | None = None


def set_rule(
    desk: Desk, actor: Person, rule_id: int | None, *, wanted: Wanted, command_id: str | None = None
) -> Receipt:
    """Add a rule, or set the one with this id otherwise. Raises NotFound for anybody but an admin, Invalid.

    It acts on no moment that is over, and on no clock on which it has acted in this round.
    """
    _check_admin(actor)
    with desk.change(None, actor, command_id) as change:
        values: dict[str, Any] = _checked(change, wanted)
        if rule_id is None:
            if change.connection.execute(select(func.count()).select_from(escalation)).scalar_one() >= MOST:
                raise Invalid(N_("There are %(limit)s rules at most."), field="name", limit=MOST)
            made = change.connection.execute(
                insert(escalation).values(**values, active=True, set_at=change.at).returning(escalation.c.id)
            )
            change.made, act, moves = made.scalar_one(), "added", True
        else:
            former = _find(change, rule_id)
            change.made, act, moves = rule_id, "set", any(values[name] != getattr(former, name) for name in WHEN)
            set_at = {"set_at": change.at} if moves else {}
            change.connection.execute(update(escalation).where(escalation.c.id == rule_id).values(**values, **set_at))
        change.append("escalation_set", act=act, id=change.made, name=values["name"])
        if moves:
            _move_alarms(change, values["department_id"])
    return change.receipt


def switch(desk: Desk, actor: Person, rule_id: int, *, on: bool) -> Receipt:
    """Let a rule act from now on, or no longer. Raises NotFound."""
    _check_admin(actor)
    with desk.change(None, actor) as change:
        rule = _find(change, rule_id)
        if rule.active != on:
            values = {"active": on, "set_at": change.at}
            change.connection.execute(update(escalation).where(escalation.c.id == rule_id).values(values))
            change.append("escalation_set", act="switched on" if on else "switched off", id=rule_id, name=rule.name)
            if on:
                _move_alarms(change, rule.department_id)
    return change.receipt


def drop(desk: Desk, actor: Person, rule_id: int) -> Receipt:
    """Delete a rule; what it has done stays. Raises NotFound."""
    _check_admin(actor)
    with desk.change(None, actor) as change:
        rule = _find(change, rule_id)
        change.connection.execute(delete(escalation).where(escalation.c.id == rule_id))
        change.append("escalation_set", act="deleted", id=rule_id, name=rule.name)
    return change.receipt


def _checked(change: Change, wanted: Wanted) -> dict[str, Any]:
    """The columns of such a rule. Raises Invalid."""
    name = " ".join(wanted.name.replace("\0", "").split())
    if not name or len(name) > NAME_LIMIT:
        raise Invalid(N_("A name has 1 to %(limit)s characters."), field="name", limit=NAME_LIMIT)
    chosen = {"clock": ([wanted.clock], CLOCKS), "priority": ([wanted.priority], PRIORITIES)}
    chosen["priorities"] = (list(wanted.priorities), PRIORITIES)
    for field, (values, possible) in chosen.items():
        for value in values:
            if value is not None and value not in possible:
                raise Invalid(N_("%(value)s is not a possible value here."), field=field, value=value[:40])
    if abs(wanted.minutes) > FARTHEST:
        raise Invalid(N_("A rule acts at most %(days)s days before or after."), field="minutes", days=FARTHEST // 1_440)
    place = wanted.department_id
    known = change.connection.execute(select(department.c.id).where(department.c.id == place)).first()
    if place is not None and known is None:
        raise Invalid(N_("%(value)s is not a possible value here."), field="department", value=str(place))
    if not (wanted.tells_technician or wanted.tells_leads or wanted.priority or wanted.tag):
        raise Invalid(N_("Choose at least one thing that the rule does."), field="does")
    return {
        "name": name,
        "clock": wanted.clock,
        "minutes": wanted.minutes,
        "department_id": place,
        "priorities": json.dumps([slug for slug in PRIORITIES if slug in wanted.priorities]),
        "tells_technician": wanted.tells_technician,
        "tells_leads": wanted.tells_leads,
        "priority": wanted.priority,
        "tag": None if wanted.tag is None else tags.checked(wanted.tag),
    }


def _move_alarms(change: Change, place: int | None) -> None:
    change.errand(ALARMS_MOVE, f"{place or ''}:0", after=SETTLED)


def _check_admin(actor: Person) -> None:
    if actor.role != "admin" or not actor.is_staff:
        raise NotFound


def _find(change: Change, rule_id: int) -> Any:
    row = change.connection.execute(select(escalation).where(escalation.c.id == rule_id)).one_or_none()
    if row is None:
        raise NotFound
    return row
