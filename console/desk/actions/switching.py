"""Switching what the whole desk does."""

from __future__ import annotations

import json

from sqlalchemy import delete, insert

from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.options import NAMES
from console.desk.people import Person
from console.desk.tables import option


def switch(desk: Desk, actor: Person, *, name: str, on: bool) -> Receipt:
    """Switch one of the desk's options. Raises NotFound for anybody but an admin, Invalid."""
    if actor.role != "admin":
        raise NotFound
    if name not in NAMES:
        raise Invalid(N_("%(value)s is not a possible value here."), field="name", value=name[:40])
    with desk.change(None, actor) as change:
        change.connection.execute(delete(option).where(option.c.name == name))
        change.connection.execute(insert(option).values(name=name, value=json.dumps(on)))
        change.append("option_switched", name=name, on=on)
    return change.receipt
