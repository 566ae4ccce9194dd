"""/notifications: who called this person, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.desk.actions.viewing import read_notifications
from console.desk.notification import latest
from console.desk.notification import unread as count_unread
from console.viewer import Viewer
from console.web.door import house, json, page, see_other


async def index(request: Request, viewer: Viewer) -> Response:
    def context(connection: Connection) -> Mapping[str, Any]:
        return {"notices": latest(connection, viewer.person)}

    return await page(request, viewer, "notifications/index.html", context)


async def unread(request: Request, viewer: Viewer) -> Response:
    return json({"unread": await house(request).desk.read(count_unread, viewer.person)})


async def read(request: Request, viewer: Viewer) -> Response:
    await house(request).desk.do(read_notifications, viewer.person)
    return see_other("/notifications")
