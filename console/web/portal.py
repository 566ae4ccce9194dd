"""/portal: a requester's own requests. Everything here is rendered from public entries and public templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console import fragments
from console.desk import chat, queue
from console.desk.actions import requesting
from console.viewer import Viewer
from console.web.door import house, number_in, page, see_other, wants_json
from console.web.forms import sent
from console.web.since import caught_up
from console.web.tickets import limits, shown


async def index(request: Request, viewer: Viewer) -> Response:
    def context(connection: Connection) -> Mapping[str, Any]:
        return {"requests": queue.requests(connection, viewer.person)}

    return await page(request, viewer, "public/requests.html", context)


async def reopen(request: Request, viewer: Viewer) -> Response:
    """Say that a resolved request is not solved."""
    async with sent(request) as form:
        receipt = await house(request).desk.do(
            requesting.reopen, number_in(request), viewer.person, command_id=form.command_id
        )
    if wants_json(request):
        return await caught_up(request, viewer, "public", form, receipt.public_seq)
    return see_other(f"/portal/requests/{number_in(request)}")


async def show(request: Request, viewer: Viewer) -> Response:
    renderer, number, settings = house(request).renderer, number_in(request), house(request).settings

    def context(connection: Connection) -> Mapping[str, Any]:
        stretch = fragments.whole(connection, number, viewer.person, "public")
        files = settings.portal_images + settings.portal_documents
        mark = chat.marks(connection, number)["requester"] if stretch.ticket.chat else None
        return {
            **shown(renderer, stretch, viewer.language, mark),
            "limits": limits(settings, files),
            "requests": queue.requests(connection, viewer.person),
        }

    return await page(request, viewer, "public/show.html", context)
