"""Rules of escalation act: what one does to a ticket, and when that is."""

from __future__ import annotations

from functools import partial

from sqlalchemy import bindparam, select, update

from console.database import until_done
from console.desk import access, sla, tags
from console.desk.actions import fields, tagging
from console.desk.change import Change
from console.desk.desk import Desk
from console.desk.escalation import Rule
from console.desk.plan import Plan
from console.desk.tables import membership, person, ticket
from console.desk.ticket import PRIORITIES

ALARMS_MOVE = "alarms_move"  # the follower that sets the next alarm of tickets anew
PAGE = 500  # tickets in one transaction
_ALARM = (
    update(ticket)
    .where(
        ticket.c.number == bindparam("of"),
        ticket.c.clocks == bindparam("as_read"),
        ticket.c.priority == bindparam("urgency"),
    )
    .values(alarm_at=bindparam("alarm"))
)


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


def move_alarms(desk: Desk, place: int | None) -> None:
    """Set anew when something happens next to the tickets whose clocks run, of one department or of all.

    Which rules there are decides that. A ticket that changes meanwhile has done so itself, by the same rules.
    """
    after: int | None = 0
    while after is not None:
        after = until_done(partial(_move_page, desk, place, after))


def _move_page(desk: Desk, place: int | None, after: int) -> int | None:
    """Do so for the next tickets; gives the number of the last, or None when there are no more."""
    running = ticket.c.due_at.is_not(None) & (ticket.c.number > after)
    if place is not None:
        running &= ticket.c.department_id == place
    with desk.change(None, None) as change:
        rows = change.connection.execute(select(ticket).where(running).order_by(ticket.c.number).limit(PAGE)).all()
        plans: dict[tuple[int, str], Plan] = {}
        moved = []
        for row in rows:
            whose = row.department_id, row.priority
            alarm = sla.next_alarm(row, plans.setdefault(whose, Plan(change.connection, *whose)))
            if alarm != row.alarm_at:
                moved.append({"of": row.number, "as_read": row.clocks, "urgency": row.priority, "alarm": alarm})
        if moved:
            change.connection.execute(_ALARM, moved)
    return rows[-1].number if len(rows) == PAGE else None
