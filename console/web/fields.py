"""Fields of a ticket: the values to choose from, and setting one."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import access
from console.desk.actions.fields import COLUMN_OF, set_field
from console.viewer import Viewer
from console.web.choices import options
from console.web.door import house, number_in
from console.web.forms import sent
from console.web.since import caught_up


async def set(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        receipt = await house(request).desk.do(
            set_field,
            number_in(request),
            viewer.person,
            field=request.path_params["field"],
            value=form.value("value"),
            before=form.text("before") if "before" in form.form else None,
            command_id=form.command_id,
        )
    return await caught_up(request, viewer, "staff", form, receipt.seq)


async def choices(request: Request, viewer: Viewer) -> Response:
    field: str = request.path_params["field"]
    place, number = house(request), number_in(request)

    def render(connection: Connection) -> str:
        row = access.find_ticket(connection, number, viewer.person, "staff")
        current = str(getattr(row, COLUMN_OF.get(field, field)) or "")
        context = {"field": field, "current": current, "options": options(connection, row, field, viewer.language)}
        return place.templates.page(viewer.language, "tickets/choices.html", context)

    return HTMLResponse(await place.desk.read(render))
