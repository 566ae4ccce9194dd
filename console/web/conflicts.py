"""Two people at once: what a send missed, and a field that somebody else set. Nothing was stored; the person decides."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from console.desk import access, activity, conversation
from console.desk.actions.fields import KIND_OF
from console.desk.chat import LINE
from console.desk.errors import Changed, Missed
from console.desk.tables import activity as log
from console.language import translate
from console.viewer import Viewer
from console.web.choices import option
from console.web.door import house, json, number_in


async def missed(request: Request, error: Exception) -> Response:
    """409 with `guard`: the head that Send anyway has to name, how much was missed, and exactly that as HTML."""
    assert isinstance(error, Missed)
    place, viewer = house(request), _viewer(request)

    def render(connection: Connection) -> str:
        access.find_ticket(connection, number_in(request), viewer.person, "staff")
        entries = conversation.entries(connection, activity.at(connection, error.positions))
        render_one = partial(place.renderer.entry, language=viewer.language)
        return "".join(render_one(each, block="chat" if each.kind == LINE else "thread") for each in entries)

    shown = {"head": error.head, "count": len(error.positions), "html": await place.desk.read(render)}
    return json({"error": translate(viewer.language, error.sentence), "field": None, "guard": shown}, 409)


async def changed(request: Request, error: Exception) -> Response:
    """409 with `merge`: the value that holds now, and both values to pick from, with who set theirs and when."""
    assert isinstance(error, Changed) and error.field is not None
    place, viewer, field = house(request), _viewer(request), error.field

    def render(connection: Connection) -> str:
        row = access.find_ticket(connection, number_in(request), viewer.person, "staff")
        context: dict[str, Any] = {
            "field": field,
            "theirs": option(connection, row, field, error.value, viewer.language),
            "mine": option(connection, row, field, error.wanted, viewer.language),
            "last": _last(connection, row.number, field),
        }
        return place.templates.page(viewer.language, "tickets/merge.html", context)

    html = await place.desk.read(render)
    said = translate(viewer.language, error.sentence)
    return json({"error": said, "field": field, "merge": {"value": error.value, "html": html}}, 409)


def _last(connection: Connection, number: int, field: str) -> conversation.Entry | None:
    """The activity that set the field last, if any did."""
    of_field = select(log.c.position).where(log.c.ticket_number == number, log.c.kind == KIND_OF[field])
    position = connection.execute(of_field.order_by(log.c.seq.desc()).limit(1)).scalar()
    found = [] if position is None else conversation.entries(connection, activity.at(connection, [position]))
    return found[0] if found else None


def _viewer(request: Request) -> Viewer:
    viewer: Viewer = request.state.viewer
    return viewer
