"""Catch-up: what happened on a ticket behind a number. It is also the answer to every command of the ticket's page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console import fragments
from console.desk.kinds import Audience
from console.viewer import Viewer
from console.web.door import Handler, house, json, number_in
from console.web.forms import Sent


def since(audience: Audience) -> Handler:
    """The door of one audience: `GET …/since/{seq}?epoch=`."""

    async def show(request: Request, viewer: Viewer) -> Response:
        epoch = request.query_params.get("epoch") or None
        after: int = request.path_params["seq"]
        return json(await _answer(request, viewer, audience, number_in(request), after, epoch))

    return show


async def caught_up(request: Request, viewer: Viewer, audience: Audience, form: Sent, head: int) -> Response:
    """The answer to a command: everything behind the page's `last`; without one, only the new `head`."""
    last = form.whole("last")
    after = head if last is None else last
    return json(await _answer(request, viewer, audience, number_in(request), after, form.text("epoch") or None))


async def _answer(
    request: Request, viewer: Viewer, audience: Audience, number: int, after: int, epoch: str | None
) -> dict[str, Any]:
    place = house(request)

    def answer(connection: Connection) -> dict[str, Any]:
        stretch = fragments.since(connection, number, viewer.person, audience, after, epoch)
        return place.renderer.answer(stretch, viewer.language)

    return await place.desk.read(answer)
