"""What an admin offers to requesters: applications with their modules, for whom, and departments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Table, delete, func, insert, select, update

from console.desk.applications import NAME_LIMIT
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.people import Person
from console.desk.tables import (
    application,
    application_company,
    application_department,
    company,
    department,
    module,
)

What = Literal["application", "module", "department"]
TABLES: dict[str, Table] = {"application": application, "module": module, "department": department}


def add_application(desk: Desk, actor: Person, *, name: str, command_id: str | None = None) -> Receipt:
    """Offer another application, the last in the list. Raises NotFound for anybody but an admin, Invalid."""
    with _changing(desk, actor, command_id) as change:
        name = _free(change, application, name)
        change.made = _insert(change, application, name=name)
        change.append("offer_changed", act="added", what="application", id=change.made, name=name)
    return change.receipt


def add_module(desk: Desk, actor: Person, application_id: int, *, name: str, command_id: str | None = None) -> Receipt:
    """Offer another module of an application. Raises NotFound, Invalid."""
    with _changing(desk, actor, command_id) as change:
        _find(change, "application", application_id)
        name = _free(change, module, name, application_id)
        change.made = _insert(change, module, name=name, application_id=application_id)
        change.append("offer_changed", act="added", what="module", id=change.made, name=name)
    return change.receipt


def rename(desk: Desk, actor: Person, what: Literal["application", "module"], row_id: int, *, name: str) -> Receipt:
    """Call an application or a module otherwise, on every ticket that has it. Raises NotFound, Invalid."""
    with _changing(desk, actor) as change:
        row, table = _find(change, what, row_id), TABLES[what]
        name = _free(change, table, name, getattr(row, "application_id", None), but=row_id)
        if name != row.name:
            change.connection.execute(update(table).where(table.c.id == row_id).values(name=name))
            change.append("offer_changed", act="renamed", what=what, id=row_id, name=name)
    return change.receipt


def offer(desk: Desk, actor: Person, what: What, row_id: int, *, on: bool) -> Receipt:
    """Let it be chosen, or no longer; tickets keep what they have. Raises NotFound."""
    with _changing(desk, actor) as change:
        row, table = _find(change, what, row_id), TABLES[what]
        if row.offered != on:
            change.connection.execute(update(table).where(table.c.id == row_id).values(offered=on))
            change.append("offer_changed", act="offered" if on else "withdrawn", what=what, id=row_id)
    return change.receipt


def move(desk: Desk, actor: Person, what: Literal["application", "module"], row_id: int, *, up: bool) -> Receipt:
    """Change places with the one before or after it; the first and the last stay. Raises NotFound."""
    with _changing(desk, actor) as change:
        row, table = _find(change, what, row_id), TABLES[what]
        beside = select(table.c.id).order_by(table.c.place, table.c.id)
        if what == "module":
            beside = beside.where(table.c.application_id == row.application_id)
        order = list(change.connection.execute(beside).scalars())
        here = order.index(row_id)
        there = here - 1 if up else here + 1
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
            for place, each in enumerate(order, 1):
                change.connection.execute(update(table).where(table.c.id == each).values(place=place))
            change.append("offer_changed", act="moved", what=what, id=row_id)
    return change.receipt


def offer_to(
    desk: Desk, actor: Person, application_id: int, *, companies: Iterable[int], departments: Iterable[int] = ()
) -> Receipt:
    """Choose whose people may choose an application; without any company and department, everybody may.

    Raises NotFound, Invalid.
    """
    with _changing(desk, actor) as change:
        _find(change, "application", application_id)
        chosen: dict[str, Any] = {"companies": sorted(set(companies)), "departments": sorted(set(departments))}
        for table, known, ids in (
            (application_company, company, chosen["companies"]),
            (application_department, department, chosen["departments"]),
        ):
            there = set(change.connection.execute(select(known.c.id).where(known.c.id.in_(ids))).scalars())
            for missing in set(ids) - there:
                raise Invalid(N_("%(value)s is not a possible value here."), field="companies", value=str(missing))
            change.connection.execute(delete(table).where(table.c.application_id == application_id))
            rows = [{"application_id": application_id, f"{known.name}_id": each} for each in ids]
            if rows:
                change.connection.execute(insert(table), rows)
        change.append("offer_changed", act="offered_to", what="application", id=application_id, **chosen)
    return change.receipt


@contextmanager
def _changing(desk: Desk, actor: Person, command_id: str | None = None) -> Iterator[Change]:
    if actor.role != "admin" or not actor.is_staff:
        raise NotFound
    with desk.change(None, actor, command_id) as change:
        yield change


def _find(change: Change, what: str, row_id: int) -> Any:
    table = TABLES[what]
    row = change.connection.execute(select(table).where(table.c.id == row_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def _free(change: Change, table: Table, name: str, application_id: int | None = None, but: int = 0) -> str:
    """The name as it is kept. Raises Invalid if it is none, or another one's."""
    name = " ".join(name.replace("\0", "").split())
    if not name or len(name) > NAME_LIMIT:
        raise Invalid(N_("A name has 1 to %(limit)s characters."), field="name", limit=NAME_LIMIT)
    taken = select(table.c.id).where(table.c.name == name, table.c.id != but)
    if table is module:
        taken = taken.where(module.c.application_id == application_id)
    if change.connection.execute(taken).first():
        raise Invalid(N_("There is already one called %(name)s."), field="name", name=name)
    return name


def _insert(change: Change, table: Table, **values: Any) -> int:
    last = select(func.coalesce(func.max(table.c.place), 0))
    if "application_id" in values:
        last = last.where(table.c.application_id == values["application_id"])
    place = change.connection.execute(last).scalar_one() + 1
    made: int = change.connection.execute(
        insert(table).values(**values, place=place, offered=True).returning(table.c.id)
    ).scalar_one()
    return made
