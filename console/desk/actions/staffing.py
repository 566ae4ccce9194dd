"""Who belongs to the desk: adding people, and changing what they may open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from console.desk import people
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid
from console.desk.people import Person
from console.desk.roles import ROLES, Role
from console.desk.tables import api_token, company, department, membership, person, session

NAME_LIMIT = 120  # characters; the column's width
NO_COMPANY = N_("Whoever may see the requests of their company has to belong to one.")


def add_person(
    desk: Desk,
    actor: Person | None,
    *,
    name: str,
    email: str,
    role: Role,
    password_hash: str | None = None,
    departments: Sequence[str] = (),
    company_name: str | None = None,
    language: str | None = None,
    sees_company: bool = False,
) -> Receipt:
    """Add a person; departments and companies that do not exist yet are made. Raises Invalid.

    `sees_company`: they may read the requests of everybody in their company, and answer there.
    """
    email, name = email.strip().lower(), " ".join(name.split())
    if not name or len(name) > NAME_LIMIT:
        raise Invalid(N_("A name has 1 to %(limit)s characters."), field="name", limit=NAME_LIMIT)
    if role not in ROLES:
        raise Invalid(N_("%(value)s is not a possible value here."), field="role", value=role)
    if email.count("@") != 1 or email.startswith("@") or email.endswith("@") or any(c.isspace() for c in email):
        raise Invalid(N_("%(email)s is not an e-mail address."), field="email", email=email)
    if sees_company and company_name is None:
        raise Invalid(NO_COMPANY, field="company")
    with desk.change(None, actor) as change:
        if change.connection.execute(select(person.c.id).where(person.c.email == email)).first():
            raise Invalid(N_("Somebody already has the address %(email)s."), field="email", email=email)
        values: dict[str, Any] = {
            "name": name,
            "email": email,
            "role": role,
            "password_hash": password_hash,
        }
        values |= {"language": language, "active": True, "created_at": change.at, "sees_company": sees_company}
        values["company_id"] = None if company_name is None else _company(change, company_name)
        change.made = change.connection.execute(insert(person).values(values).returning(person.c.id)).scalar_one()
        _place(change, change.made, departments)
        change.append("person_added", person=change.made)
    return change.receipt


def change_access(
    desk: Desk,
    actor: Person | None,
    *,
    email: str,
    role: Role | None = None,
    departments: Sequence[str] | None = None,
    active: bool | None = None,
    company_name: str | None = None,
    sees_company: bool | None = None,
) -> Receipt:
    """Change a person's role, departments, company, activity, or whether they may see their company's requests.

    Open sockets lose within a second what they may no longer see. Raises Invalid.
    """
    with desk.change(None, actor) as change:
        found = select(person.c.id, person.c.company_id).where(person.c.email == email.strip().lower())
        row = change.connection.execute(found).one_or_none()
        if row is None:
            raise Invalid(N_("Nobody here has the address %(email)s."), field="email", email=email)
        person_id = row.id
        if sees_company and company_name is None and row.company_id is None:
            raise Invalid(NO_COMPANY, field="company")
        company_id = None if company_name is None else _company(change, company_name)
        wanted = {"role": role, "company_id": company_id, "sees_company": sees_company}
        values = {name: value for name, value in wanted.items() if value is not None}
        if values:
            change.connection.execute(update(person).where(person.c.id == person_id).values(values))
        if departments is not None:
            change.connection.execute(delete(membership).where(membership.c.person_id == person_id))
            _place(change, person_id, departments)
        if active is not None:
            change.connection.execute(update(person).where(person.c.id == person_id).values(active=active))
        if active is False:
            for table in (session, api_token):
                mine = (table.c.person_id == person_id) & table.c.revoked_at.is_(None)
                change.connection.execute(update(table).where(mine).values(revoked_at=change.at))
        change.append("access_changed", person=person_id)
    return change.receipt


def _place(change: Change, person_id: int, departments: Sequence[str]) -> None:
    for name in dict.fromkeys(departments):
        place = people.find_department(change.connection, name)
        if place is None:
            made = insert(department).values(name=name).returning(department.c.id)
            place = change.connection.execute(made).scalar_one()
        change.connection.execute(insert(membership).values(person_id=person_id, department_id=place))


def _company(change: Change, name: str) -> int:
    found = change.connection.execute(select(company.c.id).where(company.c.name == name)).scalar_one_or_none()
    if found is None:
        found = change.connection.execute(insert(company).values(name=name).returning(company.c.id)).scalar_one()
    return int(found)
