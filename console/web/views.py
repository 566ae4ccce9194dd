"""How far a technician has seen tickets: the page tells it, lists ask for it. A GET changes nothing, so this is a command."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from console.desk import look
from console.desk.actions.viewing import look_on, mark_unread, record_view
from console.viewer import Viewer
from console.web.door import house, json, number_in
from console.web.forms import sent
from console.web.since import caught_up

MOST_LOOKS = 200  # tickets of one question
NUMBER = re.compile(r"[0-9]{1,15}")


async def create(request: Request, viewer: Viewer) -> Response:
    """A page came into view and shows everything up to `seen`; with `later`, it was opened before and shows more by now."""
    async with sent(request) as form:
        act = look_on if form.text("later") else record_view
        await house(request).desk.do(act, number_in(request), viewer.person, seen=form.whole("seen"))
    return Response(status_code=204)


async def unread(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        desk, command_id = house(request).desk, form.command_id
        receipt = await desk.do(mark_unread, number_in(request), viewer.person, command_id=command_id)
    return await caught_up(request, viewer, "staff", form, receipt.seq)


async def looks(request: Request, viewer: Viewer) -> Response:
    """One's own looks at the tickets in `numbers`, those never looked at left out."""
    asked = request.query_params.get("numbers", "").split(",")[:MOST_LOOKS]
    numbers = [int(each) for each in asked if NUMBER.fullmatch(each)]
    found = await house(request).desk.read(look.of, viewer.person.id, numbers)
    return json({"looks": {str(number): seq for number, seq in found.items()}})
