"""The wall around every answer: security headers, and no command from another site's page."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.web.errors import TOLD, http_error

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; manifest-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class SecurityHeaders:
    """Adds the headers that a response does not set itself, to every response without exception."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, guarded)


class ToldOnce:
    """Ends a failure that was answered and logged; without it the server would log the same traceback again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            if scope.get(TOLD) is not error:
                raise


class SameSite:
    """Refuses commands that a page of another site makes a signed-in browser send.

    Browsers say where a request comes from (`Sec-Fetch-Site`, older ones `Origin`) and pages can't forge it. A program
    that sends neither holds no cookie that it was tricked into using.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_command(scope) and not _from_here(Headers(scope=scope)):
            response = await http_error(Request(scope), HTTPException(403))
            return await response(scope, receive, send)
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuses a body that is too large while it comes in, in the words of the door that reads it."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        declared = Headers(scope=scope).get("content-length", "")
        came = 0

        async def limited() -> Message:
            nonlocal came
            if declared.isdecimal() and int(declared) > self.most:
                raise HTTPException(413)
            message = await receive()
            came += len(message.get("body", b""))
            if came > self.most:
                raise HTTPException(413)
            return message

        await self.app(scope, limited, send)


def _is_command(scope: Scope) -> bool:
    """Whether it could act in the name of a cookie; the API opens by token alone."""
    if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
        return False
    path: str = scope["path"]
    return not path.startswith("/api/")


def _from_here(headers: Mapping[str, str]) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")
