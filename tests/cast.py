"""A small world with names, for every test.

Ada and Ben are technicians of Support, Lea leads it, Cleo is a technician of Billing, Root is admin. Rhea asks for help,
Cora is copied on her ticket, Mallory works for another firm. Tess is a technician of Support who also asks for help.
Ticket 1 is Rhea's, in Support.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from console.database import Database
from console.desk import people
from console.desk.actions import opening, reply, staffing
from console.desk.desk import Desk
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.post import Post
from console.desk.roles import Role

PASSWORD = "correct horse"
PEOPLE: dict[str, tuple[str, Role, tuple[str, ...], str | None]] = {
    "ada": ("Ada Moreno", "technician", ("Support",), None),
    "ben": ("Ben Okafor", "technician", ("Support",), None),
    "tess": ("Tess Quint", "technician", ("Support",), None),
    "lea": ("Lea Brandt", "lead", ("Support",), None),
    "cleo": ("Cleo Vidal", "technician", ("Billing",), None),
    "root": ("Root Admin", "admin", (), None),
    "rhea": ("Rhea Lindqvist", "requester", (), "Fjord Foods"),
    "cora": ("Cora Lindqvist", "requester", (), "Fjord Foods"),
    "mallory": ("Mallory Gray", "requester", (), "Gray Partners"),
}


class Clock:
    """A clock that tests move."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at or datetime.now(UTC)

    def __call__(self) -> datetime:
        # Every look at the clock is a little later, as in life.
        self.at += timedelta(microseconds=1)
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the world, looked up anew each time: `cast["ada"]`."""

    desk: Desk

    def __getitem__(self, name: str) -> Person:
        found = self.desk.database.read_now(people.load_person, email=email(name))
        assert found is not None, name
        return found


def email(name: str) -> str:
    return f"{name}@desk.example"


def enter(database: Database, password_hash: str) -> None:
    """Bring the cast on stage, with ticket 1."""
    desk = Desk(database, post=Post(tells=frozenset(), calls=False))  # nobody on the stage is waiting for mail
    for key, (name, role, departments, company) in PEOPLE.items():
        desk.run(
            staffing.add_person,
            None,
            name=name,
            email=email(key),
            role=role,
            password_hash=password_hash,
            departments=departments,
            company_name=company,
        )
    cast = Cast(desk)
    said = Draft("The printer in hall 3 prints **blank pages**.", source="portal")
    desk.run(opening.open_ticket, cast["rhea"], subject="Blank pages", draft=said, department="Support")
    desk.run(reply.post_reply, 1, cast["ada"], draft=Draft("Which driver is it?"), audience="staff", cc=[email("cora")])
