"""/healthz: the loop turns. /readyz: the database answers and the live feed is close behind the log. /metrics: figures."""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import ip_address

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
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


async def metrics(request: Request) -> Response:
    """Figures for Prometheus: for this machine itself, or for whoever holds the token of the settings."""
    place = house(request)
    if not _may_measure(request, place.settings.metrics_token):
        raise HTTPException(404)
    try:
        return Response(await place.metrics(), media_type=CONTENT_TYPE_LATEST)
    except SQLAlchemyError:
        return PlainTextResponse("the database does not answer\n", 503)


def _may_measure(request: Request, token: str) -> bool:
    if token:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and compare_digest(given.strip().encode(), token.encode())
    # Whatever came through a proxy on this machine came from somewhere else.
    proxied = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
    return not proxied and request.client is not None and ip_address(request.client.host).is_loopback


async def start(request: Request, viewer: Viewer) -> Response:
    """Everybody's front door: the console for staff, the portal for requesters."""
    return RedirectResponse("/tickets" if viewer.person.is_staff else "/portal", 303)


async def manifest(request: Request) -> Response:
    """What a device needs to know to install the portal as an app."""
    place = house(request)
    sizes = {"app-192.png": ("192x192", "any"), "app-512.png": ("512x512", "any")}
    sizes["app-maskable-512.png"] = ("512x512", "maskable")
    icons = [
        {"src": place.statics.url(f"icons/{file}"), "sizes": size, "type": "image/png", "purpose": purpose}
        for file, (size, purpose) in sizes.items()
    ]
    name = place.settings.desk_name
    told = {"id": "/portal", "name": name, "short_name": name, "start_url": "/portal", "scope": "/", "icons": icons}
    told |= {"display": "standalone", "background_color": "#f5f8fa", "theme_color": "#006c88"}
    return Response(msgspec.json.encode(told), media_type="application/manifest+json")


async def favicon(request: Request) -> Response:
    return house(request).statics.favicon()
