"""The values that a field of a ticket may take, as they are shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from console.desk import access, applications
from console.desk.actions import choosing
from console.desk.errors import N_
from console.desk.people import Who
from console.desk.ticket import FIELDS
from console.language import translate

Option = tuple[str, str, Who | None, str]  # value, words, person, kind

WORDS = {
    "open": N_("Open"),
    "pending": N_("Pending"),
    "resolved": N_("Resolved"),
    "closed": N_("Closed"),
    "low": N_("Low"),
    "normal": N_("Normal"),
    "high": N_("High"),
    "urgent": N_("Urgent"),
    "incident": N_("Incident"),
    "problem": N_("Problem"),
    "request": N_("Request"),
    "change": N_("Change"),
    "person": N_("One person"),
    "team": N_("One team"),
    "site": N_("One site"),
    "company": N_("Whole company"),
}


def options(connection: Connection, row: Any, field: str, language: str) -> list[Option]:
    """All values of a field of the ticket in `row`, "" for nothing."""
    if field == "technician":
        able = access.technicians(connection, row.department_id)
        people: list[Option] = [(str(who.id), who.name, who, "person") for who, _ in able]
        return [("", translate(language, N_("Nobody")), None, "none"), *people]
    if field in choosing.FIELDS:
        return [("", translate(language, N_("Not set")), None, "none"), *_choosable(connection, row, field)]
    slugs: list[Option] = [(slug, translate(language, WORDS[slug]), None, field) for slug in FIELDS[field]]
    return [("", translate(language, N_("Not set")), None, "none"), *slugs] if field == "impact" else slugs


def option(connection: Connection, row: Any, field: str, value: str, language: str) -> Option:
    """One value as it is shown; one that can't be chosen any more is shown as written."""
    known = {each[0]: each for each in options(connection, row, field, language)}
    return known.get(value, (value, value, None, "none"))


def _choosable(connection: Connection, row: Any, field: str) -> list[Option]:
    """The applications that the requester may choose, or the modules of the ticket's; and the present one in any case."""
    known: dict[int, str] = {}
    if field == "application":
        known = {each.id: each.name for each in applications.offered(connection, row.requester_id)}
    elif row.application_id is not None:
        known = {each.id: each.name for each in applications.modules(connection, row.application_id)}
    now = row.application_id, row.module_id
    place = choosing.FIELDS.index(field)
    if (present := now[place]) is not None and present not in known:
        known[present] = applications.name_of(connection, *now)[place] or ""
    return [(str(key), name, None, field) for key, name in known.items()]
