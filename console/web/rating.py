"""/portal/requests/N/rating: how the requester found the way it was resolved. The links in mails only show the question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.desk import access, ratings
from console.desk.actions import rating
from console.viewer import Viewer
from console.web.door import house, number_in, page, see_other, wants_json
from console.web.forms import sent
from console.web.since import caught_up


async def show(request: Request, viewer: Viewer) -> Response:
    """A fragment; empty if this person is asked nothing."""

    def context(connection: Connection) -> Mapping[str, Any]:
        row = access.find_ticket(connection, number_in(request), viewer.person, "public")
        asked = ratings.question(connection, viewer.person, row, house(request).desk.clock())
        return {"rating": asked, "chosen": ""}

    return await page(request, viewer, "public/rating.html", context)


async def rate(request: Request, viewer: Viewer) -> Response:
    """`value` and `comment`."""
    async with sent(request) as form:
        receipt = await house(request).desk.do(
            rating.rate,
            number_in(request),
            viewer.person,
            value=form.text("value"),
            comment=form.text("comment"),
            command_id=form.command_id,
        )
    if wants_json(request):
        return await caught_up(request, viewer, "public", form, receipt.public_seq)
    return see_other(f"/portal/requests/{number_in(request)}")
