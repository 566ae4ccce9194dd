"""What is promised to the tickets of a department: targets by priority, and the hours that count towards them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, or_, select

from console.desk import escalation
from console.desk.business_time import Calendar
from console.desk.escalation import Rule
from console.desk.tables import calendar, target
from console.desk.ticket import PRIORITIES

# Monday to Friday, until an admin says when this desk works.
USUAL = Calendar("UTC", (((540, 1_080),),) * 5 + ((),) * 2)


def _for(table: Table) -> Select[Any]:
    """The rows for a department, its own before those for all, the latest of each first."""
    place = table.c.department_id
    query = select(table).where(or_(place == bindparam("place"), place.is_(None)))
    return query.order_by(place.is_(None), table.c.id.desc())


_CALENDAR = _for(calendar).limit(1)
_TARGETS = _for(target)
_TARGET = _TARGETS.where(target.c.priority == bindparam("of")).limit(1)


@dataclass(frozen=True, slots=True)
class Targets:
    """Minutes of business time; None: not promised."""

    first_response: int | None = None
    next_response: int | None = None
    resolution: int | None = None


class Plan:
    """What holds for one ticket; each part is read when it is first asked for."""

    def __init__(self, connection: Connection, department_id: int, priority: str) -> None:
        self._connection, self._place, self._priority = connection, department_id, priority
        self._targets: Targets | None = None
        self._calendar: Calendar | None = None
        self._rules: tuple[Rule, ...] | None = None

    @property
    def targets(self) -> Targets:
        if self._targets is None:
            known = {"place": self._place, "of": self._priority}
            self._targets = _to_targets(self._connection.execute(_TARGET, known).one_or_none())
        return self._targets

    @property
    def calendar(self) -> Calendar:
        if self._calendar is None:
            self._calendar = calendar_of(self._connection, self._place)
        return self._calendar

    @property
    def rules(self) -> tuple[Rule, ...]:
        if self._rules is None:
            self._rules = escalation.in_force(self._connection, self._place, self._priority)
        return self._rules


def calendar_of(connection: Connection, department_id: int | None) -> Calendar:
    """The hours of this department, or of all."""
    row = connection.execute(_CALENDAR, {"place": department_id}).one_or_none()
    return USUAL if row is None else to_calendar(row.zone, row.weekly, row.holidays)


def targets_of(connection: Connection, department_id: int | None) -> Mapping[str, Targets]:
    """The targets of this department, or of all, by priority."""
    found: dict[str, Targets] = {}
    for row in connection.execute(_TARGETS, {"place": department_id}):
        found.setdefault(row.priority, _to_targets(row))
    return {priority: found.get(priority, Targets()) for priority in PRIORITIES}


def has_own(connection: Connection, table: Table, department_id: int) -> bool:
    """Whether this department has rows of its own in `calendar` or `target`."""
    return connection.execute(select(table.c.id).where(table.c.department_id == department_id)).first() is not None


@lru_cache(maxsize=64)
def to_calendar(zone: str, weekly: str, holidays: str) -> Calendar:
    """The calendar as its row keeps it: one object for each, whose counted years stay known."""
    days = tuple(tuple((opens, closes) for opens, closes in spans) for spans in json.loads(weekly))
    return Calendar(zone, days, frozenset(date.fromisoformat(each) for each in json.loads(holidays)))


def _to_targets(row: Row[Any] | None) -> Targets:
    return Targets() if row is None else Targets(row.first_response, row.next_response, row.resolution)
