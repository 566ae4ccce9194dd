"""People: who they are, what they may do, and on which side of a ticket they speak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, select

from console.desk.roles import STAFF, Role
from console.desk.tables import department, membership, person

Side = Literal["requester", "technician"]
HUES = 8

# Built once: every request asks them.
_NAMES = select(person.c.id, person.c.name).where(person.c.id.in_(bindparam("ids", expanding=True)))
_DEPARTMENTS = select(membership.c.department_id).where(membership.c.person_id == bindparam("person_id"))


@dataclass(frozen=True, slots=True)
class Who:
    """A person as shown: name, initials and one of eight hues."""

    id: int
    name: str
    initials: str
    hue: int


@dataclass(frozen=True, slots=True)
class Person:
    """A person as they act: role, departments (ids) and language (None: the browser's)."""

    id: int
    name: str
    email: str
    role: Role
    language: str | None
    departments: frozenset[int]
    letter_keys: bool = True  # single letters are shortcuts
    sees_company: int | None = None  # the company whose requests they may read
    newest_first: bool = False  # their conversations begin with the newest
    request_order: str = "changed"  # of their lists of requests: changed, newest, oldest
    only: int | None = None  # the one ticket that they may open, as a requester: they came by the link in a mail

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF and self.only is None

    @property
    def who(self) -> Who:
        return who(self.id, self.name)


def who(person_id: int, name: str) -> Who:
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    initials = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return Who(person_id, name, initials.upper(), person_id % HUES + 1)


def load_person(connection: Connection, **by: Any) -> Person | None:
    """The active person with this `id` or `email`, or None."""
    query = select(person).where(person.c.active, *(person.c[column] == value for column, value in by.items()))
    row = connection.execute(query).one_or_none()
    return None if row is None else to_person(connection, row)


def account(connection: Connection, email: str) -> tuple[Person, str] | None:
    """The active person with this address and their password's hash; None without one."""
    row = connection.execute(select(person).where(person.c.email == email, person.c.active)).one_or_none()
    if row is None or row.password_hash is None:
        return None
    return to_person(connection, row), row.password_hash


def to_person(connection: Connection, row: Row[Any]) -> Person:
    departments = connection.execute(_DEPARTMENTS, {"person_id": row.id})
    return Person(
        row.id,
        row.name,
        row.email,
        row.role,
        row.language,
        frozenset(departments.scalars()),
        letter_keys=row.letter_keys,
        sees_company=row.company_id if row.sees_company else None,
        newest_first=row.newest_first,
        request_order=row.request_order,
    )


def names(connection: Connection, ids: Iterable[int | None]) -> dict[int, Who]:
    """The people with these ids as shown, in one query."""
    wanted = sorted({each for each in ids if each is not None})
    rows = connection.execute(_NAMES, {"ids": wanted}) if wanted else ()
    return {row.id: who(row.id, row.name) for row in rows}


def find_department(connection: Connection, name: str) -> int | None:
    return connection.execute(select(department.c.id).where(department.c.name == name)).scalar_one_or_none()


def side_of(actor: Person, ticket: Any) -> Side:
    """The authorship rule: a technician speaks as requester only on a ticket of their own that is not assigned to them."""
    own = actor.id == ticket.requester_id and actor.id != ticket.technician_id
    return "requester" if own or not actor.is_staff else "technician"
