"""Saved views: those of a technician, and those that are shared with all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from console.desk.filters import SHOWS, Filter
from console.desk.people import Person
from console.desk.tables import view

NAME_LIMIT = 60  # characters
MOST = 30  # of one person
LISTS: dict[str, Filter] = {show: Filter(show=show) for show in SHOWS}


@dataclass(frozen=True, slots=True)
class SavedView:
    id: int
    name: str
    filter: Filter
    shared: bool
    own: bool  # of whoever asks; others may not change it


def of(connection: Connection, viewer: Person) -> list[SavedView]:
    """Their own and the shared ones, by name."""
    if not viewer.is_staff:
        return []
    query = select(view).where(or_(view.c.owner_id == viewer.id, view.c.shared)).order_by(view.c.name, view.c.id)
    found = [(row, Filter.parse(row.filter)) for row in connection.execute(query)]
    return [
        SavedView(row.id, row.name, saved, row.shared, row.owner_id == viewer.id)
        for row, saved in found
        if saved is not None
    ]


def lists(views: Iterable[SavedView]) -> dict[str, Filter]:
    """The lists that everybody has, and these views, by the name that the navigation gives them."""
    return LISTS | {f"view-{each.id}": each.filter for each in views}
