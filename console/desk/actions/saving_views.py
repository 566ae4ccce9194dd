"""Saving a filter of the tickets under a name, for oneself or for all technicians."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select

from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.filters import Filter
from console.desk.people import Person
from console.desk.saved_views import MOST, NAME_LIMIT
from console.desk.tables import view

SHARERS = ("lead", "admin")  # roles that may share a view


def save_view(desk: Desk, actor: Person, *, name: str, chosen: Filter, shared: bool = False) -> Receipt:
    """Save a view; `made` is its id. Raises NotFound, Invalid."""
    if not actor.is_staff:
        raise NotFound
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Invalid(N_("Give the view a name."), field="name")
    if len(name) > NAME_LIMIT:
        raise Invalid(N_("A name has at most %(limit)s characters."), field="name", limit=NAME_LIMIT)
    if shared and actor.role not in SHARERS:
        raise Invalid(N_("Only team leads share views."), field="shared")
    with desk.change(None, actor) as change:
        mine = select(func.count()).select_from(view).where(view.c.owner_id == actor.id)
        if change.connection.execute(mine).scalar_one() >= MOST:
            raise Invalid(N_("You have %(limit)s views already. Delete one first."), field="name", limit=MOST)
        row = {"owner_id": actor.id, "name": name, "filter": str(chosen), "shared": shared, "saved_at": change.at}
        change.made = change.connection.execute(insert(view).values(row).returning(view.c.id)).scalar_one()
        change.append("view_saved", view=change.made)
    return change.receipt


def delete_view(desk: Desk, actor: Person, *, view_id: int) -> Receipt:
    """Delete a view of one's own; an admin also those that others share. Raises NotFound."""
    if not actor.is_staff:
        raise NotFound
    with desk.change(None, actor) as change:
        theirs = view.c.id == view_id
        may = view.c.shared | (view.c.owner_id == actor.id) if actor.role == "admin" else view.c.owner_id == actor.id
        if not change.connection.execute(delete(view).where(theirs, may)).rowcount:
            raise NotFound
        change.append("view_deleted", view=view_id)
    return change.receipt
