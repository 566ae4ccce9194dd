"""Tags of a ticket."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.desk.actions.tagging import set_tag
from console.viewer import Viewer
from console.web.door import house, number_in
from console.web.forms import sent
from console.web.since import caught_up


async def set(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        receipt = await house(request).desk.do(
            set_tag,
            number_in(request),
            viewer.person,
            name=form.text("tag"),
            on=form.switch("on"),
            command_id=form.command_id,
        )
    return await caught_up(request, viewer, "staff", form, receipt.seq)
