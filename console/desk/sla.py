"""The service level of a ticket: three clocks that count business time towards their targets.

*First response* runs from the opening until a technician has said something that the requester sees, *next response* from
a message of the requester until it is answered, *resolution* until the ticket is resolved. They run while the ticket is
open, and stand still while it is pending, resolved or closed. How they stand follows from the ticket's row: whatever an
action does to it, `Change.finish` asks `keep` what that means for the clocks, and nobody else has to think of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from console.desk.business_time import add, between
from console.desk.clocks import FIRST, NEXT, RESOLUTION, Clock, clocks_of, columns
from console.desk.escalation import Rule, moments
from console.desk.plan import Plan
from console.desk.ticket import category

# Fields of the ticket that move its clocks.
WATCHED = frozenset({"status", "priority", "department_id", "first_response_at", "last_public_side"})
PLANNED = frozenset({"priority", "department_id"})  # those that choose the targets


@dataclass(frozen=True, slots=True)
class Kept:
    """What moves: columns of the ticket, the clocks that were late without anybody having been told, and the rules of
    escalation whose moment has come, each with the clock that it is about."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    missed: tuple[str, ...] = ()
    escalated: tuple[tuple[str, Rule], ...] = ()


NOTHING = Kept()


def keep(connection: Connection, row: Any, at: datetime, *, anew: bool = False, moved: bool = False) -> Kept:
    """How the clocks go on now that the ticket looks like this; `anew`: other targets or hours may hold, `moved`: because an
    admin has set them."""
    if not (anew or moved) and _stands(row):
        return NOTHING
    plan = Plan(connection, row.department_id, row.priority)
    known = clocks_of(row)
    before, after = _beginning(row) if known is None else known, dict[str, Clock]()
    missed: list[str] = []
    runs, waits = category(row.status) == "open", _waits(row)
    for kind, clock in before.items():
        if clock.since is not None and not (runs and kind in waits):
            if clock.due is not None and clock.due <= at and not clock.missed:
                missed.append(kind)
                clock = replace(clock, missed=True)
            if kind in waits or kind == FIRST:
                clock = _stopped(clock, plan, at)
        if kind in waits:
            after[kind] = clock
        elif kind == FIRST:
            after[kind] = replace(clock, done=True)
    for kind in waits:
        clock = after.get(kind, Clock())
        begins = runs and clock.since is None
        if begins or anew or moved or known is None or kind not in before:
            since = clock.since or (at if begins else None)
            aimed = _aimed(replace(clock, since=since), plan, kind, at)
            after[kind] = replace(aimed, moved=at) if moved and aimed.due != clock.due else aimed
    return Kept(columns(row, after, _rings(after, plan), breached=bool(missed)), tuple(missed))


def _stands(row: Any) -> bool:
    """Whether the clocks that should run do so, and no others: most of what is said changes nothing about them."""
    if row.clocks is None:
        return False
    runs = category(row.status) == "open"
    known = {kind: each["since"] is not None for kind, each in json.loads(row.clocks).items() if not each["done"]}
    return known == dict.fromkeys(_waits(row), runs)


def miss(connection: Connection, row: Any, at: datetime, *, escalate: bool = True) -> Kept:
    """Mark the clocks that are late and of which nobody was told, and, to `escalate`, the rules whose moment has come."""
    clocks, plan = clocks_of(row) or {}, Plan(connection, row.department_id, row.priority)
    late = tuple(
        kind for kind, clock in clocks.items() if clock.due is not None and clock.due <= at and not clock.missed
    )
    ringing = moments(clocks, plan.rules) if escalate else ()
    acting = sorted((each for each in ringing if each[0] <= at), key=lambda each: each[0])
    after = {
        kind: replace(
            clock,
            missed=clock.missed or kind in late,
            rung=(*clock.rung, *(rule.id for _, of, rule in acting if of == kind)),
        )
        for kind, clock in clocks.items()
    }
    escalated = tuple((kind, rule) for _, kind, rule in acting)
    return Kept(columns(row, after, _rings(after, plan), breached=bool(late)), late, escalated)


def next_alarm(row: Any, plan: Plan) -> datetime | None:
    """When something happens next to the clocks of this ticket, if nobody changes it: one is late, or a rule acts."""
    clocks = clocks_of(row) or {}
    alarm: datetime | None = columns(row, clocks, _rings(clocks, plan), breached=False).get("alarm_at", row.alarm_at)
    return alarm


def _rings(clocks: Mapping[str, Clock], plan: Plan) -> list[datetime]:
    if all(clock.due is None for clock in clocks.values()):
        return []  # rules are about clocks that run towards a target
    return [moment for moment, _, _ in moments(clocks, plan.rules)]


def _beginning(row: Any) -> dict[str, Clock]:
    """The clocks of a new ticket, or of one that is older than its desk's clocks."""
    if category(row.status) != "open":
        return {}
    began = {FIRST: row.created_at, NEXT: row.public_updated_at, RESOLUTION: row.created_at}
    return {kind: Clock(since=began[kind]) for kind in _waits(row)}


def _waits(row: Any) -> tuple[str, ...]:
    """What the requester still waits for, whether or not the clocks run."""
    if row.first_response_at is None:
        return FIRST, RESOLUTION
    return (NEXT, RESOLUTION) if row.last_public_side == "requester" else (RESOLUTION,)


def _stopped(clock: Clock, plan: Plan, at: datetime) -> Clock:
    assert clock.since is not None
    passed = between(plan.calendar, clock.since, at) // timedelta(seconds=1)
    return replace(clock, spent=clock.spent + passed, since=None, due=None)


def _aimed(clock: Clock, plan: Plan, kind: str, at: datetime) -> Clock:
    target: int | None = getattr(plan.targets, kind)
    due = None
    if target is not None and clock.since is not None:
        left = timedelta(minutes=target) - timedelta(seconds=clock.spent)
        try:
            # What was late when it stopped is as late when it goes on, and does not begin to be late then.
            due = add(plan.calendar, clock.since, left) if left > timedelta(0) else clock.since + left
        except OverflowError:  # in hours that hardly ever come
            due = None
    return replace(clock, target=target, due=due, missed=clock.missed and (due is None or due <= at))
