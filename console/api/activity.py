"""GET /tickets/{number}/activity: the log of a ticket behind a number, for programs that keep up with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.api import items, sides
from console.api.door import house, json, number_in, whole
from console.desk import activity as log
from console.viewer import Viewer

PAGE, MOST = 100, 200  # activities


async def index(request: Request, viewer: Viewer) -> Response:
    number, after, limit = number_in(request), whole(request, "after", 0), whole(request, "limit", PAGE, MOST, least=1)

    def load(connection: Connection) -> Any:
        row, audience = sides.find(connection, number, viewer.person)
        behind = log.of_ticket(connection, number, audience, after, limit)
        head = row.seq if audience == "staff" else row.public_seq
        return {"head": head, "items": items.shown(connection, behind, audience)}

    return json(await house(request).desk.read(load))
