"""/healthz: the loop turns. /readyz: the database answers and the live feed is close behind the log."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from console.desk import activity
from console.viewer import Viewer
from console.web.door import house

MOST_LAG = 5.0  # seconds


async def alive(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    place = house(request)
    try:
        await place.desk.read(activity.head)
    except SQLAlchemyError:
        return PlainTextResponse("the database does not answer\n", 503)
    lag = place.lag()
    if lag >= MOST_LAG:
        return PlainTextResponse(f"the live feed is {lag:.0f} s behind\n", 503)
    return PlainTextResponse("ok\n")


async def start(request: Request, viewer: Viewer) -> Response:
    """Everybody's front door: the console for staff, the portal for requesters."""
    return RedirectResponse("/tickets" if viewer.person.is_staff else "/portal", 303)


async def favicon(request: Request) -> Response:
    return house(request).statics.favicon()
