"""/settings/desk: what an admin switches for the whole desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.desk import options
from console.desk.actions import switching
from console.desk.errors import Invalid
from console.language import translate
from console.viewer import Viewer
from console.web.door import house, page, see_other
from console.web.forms import sent

PLACE = "/settings/desk"


async def show(request: Request, viewer: Viewer) -> Response:
    return await _page(request, viewer)


async def switch(request: Request, viewer: Viewer) -> Response:
    """`name` and `on`, or the `address` of letters about occurrences."""
    async with sent(request) as form:
        desk = house(request).desk
        if "address" in form.form:
            try:
                await desk.do(switching.send_occurrences_from, viewer.person, address=form.text("address"))
            except Invalid as wrong:
                problem = translate(viewer.language, wrong.sentence, **wrong.named)
                return await _page(request, viewer, 422, problem=problem, address=form.text("address"))
        else:
            await desk.do(switching.switch, viewer.person, name=form.text("name"), on=form.switch("on"))
    return see_other(PLACE)


async def _page(request: Request, viewer: Viewer, status: int = 200, **typed: str) -> Response:
    def context(connection: Connection) -> Mapping[str, Any]:
        found = options.load(connection)
        address = house(request).desk.post.address
        return {"options": found, "own_address": address, "address": found.occurrence_sender, "problem": "", **typed}

    return await page(request, viewer, "settings/desk.html", context, status)
