"""Builds the demo desk through the same actions as everybody's work, at the times when it is said to have happened."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from console.database import Database
from console.desk import people, requests
from console.desk.actions import (
    escalating,
    fields,
    note,
    offering,
    opening,
    promising,
    reply,
    setting_rules,
    staffing,
    viewing,
)
from console.desk.actions.setting_rules import Wanted
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.plan import Targets
from console.desk.post import Post
from console.desk.requests import Asked
from console.desk.roles import Role
from console.desk.tables import company, errand, notification, ticket
from console.followers import lateness

CONTENT = Path(__file__).parent / "content"
DEPARTMENTS = ("Support", "Billing", "Warehouse systems")
PASSWORD = "demo"
EVERYTHING = 1_000_000  # more than any ticket has
STAFF: tuple[tuple[str, str, Role], ...] = (
    ("Ana Ferrer", "ana@demo.example", "technician"),
    ("Ben Ortega", "ben@demo.example", "technician"),
    ("Carla Nunes", "carla@demo.example", "technician"),
    ("Dario Rossi", "dario@demo.example", "technician"),
    ("Eva Lindgren", "eva@demo.example", "technician"),
    ("Fabio Teixeira", "fabio@demo.example", "technician"),
    ("Gil Moreau", "gil@demo.example", "technician"),
    ("Lea Santoro", "lea@demo.example", "lead"),
    ("Root", "root@demo.example", "admin"),
)
# Hours to the first response, the next one, and the resolution.
PROMISED = {"urgent": (1, 2, 8), "high": (4, 4, 24), "normal": (8, 12, 72), "low": (24, 24, 168)}
RULES = (
    Wanted("Half an hour left", minutes=-30, priorities=("urgent", "high"), tells_technician=True),
    Wanted("Nobody has answered", clock="next_response", minutes=60, tells_leads=True, priority="high", tag="overdue"),
)
REQUESTERS = ("rita@demo.example", "saul@demo.example")
OVERSEERS = ("rita@demo.example",)  # they see the requests of their company


@dataclass
class Calendar:
    """A clock that the builder sets."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens on a ticket: when, which ticket, and what the content says of it."""

    at: datetime
    order: int
    ticket: int
    entry: dict[str, Any]


def accounts() -> tuple[tuple[str, str], ...]:
    """The demo's e-mail addresses and roles, as the sign-in page shows them."""
    return tuple((email, role) for _, email, role in STAFF) + tuple((email, "requester") for email in REQUESTERS)


def build(database: Database, password_hash: str, today: datetime | None = None) -> int:
    """Fill an empty desk; gives the number of tickets. Everything happened before `today`."""
    today = today or datetime.now(UTC)
    clock = Calendar(today - timedelta(days=120))
    desk = Desk(database, clock=clock, post=Post(tells=frozenset(), calls=False))  # the mail of these months has left
    cast = _people(desk, password_hash)
    about = _offers(desk, cast["root"])
    _promise(desk, cast["root"])
    tickets = _tickets()
    numbers: dict[int, int] = {}
    for step in sorted(_steps(tickets, today), key=lambda each: (each.order > 0, each.at, each.order)):
        _ring(desk, clock, step.at)
        content = tickets[step.ticket]
        if step.ticket not in numbers:
            receipt = desk.run(
                opening.open_ticket,
                cast[content["requester"]],
                subject=content["subject"],
                draft=Draft(step.entry["text"], source=content["source"]),
                department=content["department"],
                priority=content["priority"],
                type=content["type"],
                impact=content["impact"],
                application=about.get(content["subject"], (None, None))[0],
                module=about.get(content["subject"], (None, None))[1],
            )
            assert receipt.number is not None
            numbers[step.ticket] = receipt.number
        else:
            _happen(desk, numbers[step.ticket], cast, content, step.entry)
    for key in ("rita", "saul"):
        _has_read_what_is_solved(desk, cast[key])
    _ring(desk, clock, today)
    _escalate(desk, cast["root"])
    _let_past_be_past(database, today)
    return len(numbers)


def _promise(desk: Desk, root: Person) -> None:
    """Targets, at a desk that never closes: whenever somebody looks at the demo, some tickets are late and some are near."""
    targets = {priority: Targets(*(60 * hours for hours in promised)) for priority, promised in PROMISED.items()}
    desk.run(promising.set_targets, root, place=None, targets=targets)
    weekly = [[(0, 1_440)]] * 7
    desk.run(promising.set_hours, root, place=None, zone="Europe/Madrid", weekly=weekly, holidays=())


def _escalate(desk: Desk, root: Person) -> None:
    """Rules that hold from now on."""
    for wanted in RULES:
        desk.run(setting_rules.set_rule, root, None, wanted=wanted)
    escalating.move_alarms(desk, None, 0)


def _ring(desk: Desk, clock: Calendar, until: datetime) -> None:
    """Let the clocks ring that were late up to then, each at its time, and go on to then."""
    next_alarm = select(func.min(ticket.c.alarm_at))
    with desk.database.reading() as connection:
        alarm = connection.execute(next_alarm).scalar_one()
    while alarm is not None and alarm <= until:
        clock.at = alarm
        lateness.tell_late(desk)
        with desk.database.reading() as connection:
            alarm = connection.execute(next_alarm).scalar_one()
    clock.at = until


def _let_past_be_past(database: Database, today: datetime) -> None:
    """Nothing of these months is still to be done, and what rang before yesterday was heard."""
    heard = notification.c.kind == "sla_missed", notification.c.created_at < today - timedelta(days=1)
    with database.writing() as connection:
        connection.execute(update(errand).values(state="done"))
        connection.execute(update(notification).where(*heard).values(read_at=notification.c.created_at))


def _has_read_what_is_solved(desk: Desk, who: Person) -> None:
    solved = desk.database.read_now(requests.listed, who, Asked(show="solved"), EVERYTHING)
    for each in solved.requests:
        desk.run(viewing.look_in_public, each.ticket.number, who, seen=EVERYTHING)


def _people(desk: Desk, password_hash: str) -> dict[str, Person]:
    emails: dict[str, str] = {}
    for name, email, role in STAFF:
        desk.run(
            staffing.add_person,
            None,
            name=name,
            email=email,
            role=role,
            password_hash=password_hash,
            departments=DEPARTMENTS,
        )
        emails[email.partition("@")[0]] = email
    content = json.loads((CONTENT / "people.json").read_text())
    companies = {each["key"]: each["name"] for each in content["companies"]}
    for each in content["requesters"]:
        desk.run(
            staffing.add_person,
            None,
            name=each["name"],
            email=each["email"],
            role="requester",
            password_hash=password_hash if each["email"] in REQUESTERS else None,
            company_name=companies[each["company"]],
            language=each["language"],
            sees_company=each["email"] in OVERSEERS,
        )
        emails[each["key"]] = each["email"]
    with desk.database.reading() as connection:
        found = {key: people.load_person(connection, email=email.lower()) for key, email in emails.items()}
    return {key: person for key, person in found.items() if person is not None}


def _offers(desk: Desk, root: Person) -> dict[str, tuple[str | None, str | None]]:
    """Offer applications, modules and departments; gives what the tickets of the content are about, by subject."""
    content = json.loads((CONTENT / "offers.json").read_text())
    called = {each["key"]: each["name"] for each in json.loads((CONTENT / "people.json").read_text())["companies"]}
    for each in content["applications"]:
        made = desk.run(offering.add_application, root, name=each["name"]).made or 0
        for name in each["modules"]:
            desk.run(offering.add_module, root, made, name=name)
        if "companies" in each:
            names = [called[key] for key in each["companies"]]
            with desk.database.reading() as connection:
                ids = list(connection.execute(select(company.c.id).where(company.c.name.in_(names))).scalars())
            desk.run(offering.offer_to, root, made, companies=ids)
    for name in content["departments"]:
        with desk.database.reading() as connection:
            place = people.find_department(connection, name) or 0
        desk.run(offering.offer, root, "department", place, on=True)
    return {subject: (application, module) for subject, (application, module) in content["about"].items()}


def _tickets() -> list[dict[str, Any]]:
    """All tickets of the content; the first one gets number 1."""
    files = sorted(CONTENT.glob("tickets-*.json"), key=lambda file: (file.name != "tickets-es-1.json", file.name))
    return [ticket for file in files for ticket in json.loads(file.read_text())]


def _steps(tickets: list[dict[str, Any]], today: datetime) -> Iterator[Step]:
    order = itertools.count()
    for place, content in enumerate(tickets):
        at = today - timedelta(hours=content["age_hours"])
        for entry in content["entries"]:
            at += timedelta(minutes=entry.get("after_minutes", 0))
            yield Step(at, next(order), place, entry)
        if content["technician"] and not any(each.get("kind") == "assign" for each in content["entries"]):
            yield Step(
                today - timedelta(hours=content["age_hours"]) + timedelta(minutes=4),
                next(order),
                place,
                {"by": content["technician"], "kind": "assign", "to": content["technician"]},
            )


def _happen(
    desk: Desk, number: int, cast: dict[str, Person], content: dict[str, Any], entry: dict[str, Any]
) -> Receipt:
    if entry["by"] == "requester":
        asker = cast[content["requester"]]
        draft = Draft(entry["text"], source="portal" if content["source"] == "staff" else content["source"])
        return desk.run(reply.post_reply, number, asker, draft=draft, audience="public")
    actor = cast[entry["by"]]
    if entry["kind"] in ("reply", "note"):
        desk.run(viewing.record_view, number, actor, seen=EVERYTHING)
    match entry["kind"]:
        case "reply":
            draft = Draft(entry["text"])
            return desk.run(reply.post_reply, number, actor, draft=draft, audience="staff", status=entry.get("status"))
        case "note":
            called = [cast[key].email for key in entry.get("notify", ())]
            return desk.run(note.write_note, number, actor, draft=Draft(entry["text"]), notify=called)
        case "assign":
            return desk.run(fields.set_field, number, actor, field="technician", value=str(cast[entry["to"]].id))
        case kind:
            return desk.run(fields.set_field, number, actor, field=kind, value=entry.get("status") or entry["to"])
