"""/search: the page of what was found, and what the palette offers while somebody types."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import access, searching
from console.desk.people import Person, Who
from console.desk.search_words import QUESTION_LIMIT
from console.desk.searching import Narrowed
from console.desk.tables import department
from console.desk.ticket import STATUSES
from console.viewer import Viewer
from console.web.door import house, page, see_other
from console.web.people import everybody, fits, plain

OFFERED = 6  # tickets in the palette
PEOPLE = 4  # in the palette


async def show(request: Request, viewer: Viewer) -> Response:
    """What was found for `q`, most relevant first; a ticket's number leads to the ticket."""
    asked, place = request.query_params, house(request)
    question, number = _question(request), asked.get("page", "")
    known = await place.desk.read(searching.jump, viewer.person, "staff", question)
    if known is not None:
        return see_other(f"/tickets/{known}")
    status = next((each for each in STATUSES if each == asked.get("status")), None)

    def context(connection: Connection) -> Mapping[str, Any]:
        places = _departments(connection, viewer.person)
        chosen = next((each for each in places if str(each) == asked.get("department")), None)
        found = searching.search(
            connection,
            viewer.person,
            "staff",
            question,
            narrowed=Narrowed(status, chosen),
            page=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1,
        )

        def way(**more: object) -> str:
            """This search, otherwise narrowed."""
            kept = {"q": question, "status": status, "department": chosen, **more}
            return f"/search?{urlencode({name: value for name, value in kept.items() if value is not None})}"

        return {
            "question": question,
            "found": found,
            "status": status,
            "departments": places if len(places) > 1 else {},
            "chosen": chosen,
            "way": way,
        }

    return await page(request, viewer, "search/index.html", context)


async def options(request: Request, viewer: Viewer) -> Response:
    """Tickets and people that fit `q`, for the palette."""
    place, question = house(request), _question(request)

    def render(connection: Connection) -> str:
        known = searching.jump(connection, viewer.person, "staff", question)
        found = searching.search(connection, viewer.person, "staff", question, limit=OFFERED)
        context = {
            "question": question,
            "named": None if known is None else searching.named(connection, known),
            "hits": found.hits,
            "people": _people(connection, question),
            "everything": f"/search?{urlencode({'q': question})}",
            "of_person": lambda email: f"/search?{urlencode({'q': email})}",
        }
        return place.templates.page(viewer.language, "search/options.html", context)

    return HTMLResponse(await place.desk.read(render))


def _question(request: Request) -> str:
    return " ".join(request.query_params.get("q", "").replace("\0", "").split())[:QUESTION_LIMIT]


def _departments(connection: Connection, viewer: Person) -> dict[int, str]:
    """Those whose tickets this person may open, by id."""
    rows = connection.execute(select(department.c.id, department.c.name).order_by(department.c.name))
    return {row.id: row.name for row in rows if access.works_in(viewer, row.id)}


def _people(connection: Connection, question: str) -> list[tuple[Who, str]]:
    wanted = plain(question)
    if not wanted:
        return []
    fitting = ((who, email) for who, email, _ in everybody(connection) if fits(wanted, who.name, email))
    return list(islice(fitting, PEOPLE))
