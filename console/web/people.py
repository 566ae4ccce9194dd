"""Type-ahead for Cc and @Notify."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import access
from console.desk.people import Who, who
from console.desk.roles import STAFF
from console.desk.search_words import fold
from console.desk.tables import person
from console.presence.registry import Presence
from console.viewer import Viewer
from console.web.door import house, number_in

SHOWN = 8  # people; more are found by typing on


Place = Literal["here", "online", "offline"]


@dataclass(frozen=True, slots=True)
class Option:
    """Somebody to choose. `place` is where a technician is now; of a requester nobody knows it."""

    who: Who
    email: str
    place: Place | None
    has_namesake: bool


async def options(request: Request, viewer: Viewer) -> Response:
    """People whose name or address fits `q`: for `notify` technicians who may open the ticket, for `cc` everybody."""
    place, number = house(request), number_in(request)
    typed, notify = request.query_params.get("q", "")[:80], request.query_params.get("for") == "notify"

    def find(connection: Connection) -> list[tuple[Who, str, bool, bool]]:
        row = access.find_ticket(connection, number, viewer.person, "staff")
        if notify:
            known = [(each, email, True) for each, email in access.technicians(connection, row.department_id)]
        else:
            known = everybody(connection)
        wanted = plain(typed)
        fitting = (each for each in known if each[0].id != viewer.person.id and fits(wanted, each[0].name, each[1]))
        shown = list(islice(fitting, SHOWN))
        called = Counter(each[0].name for each in known)
        return [(*each, called[each[0].name] > 1) for each in shown]

    people = [
        Option(each, email, _place(place.presence, each.id, number) if staff else None, has_namesake)
        for each, email, staff, has_namesake in await place.desk.read(find)
    ]
    return HTMLResponse(place.templates.page(viewer.language, "tickets/people.html", {"people": people}))


def _place(presence: Presence, person_id: int, number: int) -> Place:
    """Called in the loop's thread, where presence lives."""
    if number in presence.where(person_id):
        return "here"
    return "online" if presence.is_online(person_id) else "offline"


def everybody(connection: Connection) -> list[tuple[Who, str, bool]]:
    """All who are active, by name, with their address and whether they belong to the staff."""
    columns = (person.c.id, person.c.name, person.c.email, person.c.role)
    query = select(*columns).where(person.c.active).order_by(person.c.name)
    return [(who(row.id, row.name), row.email, row.role in STAFF) for row in connection.execute(query)]


def fits(wanted: str, name: str, email: str) -> bool:
    """Whether the name, a word of it or the address begins with what is `wanted`, which is `plain`."""
    folded = plain(name)
    return any(word.startswith(wanted) for word in (folded, *folded.split(), email))


def plain(text: str) -> str:
    """Without case and accents: "jose" finds José."""
    return fold(text.strip())
