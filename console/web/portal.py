"""/portal: a requester's requests. Everything here is rendered from public entries and public templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console import fragments
from console.desk import access, chat, ratings, requests
from console.desk.actions import requesting
from console.desk.actions.preferring import choose_newest_first, choose_request_order
from console.desk.actions.viewing import look_in_public
from console.desk.paging import Cursor
from console.desk.people import Person
from console.desk.requests import ORDERS, SHOWS, TABS, Asked, Tab
from console.viewer import Viewer
from console.web.door import house, number_in, page, safe_path, see_other, wants_json
from console.web.forms import plain, read_form, sent
from console.web.since import caught_up
from console.web.tickets import limits, shown

WORDS = 200  # characters that are searched for


async def index(request: Request, viewer: Viewer) -> Response:
    asked = _asked(request, viewer.person)

    def context(connection: Connection) -> Mapping[str, Any]:
        return list_of(connection, viewer.person, asked)

    return await page(request, viewer, "public/requests.html", context)


async def region(request: Request, viewer: Viewer) -> Response:
    """`GET /portal/list`: the region of the list alone, as it is now; `current` is the request beside it."""
    asked, current = _asked(request, viewer.person), request.query_params.get("current", "")
    number = int(current) if current.isascii() and current.isdigit() and len(current) < 16 else 0

    def context(connection: Connection) -> Mapping[str, Any]:
        return list_of(connection, viewer.person, asked, number)

    return await page(request, viewer, "public/list.html", context)


async def choose(request: Request, viewer: Viewer) -> Response:
    """How lists of requests are sorted (`requests`), and whether conversations begin with the newest (`newest_first`)."""
    async with read_form(request) as form:
        chosen, newest, following = (plain(form.get(name)) for name in ("requests", "newest_first", "next"))
    desk = house(request).desk
    if order := next((each for each in ORDERS if each == chosen), None):
        await desk.do(choose_request_order, viewer.person, order=order)
    if newest in ("0", "1"):
        await desk.do(choose_newest_first, viewer.person, on=newest == "1")
    return see_other(safe_path(following or "/portal"))


async def look(request: Request, viewer: Viewer) -> Response:
    """A page shows the request up to `seen`, a public number."""
    async with sent(request) as form:
        await house(request).desk.do(look_in_public, number_in(request), viewer.person, seen=form.whole("seen"))
    return Response(status_code=204)


async def reopen(request: Request, viewer: Viewer) -> Response:
    """Say that a resolved request is not solved."""
    async with sent(request) as form:
        receipt = await house(request).desk.do(
            requesting.reopen, number_in(request), viewer.person, command_id=form.command_id
        )
    if wants_json(request):
        return await caught_up(request, viewer, "public", form, receipt.public_seq)
    return see_other(f"/portal/requests/{number_in(request)}")


async def show(request: Request, viewer: Viewer) -> Response:
    renderer, number, settings = house(request).renderer, number_in(request), house(request).settings

    def context(connection: Connection) -> Mapping[str, Any]:
        stretch = fragments.whole(connection, number, viewer.person, "public")
        files = settings.portal_images + settings.portal_documents
        mark = chat.marks(connection, number)["requester"] if stretch.ticket.chat else None
        asked = Asked(requests.home(connection, viewer.person, number))
        row = access.find_ticket(connection, number, viewer.person, "public")
        return {
            "rating": ratings.question(connection, viewer.person, row, house(request).desk.clock()),
            "chosen": request.query_params.get("rating", ""),
            **shown(renderer, stretch, viewer.language, mark),
            "limits": limits(settings, files),
            "newest_first": viewer.person.newest_first,
            **list_of(connection, viewer.person, asked, number),
        }

    return await page(request, viewer, "public/show.html", context)


def list_of(connection: Connection, viewer: Person, asked: Asked, current: int = 0) -> dict[str, Any]:
    """What the list is made of; `current` is the request that is being read beside it."""
    found = requests.without_news(requests.listed(connection, viewer, asked), current)
    plain = replace(asked, cursor=None)
    return {
        "listed": found,
        "asked": asked,
        "current": current,
        "order": viewer.request_order,
        "sees_company": requests.may_ask_company(viewer),
        "region_url": _address("/portal/list", asked, current=current),
        "shows": {show: _address("/portal", replace(plain, show=show)) for show in SHOWS},
        "tabs": {tab: _address("/portal", Asked(tab)) for tab in TABS},
        "unfiltered": _address("/portal", Asked(asked.tab)),
        "before": found.before and _address("/portal", replace(asked, cursor=found.before)),
        "after": found.after and _address("/portal", replace(asked, cursor=found.after)),
    }


def _asked(request: Request, viewer: Person) -> Asked:
    query = request.query_params
    tab: Tab = next((each for each in TABS if each == query.get("tab")), "mine")
    return Asked(
        tab if requests.may_ask_company(viewer) else "mine",
        next((each for each in SHOWS if each == query.get("show")), "all"),
        " ".join(query.get("q", "").replace("\0", "").split())[:WORDS],
        Cursor.parse(query.get("cursor", "")),
    )


def _address(path: str, asked: Asked, current: int = 0) -> str:
    """The address of what is asked, without what goes without saying."""
    usual = {"tab": "mine", "show": "all", "q": "", "cursor": "", "current": "0"}
    values = {"tab": asked.tab, "show": asked.show, "q": asked.words, "cursor": str(asked.cursor or "")}
    told = {name: value for name, value in {**values, "current": str(current)}.items() if value != usual[name]}
    return f"{path}?{urlencode(told)}" if told else path
