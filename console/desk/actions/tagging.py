"""Putting tags on a ticket, and taking them off."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert

from console.desk import access, people, tags
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.people import Person, Side
from console.desk.tables import tag


def set_tag(desk: Desk, number: int, actor: Person, *, name: str, on: bool, command_id: str | None = None) -> Receipt:
    """Put a tag on the ticket, or take it off. What is so already stays. Raises NotFound, Invalid."""
    with desk.change(number, actor, command_id) as change:
        if not access.may_open(change.connection, actor, change.ticket, "staff"):
            raise NotFound
        name = tags.checked(name)
        there = tags.of(change.connection, [number]).get(number, ())
        side = people.side_of(actor, change.ticket)
        if on and name not in there:
            if len(there) >= tags.MOST:
                raise Invalid(N_("A ticket has %(limit)s tags at most."), field="tag", limit=tags.MOST)
            put(change, name, side)
        elif not on and name in there:
            change.connection.execute(delete(tag).where(tag.c.ticket_number == number, tag.c.name == name))
            gone: dict[str, Any] = {"from": name}
            change.append("untagged", side=side, **gone)
    return change.receipt


def put(change: Change, name: str, side: Side | None) -> None:
    """Put on a tag that is not there, inside a change that is already open."""
    change.connection.execute(insert(tag).values(ticket_number=change.ticket.number, name=name))
    change.append("tagged", side=side, to=name)
