"""Applications and modules: what somebody may choose for a ticket, and how what was chosen is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from console.desk import access
from console.desk.errors import N_, Invalid
from console.desk.people import Person
from console.desk.tables import (
    application,
    application_company,
    application_department,
    membership,
    module,
    person,
    ticket,
)

NAME_LIMIT = 80  # characters; the columns' width

Key = int | str  # of an application or a module: an id, or a name


@dataclass(frozen=True, slots=True)
class Module:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Application:
    """An application that somebody may choose, with the modules that it offers, both in the admin's order."""

    id: int
    name: str
    modules: tuple[Module, ...]


def offered(connection: Connection, person_id: int) -> tuple[Application, ...]:
    """The applications that this person may choose."""
    found = connection.execute(
        select(application.c.id, application.c.name)
        .where(application.c.offered, _usable_by(person_id))
        .order_by(application.c.place, application.c.id)
    ).all()
    theirs = (select(module).where(module.c.offered, module.c.application_id.in_([row.id for row in found]))).order_by(
        module.c.place, module.c.id
    )
    there = list(connection.execute(theirs)) if found else []
    return tuple(
        Application(row.id, row.name, tuple(Module(it.id, it.name) for it in there if it.application_id == row.id))
        for row in found
    )


def modules(connection: Connection, application_id: int | None) -> tuple[Module, ...]:
    """The modules that an application offers, whoever may choose it."""
    theirs = select(module).where(module.c.offered, module.c.application_id == application_id)
    return tuple(Module(it.id, it.name) for it in connection.execute(theirs.order_by(module.c.place, module.c.id)))


def chosen(
    connection: Connection, person_id: int, application: Key | None, module: Key | None
) -> tuple[int | None, int | None]:
    """The ids of what this person chose. The id of a module alone tells its application, too. Raises Invalid."""
    if application is None and module is None:
        return None, None
    known = offered(connection, person_id)
    if application is None and isinstance(module, int):
        found = next((each for each in known if module in [it.id for it in each.modules]), None)
    else:
        found = next((each for each in known if application in (each.id, each.name)), None)
    if found is None:
        raise Invalid(N_("This application can not be chosen. Choose another one."), field="application")
    if module is None:
        return found.id, None
    part = next((each for each in found.modules if module in (each.id, each.name)), None)
    if part is None:
        raise Invalid(N_("Choose a module of this application."), field="module")
    return found.id, part.id


def known(connection: Connection, viewer: Person) -> dict[int, str]:
    """How the applications are called by id that this technician may know of, in the admin's order, withdrawn ones too.

    Those are the ones that their requesters may choose, and the ones that tickets have which they may open. What is for
    the people of other departments alone is not named to them.
    """
    query = select(application.c.id, application.c.name).order_by(application.c.place, application.c.id)
    if viewer.role != "admin":
        theirs = application_department.c
        on_tickets = exists().where(ticket.c.application_id == application.c.id, access.visible(viewer, "staff"))
        query = query.where(
            or_(
                application.c.id.not_in(select(theirs.application_id)),
                application.c.id.in_(select(application_company.c.application_id)),
                application.c.id.in_(select(theirs.application_id).where(theirs.department_id.in_(viewer.departments))),
                on_tickets,
            )
        )
    return {row.id: row.name for row in connection.execute(query)}


def names(
    connection: Connection, pairs: Iterable[tuple[int | None, int | None]]
) -> tuple[dict[int, str], dict[int, str]]:
    """How these applications and modules are called, in one query for each."""
    pairs = list(pairs)
    called: list[dict[int, str]] = []
    for table, ids in ((application, {pair[0] for pair in pairs}), (module, {pair[1] for pair in pairs})):
        wanted = [each for each in ids if each is not None]
        query = select(table.c.id, table.c.name).where(table.c.id.in_(wanted))
        called.append({row.id: row.name for row in connection.execute(query)} if wanted else {})
    return called[0], called[1]


def name_of(connection: Connection, application_id: int | None, module_id: int | None) -> tuple[str | None, str | None]:
    """How one application and one module are called."""
    applications, modules = names(connection, [(application_id, module_id)])
    return (
        None if application_id is None else applications.get(application_id),
        None if module_id is None else modules.get(module_id),
    )


def _usable_by(person_id: int) -> ColumnElement[bool]:
    companies, departments = application_company.c, application_department.c
    by_company = select(companies.application_id).join(person, person.c.company_id == companies.company_id)
    by_department = select(departments.application_id).join(
        membership, membership.c.department_id == departments.department_id
    )
    for_everybody = and_(
        application.c.id.not_in(select(companies.application_id)),
        application.c.id.not_in(select(departments.application_id)),
    )
    return or_(
        for_everybody,
        application.c.id.in_(by_company.where(person.c.id == person_id)),
        application.c.id.in_(by_department.where(membership.c.person_id == person_id)),
    )
