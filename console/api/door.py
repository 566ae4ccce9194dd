"""What the doors of the API share: who is asking, a checked JSON body in, JSON out, and the key of a command."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console import logs
from console import viewer as viewers
from console.api.bodies import Body, checked
from console.api.problems import Problem
from console.desk.errors import N_, Invalid, NotFound
from console.house import House
from console.limiting import Limit
from console.viewer import Viewer

Handler = Callable[[Request, Viewer], Awaitable[Response]]
Door = Callable[[Request], Awaitable[Response]]
B = TypeVar("B", bound=Body)

BODY_BYTES = 1 << 20  # the longest message has 64,000 characters of at most 12 bytes ("\ud83d\ude00")
STRANGERS_PER_MINUTE = 300  # requests of one address without a valid token; those with one are not held up by them
MINUTE = 60  # seconds
KEY_LIMIT = 100  # characters of an Idempotency-Key
DIGITS = 15  # of a number in an address or a query: more is not exact in JSON and too much for the database

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Command:
    """What makes a repeated command known: its id and the hash of what was asked. None: the caller sent no key."""

    id: str | None = None
    body_hash: str | None = None


def house(request: Request) -> House:
    found: House = request.app.state.house
    return found


def json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(_encode(value), status, headers, "application/json")


def with_token(handler: Handler, *, reads: str, writes: str | None = None, query: tuple[str, ...] = ()) -> Door:
    """A door for whoever sends a token. No cookie opens it, so no other site can make a browser use it.

    The token needs the scope `reads`, or `writes` for all but GET. `query` are the names that its address may carry;
    another one is refused, not ignored.
    """

    async def door(request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        viewer = None
        if scheme.lower() == "bearer":
            request.state.withdrawn = house(request).presence.withdrawn
            request.state.token = token.strip()
            viewer = await _holder(request)
        if viewer is None:
            address = request.client.host if request.client else ""
            await _count(request, Limit("strangers", STRANGERS_PER_MINUTE, MINUTE), address)
            raise Problem(401, N_("A valid API token is needed."))
        request.state.viewer = viewer
        most = house(request).settings.api_requests_per_minute
        await _count(request, Limit("api", most, MINUTE), str(viewer.person.id))
        needed = reads if request.method in ("GET", "HEAD") or writes is None else writes
        if needed not in viewer.scopes:
            challenge = f'Bearer error="insufficient_scope", scope="{needed}"'
            raise Problem(
                403,
                N_("This token may not do that: it would need the scope %(scope)s."),
                headers={"www-authenticate": challenge},
                scope=needed,
            )
        logs.person.set(viewer.person.id)
        logs.ticket.set(_whole(request.path_params.get("number", "")))
        for name in request.query_params:
            if name not in query:
                raise Invalid(N_("%(name)s is not known here."), field=name[:60], name=name[:60])
        return await handler(request, viewer)

    return door


async def _count(request: Request, limit: Limit, who: str) -> None:
    """Raises Problem if this was once too often."""
    booking = await house(request).limits.book(limit, who)
    if booking.wait is not None:
        sentence = N_("Too many requests. Try again in %(seconds)s seconds.")
        raise Problem(429, sentence, headers={"retry-after": str(booking.wait)}, seconds=booking.wait)


async def _holder(request: Request) -> Viewer | None:
    languages = request.headers.get("accept-language", "")
    return await viewers.by_token(house(request).desk, request.state.token, languages)


async def sent(request: Request, model: type[B]) -> tuple[B, Command]:
    """The body of this request, checked against `model`, and the command it makes with its Idempotency-Key.

    A body may be dripped in for hours: whoever lost access meanwhile is refused. Raises Problem, Invalid.
    """
    value = await _read_json(request)
    asking: Viewer | None = getattr(request.state, "viewer", None)
    if asking is not None and request.state.withdrawn != house(request).presence.withdrawn:
        now = await _holder(request)
        if now is None:
            raise Problem(401, N_("A valid API token is needed."))
        if now.person != asking.person:
            raise Problem(503, N_("The desk is busy. Try again in a moment."))
    return checked(model, value), _command(request, value)


def number_in(request: Request, name: str = "number") -> int:
    """A number in the address, the ticket's if no other is named. Raises NotFound if it can't be one."""
    number = _whole(request.path_params[name])
    if number is None:
        raise NotFound
    return number


def seen(request: Request) -> int | None:
    """The number in If-Seen; without the header there is no guard. Raises Invalid."""
    text = request.headers.get("if-seen")
    number = None if text is None else _whole(text)
    if text is not None and number is None:
        raise Invalid(N_("%(value)s is not a possible value here."), field="If-Seen", value=text[:40])
    return number


def whole(request: Request, name: str, default: int, most: int = 10**DIGITS, least: int = 0) -> int:
    """A whole number in the query. Raises Invalid if it is something else or out of range."""
    text = request.query_params.get(name)
    number = default if text is None else _whole(text)
    if number is None or not least <= number <= most:
        raise Invalid(N_("%(value)s is not a possible value here."), field=name, value=(text or "")[:40])
    return number


async def _read_json(request: Request) -> Any:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise HTTPException(413)
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(400, N_("This is not valid JSON.")) from None


def _command(request: Request, value: Any) -> Command:
    key = request.headers.get("idempotency-key")
    if key is None:
        return Command()
    if not 1 <= len(key) <= KEY_LIMIT:
        raise Invalid(N_("A key has 1 to %(limit)s characters."), field="Idempotency-Key", limit=KEY_LIMIT)
    canonical = msgspec.json.encode(value, order="deterministic")
    asked = b"%s %s\n%s" % (request.method.encode(), request.url.path.encode(), canonical)
    # Digests of keys live apart from the pages' command ids, and a page that shows one tells nothing of the key.
    return Command("api-" + hashlib.sha256(key.encode()).hexdigest(), hashlib.sha256(asked).hexdigest())


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None
