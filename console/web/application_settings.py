"""/settings/applications: what an admin offers to requesters: applications with their modules, and departments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.desk import offers
from console.desk.actions import offering
from console.desk.errors import N_, Invalid
from console.language import translate
from console.viewer import Viewer
from console.web.door import house, page, see_other, wants_json
from console.web.forms import Sent, sent

PLACE = "/settings/applications"


async def show(request: Request, viewer: Viewer) -> Response:
    return await _page(request, viewer)


async def change(request: Request, viewer: Viewer) -> Response:
    """`act` (add, rename, offer, move, offer_to) of `what` (application, module, department) with this `id`.

    A new module names its application in `of`. After a refusal the page says why where it was typed.
    """
    async with sent(request) as form:
        try:
            made = await _do(request, viewer, form)
        except Invalid as refusal:
            if wants_json(request) or refusal.field != "name":
                raise
            problem = translate(viewer.language, refusal.sentence, **refusal.named)
            where = f"{form.text('act')}-{form.text('what')}-{form.text('of') or form.text('id')}"
            return await _page(request, viewer, 422, where=where, problem=problem, typed=form.text("name"))
    what = form.text("what")
    return see_other(f"{PLACE}#{what}-{made or form.text('id')}" if what != "department" else f"{PLACE}#departments")


async def _do(request: Request, viewer: Viewer, form: Sent) -> int | None:
    """Do what the form says; gives the id of what was made."""
    do, person = house(request).desk.do, viewer.person
    act, name, row_id = form.text("act"), form.text("name"), form.whole("id") or 0
    what: Literal["application", "module"] = "module" if form.text("what") == "module" else "application"
    match act:
        case "add" if what == "module":
            of = form.whole("of") or 0
            receipt = await do(offering.add_module, person, of, name=name, command_id=form.command_id)
        case "add":
            receipt = await do(offering.add_application, person, name=name, command_id=form.command_id)
        case "rename":
            receipt = await do(offering.rename, person, what, row_id, name=name)
        case "offer" if form.text("what") == "department":
            receipt = await do(offering.offer, person, "department", row_id, on=form.switch("on"))
        case "offer":
            receipt = await do(offering.offer, person, what, row_id, on=form.switch("on"))
        case "move":
            receipt = await do(offering.move, person, what, row_id, up=form.switch("on"))
        case "offer_to":
            chosen = {
                whose: [int(each) for each in form.all(whose) if each.isdecimal() and each.isascii() and len(each) < 16]
                for whose in ("companies", "departments")
            }
            receipt = await do(offering.offer_to, person, row_id, **chosen)
        case _:
            raise Invalid(N_("%(value)s is not a possible value here."), field="act", value=act[:40])
    return receipt.made


async def _page(request: Request, viewer: Viewer, status: int = 200, **typed: str) -> Response:
    def context(connection: Connection) -> Mapping[str, Any]:
        return {"offers": offers.load(connection), "where": "", "problem": "", "typed": "", **typed}

    return await page(request, viewer, "settings/applications.html", context, status)
