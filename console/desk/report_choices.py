"""What the report of a lead can be narrowed to, and what somebody chose of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from console.desk import applications, board, board_lists
from console.desk.errors import N_, Invalid
from console.desk.people import Person
from console.desk.report_rows import Asked
from console.desk.reports import Report
from console.desk.tables import company, department, person, ticket

NARROWING = ("department", "technician", "company", "application")
Names = Mapping[int, str]


def places(connection: Connection, viewer: Person) -> dict[int, str]:
    """The departments that this lead may look back on."""
    known, wanted = select(department.c.id, department.c.name).order_by(department.c.name), board.scope(viewer)
    if wanted is not None:
        known = known.where(department.c.id.in_(wanted))
    return {row.id: row.name for row in connection.execute(known)}


def chosen(connection: Connection, viewer: Person, within: Names, values: Mapping[str, str]) -> Asked:
    """The tickets of these departments, narrowed to ids as they were sent, by field; "" narrows nothing. Raises Invalid."""
    ids = {name: _id(values[name]) for name in NARROWING if values[name]}
    known: dict[str, Callable[[int], bool]] = {
        "department": lambda id: id in within,
        "technician": lambda id: id in _technicians(connection, within) or _had(connection, within, id),
        "company": lambda id: bool(_name(connection, company, id)),
        "application": lambda id: id in applications.known(connection, viewer),
    }
    for name, id in ids.items():
        if not id or not known[name](id):
            raise Invalid(N_("%(value)s is not a possible value here."), field=name, value=values[name][:40])
    place = ids.get("department")
    return Asked(
        within if place is None else {place: within[place]},
        ids.get("technician"),
        ids.get("company"),
        ids.get("application"),
    )


def offered(
    connection: Connection, viewer: Person, within: Names, asked: Asked | None, report: Report | None
) -> dict[str, Names]:
    """Names by id for each field, in their order: whoever may work here, applications, and what a report has rows of.

    A desk may have very many companies, so those that had nothing to do with these days are not offered.
    """
    parts = () if report is None else report.parts
    rows = {part.dimension: {row.id: row.name for row in part.rows if row.id and row.name} for part in parts}
    return {
        "department": within,
        "technician": _sorted(
            _technicians(connection, within)
            | rows.get("technician", {})
            | _name(connection, person, asked.technician if asked else None)
        ),
        "company": _sorted(rows.get("company", {}) | _name(connection, company, asked.company if asked else None)),
        "application": applications.known(connection, viewer),
    }


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _technicians(connection: Connection, within: Names) -> dict[int, str]:
    return {each.who.id: each.who.name for each in board_lists.able(connection, list(within))}


def _had(connection: Connection, within: Names, person_id: int) -> bool:
    """Whether somebody who may not work here any more has tickets here: then these leads know who they are."""
    query = select(ticket.c.number).where(ticket.c.technician_id == person_id, board_lists.within(within)).limit(1)
    return connection.execute(query).first() is not None


def _name(connection: Connection, table: Table, id: int | None) -> dict[int, str]:
    query = select(table.c.id, table.c.name).where(table.c.id == id)
    return {} if id is None else {row.id: row.name for row in connection.execute(query)}


def _sorted(names: dict[Any, Any]) -> Names:
    return dict(sorted(names.items(), key=lambda each: (each[1].casefold(), each[0])))
