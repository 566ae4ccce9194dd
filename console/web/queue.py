"""/tickets: a list of tickets with its filters, its saved views, how many each list has, and a look at one ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import access, applications, conversation, look, people, preview, queue, saved_views, tags
from console.desk.actions import saving_views
from console.desk.actions.saving_views import SHARERS
from console.desk.errors import N_, Invalid
from console.desk.filters import AGES, SHOWS, SORTS, Filter
from console.desk.paging import Cursor
from console.desk.people import Person
from console.desk.saved_views import NAME_LIMIT, SavedView
from console.desk.tables import company, department
from console.desk.ticket import PRIORITIES, STATUSES, TYPES
from console.viewer import Viewer
from console.web.door import house, json, number_in, page, see_other, wants_json
from console.web.forms import sent


async def index(request: Request, viewer: Viewer) -> Response:
    place = house(request)
    asked = {name: ",".join(request.query_params.getlist(name)) for name in request.query_params}
    cursor, now = Cursor.parse(asked.get("cursor", "")), place.desk.clock()

    def context(connection: Connection) -> Mapping[str, Any]:
        views = saved_views.of(connection, viewer.person)
        saved = next((each for each in views if str(each.id) == asked.get("view")), None)
        chosen = saved.filter if saved else Filter.of(asked)
        found = queue.staff_page(connection, viewer.person, chosen, cursor, now)

        def row(ticket: queue.TicketRow) -> str:
            roster, claim = place.presence.roster(ticket.number), place.presence.claim(ticket.number)
            return place.renderer.row(ticket, roster.viewers, claim, viewer.language)

        return {
            "rows": found.rows,
            "ticket_row": row,
            "looked": look.of(connection, viewer.person.id, [each.number for each in found.rows]),
            "chosen": chosen,
            "saved": saved,
            "channel": f"view:{saved.id if saved else chosen.show if chosen == Filter(show=chosen.show) else chosen}",
            "counts": counted(connection, viewer.person, views, now),
            "older": found.older and _address(chosen, saved, cursor=str(found.older)),
            "newer": found.newer and _address(chosen, saved, cursor=str(found.newer)),
            "address": lambda **changed: _address(chosen.but(**changed), None),
            "names": _names(connection, viewer.person, chosen),
            **CHOICES,
            "none_free": asked.get("none") == "1",
            "most_counted": queue.MOST_COUNTED,
            "may_share": viewer.person.role in SHARERS,
        }

    return await page(request, viewer, "tickets/index.html", context)


CHOICES = {
    "shows": SHOWS,
    "sorts": SORTS,
    "ages": AGES,
    "statuses": STATUSES,
    "priorities": PRIORITIES[::-1],
    "types": TYPES,
    "name_limit": NAME_LIMIT,
}


async def counts(request: Request, viewer: Viewer) -> Response:
    """How many tickets each list and each view of this technician has, by the name that the navigation gives it."""
    desk = house(request).desk

    def read(connection: Connection) -> dict[str, int]:
        views = saved_views.of(connection, viewer.person)
        return counted(connection, viewer.person, views, desk.clock())

    return json({"counts": await desk.read(read), "most": queue.MOST_COUNTED})


async def summary(request: Request, viewer: Viewer) -> Response:
    """A fragment: the priority, the status and the latest comment of a ticket, and who is there."""
    place, number = house(request), number_in(request)

    def render(connection: Connection) -> str:
        row = access.find_ticket(connection, number, viewer.person, "staff")
        context = {
            "ticket": conversation.staff_ticket(connection, row),
            "latest": preview.latest(connection, number),
            "here": place.presence.roster(number).viewers,
        }
        return place.templates.page(viewer.language, "tickets/summary.html", context)

    return HTMLResponse(await place.desk.read(render))


async def save_view(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        chosen = Filter.parse(form.text("filter"))
        if chosen is None:
            raise Invalid(N_("%(value)s is not a possible value here."), field="filter", value=form.text("filter")[:40])
        receipt = await house(request).desk.do(
            saving_views.save_view,
            viewer.person,
            name=form.text("name"),
            chosen=chosen,
            shared=bool(form.switch_or_none("shared")),
        )
    target = f"/tickets?view={receipt.made}"
    return json({"address": target}) if wants_json(request) else see_other(target)


async def delete_view(request: Request, viewer: Viewer) -> Response:
    async with sent(request):
        await house(request).desk.do(
            saving_views.delete_view, viewer.person, view_id=int(request.path_params["number"])
        )
    return json({"address": "/tickets"}) if wants_json(request) else see_other("/tickets")


def counted(connection: Connection, viewer: Person, views: list[SavedView], now: Any) -> dict[str, int]:
    lists = saved_views.lists(views)
    return {name: queue.count(connection, viewer, chosen, now) for name, chosen in lists.items()}


def _address(chosen: Filter, saved: SavedView | None, **more: str) -> str:
    asked = {"view": str(saved.id)} if saved else chosen.query
    return f"/tickets?{urlencode({**asked, **more}, safe=',')}"


def _names(connection: Connection, viewer: Person, chosen: Filter) -> dict[str, Any]:
    """The departments, technicians and applications to choose from, and whom the filter names."""
    places = select(department.c.id, department.c.name).order_by(department.c.name)
    open_ones = [row for row in connection.execute(places) if access.works_in(viewer, row.id)]
    able = access.technicians(connection, *(row.id for row in open_ones)) if open_ones else []
    asker = people.names(connection, [chosen.requester]).get(chosen.requester or 0)
    firm = connection.execute(select(company.c.name).where(company.c.id == chosen.company)).scalar_one_or_none()
    return {
        "departments": {row.id: row.name for row in open_ones},
        "technicians": {who.id: who.name for who, _ in able},
        "applications": applications.known(connection, viewer),
        "tags": tags.known(connection, viewer),
        "requester": asker.name if asker else None,
        "company": firm,
    }
