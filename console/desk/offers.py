"""What an admin offers to requesters, all of it, as the settings show it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, select

from console.desk.tables import (
    application,
    application_company,
    application_department,
    company,
    department,
    module,
)


@dataclass(frozen=True, slots=True)
class Offered:
    """Something with a name that can be chosen, or not at present."""

    id: int
    name: str
    offered: bool


@dataclass(frozen=True, slots=True)
class OfferedApplication(Offered):
    """`companies` and `departments`: ids of those whose people may choose it; neither: everybody may."""

    modules: tuple[Offered, ...]
    companies: frozenset[int]
    departments: frozenset[int]


@dataclass(frozen=True, slots=True)
class Offers:
    """Applications in their order; all companies (id, name) and departments there are, by name."""

    applications: tuple[OfferedApplication, ...]
    companies: tuple[tuple[int, str], ...]
    departments: tuple[Offered, ...]


def load(connection: Connection) -> Offers:
    modules: defaultdict[int, list[Offered]] = defaultdict(list)
    for row in connection.execute(select(module).order_by(module.c.place, module.c.id)):
        modules[row.application_id].append(Offered(row.id, row.name, row.offered))
    companies: defaultdict[int, set[int]] = defaultdict(set)
    for row in connection.execute(select(application_company)):
        companies[row.application_id].add(row.company_id)
    departments: defaultdict[int, set[int]] = defaultdict(set)
    for row in connection.execute(select(application_department)):
        departments[row.application_id].add(row.department_id)
    return Offers(
        tuple(
            OfferedApplication(
                row.id,
                row.name,
                row.offered,
                tuple(modules[row.id]),
                frozenset(companies[row.id]),
                frozenset(departments[row.id]),
            )
            for row in connection.execute(select(application).order_by(application.c.place, application.c.id))
        ),
        tuple((row.id, row.name) for row in connection.execute(select(company).order_by(company.c.name))),
        tuple(
            Offered(row.id, row.name, row.offered)
            for row in connection.execute(select(department).order_by(department.c.name))
        ),
    )
