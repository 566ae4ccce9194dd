"""The letters of a message: how each fares, and sending one again."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import mailroom
from console.desk.actions import sending
from console.viewer import Viewer
from console.web.door import house, json, number_in
from console.web.forms import sent


async def of_message(request: Request, viewer: Viewer) -> Response:
    """How the letters that carry this message fare, as a list."""
    place, number, message_id = house(request), number_in(request), request.path_params["message"]

    def render(connection: Connection) -> str:
        letters = mailroom.of_message(connection, viewer.person, number, message_id)
        return place.templates.page(viewer.language, "mail/letters.html", {"letters": letters, "number": number})

    return HTMLResponse(await place.desk.read(render))


async def send_again(request: Request, viewer: Viewer) -> Response:
    """Send a letter of this ticket once more."""
    place = house(request)
    letter_id = await place.desk.read(
        mailroom.letter_of, viewer.person, number_in(request), request.path_params["letter"]
    )
    async with sent(request):
        await place.desk.do(sending.send_again, letter_id, viewer.person)
    return json({})
