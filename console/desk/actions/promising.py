"""What the desk promises: admins set targets and hours, and the clocks of the tickets follow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, delete, insert, select

from console.desk import sla
from console.desk.actions import escalating
from console.desk.business_time import Calendar, NeverOpens
from console.desk.change import Receipt
from console.desk.clocks import CLOCKS
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.people import Person
from console.desk.plan import Targets
from console.desk.tables import calendar, department, target, ticket
from console.desk.ticket import PRIORITIES

SLA_MOVES = "sla_moves"  # the follower that sets the clocks anew
TARGET_LIMIT = 60 * 24 * 60  # minutes
BATCH = 50  # tickets that one errand moves
PAGE = 500  # tickets that are read at once


def set_targets(desk: Desk, actor: Person, *, place: int | None, targets: Mapping[str, Targets]) -> Receipt:
    """Promise this to the tickets of a department (None: of all that have no targets of their own), by priority.

    Raises NotFound for anybody but an admin, Invalid with the field `priority-clock`.
    """
    rows = []
    for priority in PRIORITIES:
        minutes = {clock: getattr(targets.get(priority, Targets()), clock) for clock in CLOCKS}
        for clock, value in minutes.items():
            if value is not None and not 0 < value <= TARGET_LIMIT:
                limit = TARGET_LIMIT // 60
                raise Invalid(N_("A target has 1 minute to %(limit)s hours."), field=f"{priority}-{clock}", limit=limit)
        rows.append({"department_id": place, "priority": priority, **minutes})
    return _set(desk, actor, target, place, rows)


def set_hours(
    desk: Desk, actor: Person, *, place: int | None, zone: str, weekly: Iterable[Any], holidays: Iterable[date]
) -> Receipt:
    """Say when a department (None: all that have no hours of their own) works: spans of minutes for Monday to Sunday.

    Raises NotFound for anybody but an admin, Invalid with the field `zone`, `weekly` or `day-0` to `day-6`.
    """
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):  # no such zone, or a name that can be none
        raise Invalid(N_("There is no time zone of this name."), field="zone") from None
    days = tuple(tuple(spans) for spans in weekly)
    for nth, spans in enumerate(days):
        edges = [edge for span in spans for edge in span]
        if edges != sorted(set(edges)) or any(not 0 <= edge <= 1_440 for edge in edges):
            raise Invalid(N_("These hours overlap, or end before they begin."), field=f"day-{nth}")
    try:
        Calendar(zone, days)
    except NeverOpens:
        raise Invalid(N_("Give at least one day opening hours."), field="day-0") from None
    closed = [each.isoformat() for each in sorted(set(holidays))]
    row = {"department_id": place, "zone": zone, "weekly": json.dumps(days), "holidays": json.dumps(closed)}
    return _set(desk, actor, calendar, place, [row])


def forget(desk: Desk, actor: Person, *, place: int, table: Table) -> Receipt:
    """Let a department have the `target` or `calendar` of all again. Raises NotFound."""
    return _set(desk, actor, table, place, [])


def move(desk: Desk, place: int | None, after: int) -> Receipt | None:
    """Set the clocks of unsolved tickets behind number `after` anew, of one department or of all; some of them, and the rest
    is filed as another errand. Who is late by that is late, but nobody is told."""
    receipt, moved = None, 0
    while page := desk.database.read_now(_unsolved, place, after):
        with desk.database.reading() as connection:
            changed = [row.number for row in page if sla.keep(connection, row, desk.clock(), moved=True).columns]
        for number in changed:
            moved += 1
            receipt = desk.run(_move, number, place, goes_on=moved == BATCH)
            if moved == BATCH:
                return receipt
        after = page[-1].number
    return receipt


def miss(desk: Desk, number: int) -> Receipt:
    """Record that clocks of this ticket are late and tell its technician and the leads, if nobody has done so, and let the
    rules of escalation act whose moment has come."""
    with desk.change(number, None) as change:
        late = sla.miss(change.connection, change.ticket, change.at)
        change.time(late)
        if late.missed:
            for person_id in escalating.responsible(change):
                change.notify(person_id, "sla_missed")
        for clock, rule in late.escalated:
            escalating.act(change, clock, rule)
    return change.receipt


def _set(desk: Desk, actor: Person, table: Table, place: int | None, rows: list[dict[str, Any]]) -> Receipt:
    if actor.role != "admin" or not actor.is_staff:
        raise NotFound
    with desk.change(None, actor) as change:
        known = change.connection.execute(select(department.c.id).where(department.c.id == place)).first()
        if place is not None and known is None:
            raise NotFound
        same = table.c.department_id.is_(None) if place is None else table.c.department_id == place
        change.connection.execute(delete(table).where(same))
        if rows:
            change.connection.execute(insert(table), rows)
        facts: dict[str, Any] = {"what": table.name, "department": place, "values": rows}
        change.append("sla_set", **facts)
        change.errand(SLA_MOVES, f"{place or ''}:0", after=timedelta(0))
    return change.receipt


def _move(desk: Desk, number: int, place: int | None, *, goes_on: bool) -> Receipt:
    with desk.change(number, None) as change:
        kept = sla.keep(change.connection, change.ticket, change.at, moved=True)
        change.set(**kept.columns)
        late = sla.miss(change.connection, change.ticket, change.at, escalate=False)
        change.append("sla_moved")
        change.time(sla.Kept(late.columns, (*kept.missed, *late.missed)))
        if goes_on:
            change.errand(SLA_MOVES, f"{place or ''}:{number}", after=timedelta(0))
    return change.receipt


def _unsolved(connection: Connection, place: int | None, after: int) -> list[Any]:
    query = select(ticket).where(ticket.c.number > after, ticket.c.status.in_(("open", "pending")))
    if place is not None:
        query = query.where(ticket.c.department_id == place)
    return list(connection.execute(query.order_by(ticket.c.number).limit(PAGE)))
