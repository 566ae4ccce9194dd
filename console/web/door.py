"""What all doors share: who is asking, JSON or page, and the page's frame."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console import logs
from console import viewer as viewers
from console.desk import saved_views
from console.desk.errors import NotFound
from console.desk.mailbox import behind
from console.desk.notification import unread
from console.desk.people import Who
from console.house import House
from console.language import choose
from console.viewer import Viewer

Handler = Callable[[Request, Viewer], Awaitable[Response]]
Door = Callable[[Request], Awaitable[Response]]

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Shown:
    """The viewer as templates see them."""

    person: Who
    role: str
    language: str
    email: str
    letter_keys: bool = True
    may_ask: bool = True  # for something new in the portal


class SignedOut(Exception):
    """Nobody is signed in, or the session has ended."""


def house(request: Request) -> House:
    found: House = request.app.state.house
    return found


def wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def json(value: object, status: int = 200) -> Response:
    return Response(_encode(value), status, media_type="application/json")


def language_of(request: Request) -> str:
    """The language of somebody who is not signed in: chosen on the sign-in page, then the browser's."""
    return choose(request.cookies.get(viewers.LANGUAGE_COOKIE), request.headers.get("accept-language", ""))


class Withdrawn(Exception):
    """What this person may do changed while their request was on its way: nothing was done, and they may ask again."""


async def viewer_of(request: Request) -> Viewer | None:
    place = house(request)
    request.state.withdrawn = place.presence.withdrawn
    cookie = request.cookies.get(viewers.cookie_name(place.settings.https))
    return await viewers.by_session(place.desk, cookie, request.headers.get("accept-language", ""))


def signed_in(handler: Handler) -> Door:
    """A door for everybody who is signed in."""

    async def door(request: Request) -> Response:
        viewer = await viewer_of(request)
        if viewer is None:
            raise SignedOut
        request.state.viewer = viewer
        logs.person.set(viewer.person.id)
        logs.ticket.set(request.path_params.get("number"))
        return await handler(request, viewer)

    return door


async def asked_still(request: Request, viewer: Viewer) -> None:
    """Refuse a request whose body took so long that its sender lost their access meanwhile.

    Who asks is looked up at the first byte, and a body may be dripped in for hours. Raises SignedOut, Withdrawn.
    """
    place = house(request)
    expired = viewer.expires_at is not None and viewer.expires_at <= place.desk.clock()
    if not expired and request.state.withdrawn == place.presence.withdrawn:
        return
    now = await viewer_of(request)
    if now is None:
        raise SignedOut
    if now.person != viewer.person:
        raise Withdrawn


def for_staff(handler: Handler) -> Door:
    """A door for technicians, leads and admins; to others it does not exist."""

    async def staff_only(request: Request, viewer: Viewer) -> Response:
        if not viewer.person.is_staff:
            raise NotFound
        return await handler(request, viewer)

    return signed_in(staff_only)


def number_in(request: Request) -> int:
    """The ticket's number in the address."""
    number: int = request.path_params["number"]
    return number


def address(request: Request) -> str:
    """The page's address on this desk, with its filters."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


async def page(
    request: Request,
    viewer: Viewer,
    name: str,
    context: Callable[[Connection], Mapping[str, Any]],
    status: int = 200,
) -> Response:
    """A whole page: its data are read and it is rendered in a reader's thread. Refusals of `context` pass through."""
    place = house(request)
    person = viewer.person
    shown = Shown(person.who, person.role, viewer.language, person.email, person.letter_keys, person.only is None)
    frame = {"viewer": shown, "path": address(request)}

    def render(connection: Connection) -> str:
        desk, marks = place.desk, dict[str, Any](unread=0, behind=0)
        if person.is_staff:
            marks |= {"unread": unread(connection, person), "views": saved_views.of(connection, person)}
        if person.role == "admin":
            marks["behind"] = behind(connection, desk.post.mailboxes, desk.clock())
        return place.templates.page(viewer.language, name, {**frame, **marks, **context(connection)})

    return HTMLResponse(await place.desk.read(render), status)


def see_other(path: str) -> Response:
    return RedirectResponse(path, 303)


def safe_path(path: str) -> str:
    """`path` if it stays on this desk, otherwise the start."""
    inside = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if inside and path.isprintable() and "%5c" not in path.lower() else "/"
