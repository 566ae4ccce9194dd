"""The next ticket: never the same one for two people at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, insert, select

from console.desk import access
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.filters import UNSOLVED
from console.desk.people import Person
from console.desk.tables import handed_out

KEPT_FOR = timedelta(minutes=5)  # nobody else is handed the ticket


NONE = Receipt(None, 0, 0, None, 0)


def take_next(desk: Desk, actor: Person, *, numbers: Sequence[int]) -> Receipt:
    """Hand out the first of these tickets that is free: unsolved, nobody else's, and not handed out already.

    `made` is its number, None if none is free.
    """
    for number in numbers:
        try:
            receipt = _hand_out(desk, actor, number)
        except NotFound:
            continue
        if receipt.made is not None:
            return receipt
    return NONE


def _hand_out(desk: Desk, actor: Person, number: int) -> Receipt:
    """`made` is the ticket's number if it was free."""
    with desk.change(number, actor) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        known = select(handed_out).where(handed_out.c.ticket_number == number)
        last = change.connection.execute(known).one_or_none()
        free = change.ticket.status in UNSOLVED and change.ticket.technician_id in (None, actor.id)
        if free and (last is None or last.until <= change.at):
            change.connection.execute(delete(handed_out).where(handed_out.c.ticket_number == number))
            row = {"ticket_number": number, "person_id": actor.id, "until": change.at + KEPT_FOR}
            change.connection.execute(insert(handed_out).values(row))
            change.made = number
    return change.receipt
