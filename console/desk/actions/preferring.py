"""What people choose for their own pages of the portal."""

from __future__ import annotations

from sqlalchemy import update

from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.people import Person
from console.desk.requests import Order
from console.desk.tables import person


def choose_request_order(desk: Desk, actor: Person, *, order: Order) -> Receipt:
    """Sort this person's lists of requests by the latest change, or with the newest or the oldest first."""
    return _choose(desk, actor, "request_order", order)


def choose_newest_first(desk: Desk, actor: Person, *, on: bool) -> Receipt:
    """Let the conversations of this person's requests begin with the newest, or with the oldest."""
    return _choose(desk, actor, "newest_first", on)


def _choose(desk: Desk, actor: Person, name: str, value: str | bool) -> Receipt:
    with desk.change(None, actor) as change:
        change.connection.execute(update(person).where(person.c.id == actor.id).values({name: value}))
        change.append("portal_arranged", name=name, to=value)
    return change.receipt
