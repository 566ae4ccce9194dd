"""/board: the lead's live board, and what a lead says to one technician. For those who lead nothing it does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.desk import board, board_lists
from console.desk.actions.whispering import WORDS_LIMIT, whisper
from console.desk.errors import NotFound
from console.viewer import Viewer
from console.web.door import Door, Handler, for_staff, house, json, page, see_other, wants_json
from console.web.forms import sent


def for_leads(handler: Handler) -> Door:
    """A door for leads and admins; to others it does not exist."""

    async def leads_only(request: Request, viewer: Viewer) -> Response:
        if not board.may_see(viewer.person):
            raise NotFound
        return await handler(request, viewer)

    return for_staff(leads_only)


async def show(request: Request, viewer: Viewer) -> Response:
    place, wanted = house(request), board.scope(viewer.person)
    presence = place.presence

    def context(connection: Connection) -> Mapping[str, Any]:
        found = board.read(connection, wanted, presence.here(), presence.is_online, place.desk.clock())
        return {
            "card": partial(place.renderer.card, found, language=viewer.language),
            "wall": request.query_params.get("wall") == "1",
            "words_limit": WORDS_LIMIT,
            "able": board_lists.able(connection, [each.id for each in found.queues]),
        }

    return await page(request, viewer, "board/index.html", context)


async def say(request: Request, viewer: Viewer) -> Response:
    """Whisper to one technician."""
    async with sent(request) as form:
        await house(request).desk.do(
            whisper,
            viewer.person,
            person_id=form.whole("person"),
            words=form.text("body"),
            command_id=form.command_id,
        )
    return json({}) if wants_json(request) else see_other("/board")
