"""The names a desk answers to. A page that reached it under another one (a name that was bent to this address) gets nothing."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from console.config import Settings
from console.desk.errors import N_
from console.language import choose, translate

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
FOR_MACHINES = {"/healthz", "/readyz", "/metrics"}  # asked by balancers, under the machine's own address


class KnownHosts:
    """With a base_url its name and this machine's own; without one addresses in numbers and the name listened on, too."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._named = urlsplit(settings.base_url).hostname
        self._host = settings.host.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in FOR_MACHINES or self._knows(Headers(scope=scope)):
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        language = choose(None, Headers(scope=scope).get("accept-language", ""))
        response = PlainTextResponse(translate(language, N_("This desk has another address.")), 421)
        await response(scope, receive, send)

    def _knows(self, headers: Headers) -> bool:
        asked = HOST.fullmatch(headers.get("host", ""))
        if asked is None:
            return False
        name = asked[1].lower().strip("[]")
        if name == self._named or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return not self._named and name == self._host
        return not self._named or address.is_loopback
