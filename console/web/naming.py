"""Every request has an id: in its answer's `X-Request-ID`, and in each line that is logged while it is worked on."""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console import logs

_SAFE = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Name:
    """Takes the id that a proxy gave, if it is a plain one, otherwise draws one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        name = given if _SAFE.fullmatch(given) else secrets.token_hex(8)
        for each, value in ((logs.request, name), (logs.person, None), (logs.ticket, None)):
            each.set(value)  # type: ignore[arg-type]

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-request-id"] = name
            await send(message)

        await self.app(scope, receive, named)
