"""Following a ticket: technicians who want to hear of it, and telling them what others do there."""

from __future__ import annotations

from sqlalchemy import Connection, delete, exists, insert, select, update

from console.desk import access, letter
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.tables import activity, follower, notification

# What followers are told of, and the kind of their notice. A note that calls somebody has its own, "noted".
NOTICE_OF = {
    "replied": "replied",
    "requester_replied": "requester_replied",
    "noted": "note_written",
    "recorded": "replied",
    "status_changed": "status_changed",
}


def set_following(desk: Desk, number: int, actor: Person, *, on: bool, command_id: str | None = None) -> Receipt:
    """Follow a ticket, or no longer. What is already so stays so."""
    with desk.change(number, actor, command_id) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        if on != is_following(change.connection, number, actor.id):
            mine = {"ticket_number": number, "person_id": actor.id}
            change.connection.execute(
                insert(follower).values(mine)
                if on
                else delete(follower).where(*(follower.c[name] == value for name, value in mine.items()))
            )
            change.append("followed" if on else "unfollowed", side="technician")
    return change.receipt


def is_following(connection: Connection, number: int, person_id: int) -> bool:
    mine = select(follower).where(follower.c.ticket_number == number, follower.c.person_id == person_id)
    return bool(connection.execute(select(exists(mine))).scalar_one())


def tell(change: Change, kind: str, *, message_id: int | None = None, seen: int | None = None) -> None:
    """Notify those who want to hear of the activity appended last; public words settle what they answer.

    `seen` is what a technician who speaks to the requester had seen when writing it: a message that came later waits on.
    None: nobody knows, and it answers all there is.

    Nobody is told of their own act, twice of one change, or of a ticket that they may not open any more.
    """
    if change.actor is None:
        return
    if kind in ("replied", "recorded"):
        _settle_answered(change, seen)
    wanted = select(follower.c.person_id).where(follower.c.ticket_number == change.ticket.number)
    people = set(change.connection.execute(wanted).scalars())
    if kind == "requester_replied" and change.ticket.technician_id is not None:
        people.add(change.ticket.technician_id)
    people -= {change.actor.id, *change.told}
    if people:
        able = {who.id for who, _ in access.technicians(change.connection, change.ticket.department_id)}
        for person_id in sorted(people & able):
            letter.call(change, person_id, NOTICE_OF[kind], message_id=message_id)


def _settle_answered(change: Change, seen: int | None) -> None:
    """A requester's message that a colleague has answered waits for nobody else any more."""
    known = select(activity.c.position).where(
        activity.c.ticket_number == change.ticket.number,
        activity.c.seq <= (change.ticket.seq if seen is None else seen),
    )
    answered = (
        update(notification)
        .where(
            notification.c.ticket_number == change.ticket.number,
            notification.c.kind == NOTICE_OF["requester_replied"],
            notification.c.read_at.is_(None),
            notification.c.position.in_(known),
        )
        .values(read_at=change.at)
        .returning(notification.c.person_id)
    )
    for person_id in sorted(set(change.connection.execute(answered).scalars())):
        change.hint("read", person_id)
