"""The application of a ticket, and its module."""

from __future__ import annotations

from typing import Any

from console.desk import applications
from console.desk.applications import Key
from console.desk.change import Change
from console.desk.errors import N_, Invalid
from console.desk.people import Side

FIELDS = ("application", "module")
UNKNOWN = -1  # no row has this id


def id_in(value: str) -> int | None:
    """The id that a form sent, None for nothing."""
    if not value:
        return None
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else UNKNOWN


def found(change: Change, field: str, key: Key | None) -> int | None:
    """The id of the application that the ticket's requester may choose, or of a module of the ticket's application.

    What the ticket has already is taken even if it is not offered any more. Raises Invalid.
    """
    now = change.ticket.application_id, change.ticket.module_id
    called = applications.name_of(change.connection, *now)
    place = FIELDS.index(field)
    if key is None or key in (now[place], called[place]):
        return now[place] if key is not None else None
    if field == "application":
        return applications.chosen(change.connection, change.ticket.requester_id, key, None)[0]
    there = applications.modules(change.connection, change.ticket.application_id)
    ids = [each.id for each in there if key in (each.id, each.name)]
    if not ids:
        raise Invalid(N_("Choose a module of this application."), field=field)
    return ids[0]


def choose(change: Change, field: str, value: int | None, side: Side) -> None:
    """Set it. Another application takes the module of the former one away."""
    before = getattr(change.ticket, f"{field}_id")
    if value == before:
        return
    _set(change, field, value, side)
    if field == "application" and change.ticket.module_id is not None:
        _set(change, "module", None, side)


def _set(change: Change, field: str, value: int | None, side: Side) -> None:
    """The log keeps the names as they were: an application may be called otherwise later."""
    place = FIELDS.index(field)
    before = applications.name_of(change.connection, change.ticket.application_id, change.ticket.module_id)[place]
    change.set(**{f"{field}_id": value})
    after = applications.name_of(change.connection, change.ticket.application_id, change.ticket.module_id)[place]
    facts: dict[str, Any] = {"from": before, "to": after}
    change.append(f"{field}_changed", side=side, **facts)
