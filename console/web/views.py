"""/tickets/{n}/views: the page tells that it was opened. A GET changes nothing, so this is a command of its own."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.desk.actions.viewing import record_view
from console.viewer import Viewer
from console.web.door import house, number_in


async def create(request: Request, viewer: Viewer) -> Response:
    await house(request).desk.do(record_view, number_in(request), viewer.person)
    return Response(status_code=204)
