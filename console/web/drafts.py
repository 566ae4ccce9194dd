"""Drafts of a ticket's page: one's own, over all devices, and those that colleagues share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from json import dumps
from typing import Any, Concatenate

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import access
from console.desk import draft as drafts
from console.desk.actions import drafting
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.draft import OwnDraft
from console.desk.errors import N_, DraftMoved, Invalid
from console.viewer import Viewer
from console.web.door import house, json, number_in
from console.web.forms import sent

Act = Callable[Concatenate[Desk, int, Any, ...], Receipt]


def on_page(connection: Connection, number: int, person_id: int) -> dict[str, Any]:
    """What the ticket's page shows of drafts. The text is in its box already, so that nothing appears late."""
    own = drafts.mine(connection, number, person_id)
    known = {name: value for name, value in asdict(own).items() if name != "body"}
    return {"draft": own, "draft_known": dumps(known), "drafts": drafts.shared(connection, number)}


async def mine(request: Request, viewer: Viewer) -> Response:
    return json(await _own(request, viewer))


async def save(request: Request, viewer: Viewer) -> Response:
    """The version that the draft has now, or the draft itself if another device changed it meanwhile: then nothing was
    saved. That is no failure, and no line in the browser's console: two devices are ordinary."""
    async with sent(request) as form:
        version = form.number("version")
        if version is None:
            raise Invalid(N_("%(name)s is missing."), field="version", name="version")
        try:
            await house(request).desk.do(
                drafting.save,
                number_in(request),
                viewer.person,
                version=version,
                mode=form.text("mode"),
                body=form.text("body"),
                people=form.all("people"),
                keep=form.text("keep") == "1",
                limit=house(request).settings.comment_characters,
            )
        except DraftMoved:
            return json({"draft": await _own(request, viewer)})
    return json({"version": version + 1})


async def discard(request: Request, viewer: Viewer) -> Response:
    return await _done(request, viewer, drafting.discard)


async def restore(request: Request, viewer: Viewer) -> Response:
    return await _done(request, viewer, drafting.restore)


async def share(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        return await _done(request, viewer, drafting.share, on=form.switch("on"))


async def shared(request: Request, viewer: Viewer) -> Response:
    """The region with the shared drafts, as pages hold it and pushes bring it."""
    place, number = house(request), number_in(request)

    def render(connection: Connection) -> str:
        access.find_ticket(connection, number, viewer.person, "staff")
        context = {"drafts": drafts.shared(connection, number)}
        return place.templates.block(viewer.language, "tickets/shared_drafts.html", "shared_drafts", context)

    return HTMLResponse(await place.desk.read(render))


async def comment(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        author_id: int = request.path_params["author"]
        act, body = drafting.comment, form.text("body")
        await house(request).desk.do(act, number_in(request), viewer.person, author_id=author_id, body=body)
    return json({})


async def take_over(request: Request, viewer: Viewer) -> Response:
    return await _done(request, viewer, drafting.take_over, author_id=request.path_params["author"])


async def _done(request: Request, viewer: Viewer, act: Act, **named: Any) -> Response:
    """Do this to a draft; the answer is one's own as it is then."""
    await house(request).desk.do(act, number_in(request), viewer.person, **named)
    return json(await _own(request, viewer))


async def _own(request: Request, viewer: Viewer) -> OwnDraft:
    number, person = number_in(request), viewer.person

    def load(connection: Connection) -> OwnDraft:
        access.find_ticket(connection, number, person, "staff")
        return drafts.mine(connection, number, person.id)

    return await house(request).desk.read(load)
