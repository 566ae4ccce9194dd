"""Type-ahead for Cc and @Notify."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import access
from console.desk.people import Who, who
from console.desk.tables import person
from console.viewer import Viewer
from console.web.door import house, number_in

SHOWN = 8  # people; more are found by typing on


@dataclass(frozen=True, slots=True)
class Option:
    who: Who
    email: str
    hint: str


async def options(request: Request, viewer: Viewer) -> Response:
    """People whose name or address fits `q`: for `notify` technicians who may open the ticket, for `cc` everybody."""
    place, number = house(request), number_in(request)
    typed, notify = request.query_params.get("q", "")[:80], request.query_params.get("for") == "notify"

    def render(connection: Connection) -> str:
        row = access.find_ticket(connection, number, viewer.person, "staff")
        known = access.technicians(connection, row.department_id) if notify else _everybody(connection)
        others = [each for each in known if each[0].id != viewer.person.id]
        found = [Option(each, email, email) for each, email in others if _fits(typed, each.name, email)]
        return place.templates.page(viewer.language, "tickets/people.html", {"people": found[:SHOWN]})

    return HTMLResponse(await place.desk.read(render))


def _everybody(connection: Connection) -> list[tuple[Who, str]]:
    query = select(person.c.id, person.c.name, person.c.email).where(person.c.active).order_by(person.c.name)
    return [(who(row.id, row.name), row.email) for row in connection.execute(query)]


def _fits(typed: str, name: str, email: str) -> bool:
    wanted = _plain(typed)
    return any(word.startswith(wanted) for word in (_plain(name), *_plain(name).split(), email))


def _plain(text: str) -> str:
    """Without case and accents: "jose" finds José."""
    parts = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
