"""Rules of escalation act: what one does to a ticket, and when that is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, bindparam, select, update

from console.database import until_done
from console.desk import access, sla, tags
from console.desk.actions import fields, tagging
from console.desk.change import Change
from console.desk.desk import Desk
from console.desk.escalation import Rule
from console.desk.plan import Plan
from console.desk.tables import Moment, membership, person, ticket
from console.desk.ticket import PRIORITIES

ALARMS_MOVE = "alarms_move"  # the follower that sets the next alarm of tickets anew
PAGE = 500  # tickets in one transaction
# A change that began by the former rules has ended by then: the database lets none stand still for longer.
SETTLED = timedelta(seconds=10)
_ALARM = (
    update(ticket)
    .where(
        ticket.c.number == bindparam("of"),
        ticket.c.clocks == bindparam("clocks_read"),
        ticket.c.priority == bindparam("priority_read"),
        ticket.c.alarm_at.is_not_distinct_from(bindparam("alarm_read", type_=Moment)),
    )
    .values(alarm_at=bindparam("alarm"))
)


def act(change: Change, kind: str, rule: Rule) -> None:
    """Do what the rule says to the ticket of this change, about this clock of it."""
    change.append("escalated", clock=kind, rule=rule.id, to=rule.name)
    for person_id in responsible(change, technician=rule.tells_technician, leads=rule.tells_leads):
        if person_id not in change.told:
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


def move_alarms(desk: Desk, place: int | None, after: int) -> int | None:
    """Set anew when something happens next to tickets whose clocks run, of one department or of all: to a page of those behind
    number `after`. Gives the number of the last, or None if there are no more.

    Which rules there are decides that. A ticket that changes meanwhile has done so itself, by the same rules.
    """
    numbers = desk.database.read_now(_running, place, after)
    if numbers:
        until_done(lambda: _move(desk, numbers))
    return numbers[-1] if len(numbers) == PAGE else None


def _running(connection: Connection, place: int | None, after: int) -> Sequence[int]:
    running = ticket.c.due_at.is_not(None) & (ticket.c.number > after)
    if place is not None:
        running &= ticket.c.department_id == place
    return (
        connection.execute(select(ticket.c.number).where(running).order_by(ticket.c.number).limit(PAGE)).scalars().all()
    )


def _move(desk: Desk, numbers: Sequence[int]) -> None:
    with desk.change(None, None) as change:
        plans: dict[tuple[int, str], Plan] = {}
        moved = []
        for row in change.connection.execute(select(ticket).where(ticket.c.number.in_(numbers))).all():
            whose = row.department_id, row.priority
            alarm = sla.next_alarm(row, plans.setdefault(whose, Plan(change.connection, *whose)))
            if alarm != row.alarm_at:
                seen = {"clocks_read": row.clocks, "priority_read": row.priority, "alarm_read": row.alarm_at}
                moved.append({"of": row.number, "alarm": alarm, **seen})
        if moved:
            change.connection.execute(_ALARM, moved)
