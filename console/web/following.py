"""Following a ticket, and the menu that offers it: what is in it depends on who opens it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import access, look, options, public_side
from console.desk.actions.following import is_following, set_following
from console.desk.people import Person
from console.viewer import Viewer
from console.web.door import house, number_in
from console.web.forms import sent
from console.web.since import caught_up


@dataclass(frozen=True, slots=True)
class Own:
    """What a ticket is to one technician: how far they had seen it (None: never), and whether they follow or have it."""

    looked: int | None
    following: bool
    assigned: bool


def own(connection: Connection, number: int, person: Person) -> Own:
    """Raises NotFound."""
    row = access.find_ticket(connection, number, person, "staff")
    looked = look.of(connection, person.id, [number]).get(number)
    return Own(looked, is_following(connection, number, person.id), row.technician_id == person.id)


async def set(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        desk, on, command_id = house(request).desk, form.switch("on"), form.command_id
        receipt = await desk.do(set_following, number_in(request), viewer.person, on=on, command_id=command_id)
    return await caught_up(request, viewer, "staff", form, receipt.seq)


async def actions(request: Request, viewer: Viewer) -> Response:
    """The menu's items as they are now."""
    place, number = house(request), number_in(request)

    def render(connection: Connection) -> str:
        row = access.find_ticket(connection, number, viewer.person, "staff")
        may_chat = public_side.may_chat(connection, row)
        context: dict[str, object] = {"own": own(connection, number, viewer.person), "may_chat": may_chat}
        context["may_record"] = options.load(connection).occurrences
        return place.templates.page(viewer.language, "tickets/actions.html", context)

    return HTMLResponse(await place.desk.read(render))
