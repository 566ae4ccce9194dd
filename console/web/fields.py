"""Fields of a ticket: the values to choose from, and setting one."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import access
from console.desk.actions.fields import set_field
from console.desk.errors import N_
from console.desk.people import Who
from console.desk.ticket import FIELDS
from console.language import translate
from console.viewer import Viewer
from console.web.door import house, number_in
from console.web.forms import sent
from console.web.since import caught_up

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


async def set(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        receipt = await house(request).desk.do(
            set_field,
            number_in(request),
            viewer.person,
            field=request.path_params["field"],
            value=form.text("value"),
            command_id=form.command_id,
        )
    return await caught_up(request, viewer, "staff", form, receipt.seq)


async def choices(request: Request, viewer: Viewer) -> Response:
    field: str = request.path_params["field"]
    place, number = house(request), number_in(request)

    def render(connection: Connection) -> str:
        row = access.find_ticket(connection, number, viewer.person, "staff")
        if field == "technician":
            current = "" if row.technician_id is None else str(row.technician_id)
            options = _people(connection, row.department_id, viewer.language)
        else:
            current, options = getattr(row, field) or "", _slugs(field, viewer.language)
        context = {"field": field, "current": current, "options": options}
        return place.templates.page(viewer.language, "tickets/choices.html", context)

    return HTMLResponse(await place.desk.read(render))


def _people(connection: Connection, department_id: int, language: str) -> list[Option]:
    able = access.technicians(connection, department_id)
    return [
        ("", translate(language, N_("Nobody")), None, "none"),
        *((str(who.id), who.name, who, "person") for who, _ in able),
    ]


def _slugs(field: str, language: str) -> list[Option]:
    options: list[Option] = [(slug, translate(language, WORDS[slug]), None, field) for slug in FIELDS[field]]
    return [("", translate(language, N_("Not set")), None, "none"), *options] if field == "impact" else options
