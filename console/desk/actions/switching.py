"""Switching what the whole desk does."""

from __future__ import annotations

import json

from sqlalchemy import delete, insert

from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.options import SWITCHES
from console.desk.people import Person
from console.desk.post import ADDRESS
from console.desk.tables import option


def switch(desk: Desk, actor: Person, *, name: str, on: bool) -> Receipt:
    """Switch one of the desk's options. Raises NotFound for anybody but an admin, Invalid."""
    if name not in SWITCHES:
        raise Invalid(N_("%(value)s is not a possible value here."), field="name", value=name[:40])
    return _set(desk, actor, name, on)


def send_occurrences_from(desk: Desk, actor: Person, *, address: str) -> Receipt:
    """Choose the address that letters about occurrences are from; "" for the desk's. Raises NotFound, Invalid."""
    address = address.strip().lower()
    if address and not ADDRESS.fullmatch(address):
        raise Invalid(N_("Write an email address."), field="address")
    return _set(desk, actor, "occurrence_sender", address)


def _set(desk: Desk, actor: Person, name: str, value: bool | str) -> Receipt:
    if actor.role != "admin" or not actor.is_staff:
        raise NotFound
    with desk.change(None, actor) as change:
        change.connection.execute(delete(option).where(option.c.name == name))
        change.connection.execute(insert(option).values(name=name, value=json.dumps(value)))
        change.append("option_switched", name=name, value=value)
    return change.receipt
