"""Rules of escalation: admins set them, and clocks make them act."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from console.desk import access, tags
from console.desk.actions import fields, tagging
from console.desk.change import Change, Receipt
from console.desk.clocks import CLOCKS
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.escalation import Rule
from console.desk.people import Person
from console.desk.tables import department, escalation, membership, person, ticket
from console.desk.ticket import PRIORITIES

NAME_LIMIT = 80  # characters
MOST = 50  # rules
FARTHEST = 60 * 24 * 7  # minutes from the moment that a clock is due


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
        values: dict[str, Any] = {**_checked(change, wanted), "set_at": change.at}
        if rule_id is None:
            if change.connection.execute(select(func.count()).select_from(escalation)).scalar_one() >= MOST:
                raise Invalid(N_("There are %(limit)s rules at most."), field="name", limit=MOST)
            made = change.connection.execute(
                insert(escalation).values(**values, active=True).returning(escalation.c.id)
            )
            change.made, act, active = made.scalar_one(), "added", True
        else:
            active, act, change.made = _find(change, rule_id).active, "set", rule_id
            change.connection.execute(update(escalation).where(escalation.c.id == rule_id).values(values))
        if active:
            _look_again(change, values["department_id"])
        change.append("escalation_set", act=act, id=change.made, name=values["name"])
    return change.receipt


def switch(desk: Desk, actor: Person, rule_id: int, *, on: bool) -> Receipt:
    """Let a rule act from now on, or no longer. Raises NotFound."""
    _check_admin(actor)
    with desk.change(None, actor) as change:
        rule = _find(change, rule_id)
        if rule.active != on:
            values = {"active": on, "set_at": change.at}
            change.connection.execute(update(escalation).where(escalation.c.id == rule_id).values(values))
            if on:
                _look_again(change, rule.department_id)
            change.append("escalation_set", act="switched on" if on else "switched off", id=rule_id, name=rule.name)
    return change.receipt


def drop(desk: Desk, actor: Person, rule_id: int) -> Receipt:
    """Delete a rule; what it has done stays. Raises NotFound."""
    _check_admin(actor)
    with desk.change(None, actor) as change:
        rule = _find(change, rule_id)
        change.connection.execute(delete(escalation).where(escalation.c.id == rule_id))
        change.append("escalation_set", act="deleted", id=rule_id, name=rule.name)
    return change.receipt


def act(change: Change, kind: str, rule: Rule) -> None:
    """Do what the rule says to the ticket of this change, about this clock of it."""
    change.append("escalated", clock=kind, rule=rule.id, to=rule.name)
    for person_id in responsible(change, technician=rule.tells_technician, leads=rule.tells_leads):
        change.notify(person_id, "escalated", words=rule.name)
    if rule.priority is not None and PRIORITIES.index(rule.priority) > PRIORITIES.index(change.ticket.priority):
        fields.set_slug(change, "priority", rule.priority, None)
    if rule.tag is not None:
        number = change.ticket.number
        there = tags.of(change.connection, [number]).get(number, ())
        if rule.tag not in there and len(there) < tags.MOST:
            tagging.put(change, rule.tag, None)


def responsible(change: Change, *, technician: bool = True, leads: bool = True) -> list[int]:
    """The assigned technician, the leads of the department, or both: those who may open the ticket."""
    theirs = (
        select(person.c.id)
        .join(membership, membership.c.person_id == person.c.id)
        .where(membership.c.department_id == change.ticket.department_id, person.c.role == "lead")
    )
    wanted = {*change.connection.execute(theirs).scalars()} if leads else set()
    if technician:
        wanted.add(change.ticket.technician_id)
    able = access.technicians(change.connection, change.ticket.department_id)
    return sorted(wanted & {who.id for who, _ in able})


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


def _look_again(change: Change, place: int | None) -> None:
    """Have the watch look once at each clock that runs: when its next alarm is depends on the rules."""
    running = ticket.c.due_at.is_not(None) & or_(ticket.c.alarm_at.is_(None), ticket.c.alarm_at > change.at)
    if place is not None:
        running &= ticket.c.department_id == place
    change.connection.execute(update(ticket).where(running).values(alarm_at=change.at))


def _check_admin(actor: Person) -> None:
    if actor.role != "admin" or not actor.is_staff:
        raise NotFound


def _find(change: Change, rule_id: int) -> Any:
    row = change.connection.execute(select(escalation).where(escalation.c.id == rule_id)).one_or_none()
    if row is None:
        raise NotFound
    return row
