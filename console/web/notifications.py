"""/notifications: who called this person, and where."""

from __future__ import annotations

import re
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

NUMBER = re.compile(r"[0-9]{1,15}")


async def index(request: Request, viewer: Viewer) -> Response:
    def context(connection: Connection) -> Mapping[str, Any]:
        return {"notices": latest(connection, viewer.person)}

    return await page(request, viewer, "notifications/index.html", context)


async def unread(request: Request, viewer: Viewer) -> Response:
    """How many are unread; `here`, if a page asks for its `ticket`, how many of them are about that one."""
    asked = request.query_params.get("ticket", "")
    number = int(asked) if NUMBER.fullmatch(asked) else None

    def count(connection: Connection) -> dict[str, int]:
        all_of_them = {"unread": count_unread(connection, viewer.person)}
        return all_of_them | ({} if number is None else {"here": count_unread(connection, viewer.person, number)})

    return json(await house(request).desk.read(count))


async def read(request: Request, viewer: Viewer) -> Response:
    await house(request).desk.do(read_notifications, viewer.person)
    return see_other("/notifications")
