"""Many tickets at once, each by itself and through the guard; and the next ticket to work on."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from console.desk import queue
from console.desk.actions.fields import COLUMN_OF, set_field, set_fields
from console.desk.actions.reply import post_reply
from console.desk.actions.tagging import set_tag
from console.desk.actions.taking_next import take_next
from console.desk.change import Receipt
from console.desk.errors import N_, Invalid, Missed, Refused
from console.desk.filters import UNSOLVED, Filter
from console.desk.message import Draft
from console.desk.tables import ticket
from console.desk.tags import checked, of
from console.language import translate
from console.viewer import Viewer
from console.web.door import house, json, see_other, wants_json
from console.web.forms import Sent, sent

AT_ONCE = 20  # tickets in one request: the page sends more in several
FIELDS = ("status", "priority", "technician")
_TICKET = re.compile(r"([1-9][0-9]{0,15}):([0-9]{1,15})")
CANDIDATES = 100  # tickets of a list that are looked at for the next one


async def act(request: Request, viewer: Viewer) -> Response:
    """`action` is a field with its `value`, `tag` with a `tag` (taken off with `before` 1), or `reply` with a `body`; each
    `ticket` is `number:seen`.

    Answers `{results: [{number, ok, error, before, message, head}]}`: what failed has an `error`, and a `head` if it was
    stopped because something arrived behind `seen`.
    """
    async with sent(request) as form:
        named = [_TICKET.fullmatch(each) for each in form.all("ticket")]
        if not 0 < len(named) <= AT_ONCE or not all(named):
            raise Invalid(N_("Between 1 and %(limit)s tickets are possible at once."), field="ticket", limit=AT_ONCE)
        doing = {"reply": _replying, "tag": _tagging}.get(form.text("action"), _setting)
        do = doing(request, viewer, form)
        results = []
        for number, seen in [(int(each[1]), int(each[2])) for each in named if each]:
            result: dict[str, Any] = {"number": number, "ok": False}
            try:
                result |= await do(number, seen) | {"ok": True}
            except Missed as stopped:
                result |= {"error": translate(viewer.language, stopped.sentence), "head": stopped.head}
            except Refused as refused:
                result["error"] = translate(viewer.language, refused.sentence, **refused.named)
            results.append(result)
    return json({"results": results})


Do = Callable[[int, int], Awaitable[dict[str, Any]]]


def _replying(request: Request, viewer: Viewer, form: Sent) -> Do:
    async def do(number: int, seen: int) -> dict[str, Any]:
        limit = house(request).settings.comment_characters
        receipt: Receipt = await house(request).desk.do(
            post_reply,
            number,
            viewer.person,
            draft=Draft(form.text("body"), limit=limit, seen=seen),
            audience="staff",
            command_id=_command(form, number),
        )
        return {"message": receipt.message_id}

    return do


def _tagging(request: Request, viewer: Viewer, form: Sent) -> Do:
    name, on = checked(form.text("tag") or form.text("value")), form.text("before") != "1"

    async def do(number: int, seen: int) -> dict[str, Any]:
        desk, command = house(request).desk, _command(form, number)
        had = name in (await desk.read(of, [number])).get(number, ())
        await desk.do(set_tag, number, viewer.person, name=name, on=on, command_id=command)
        return {"before": name if had else "", "value": name}

    return do


def _setting(request: Request, viewer: Viewer, form: Sent) -> Do:
    field, value = form.text("action"), form.text("value")
    if field not in FIELDS:
        raise Invalid(N_("%(value)s is not a possible value here."), field="action", value=field[:40])

    async def do(number: int, seen: int) -> dict[str, Any]:
        desk, command = house(request).desk, _command(form, number)
        before = await desk.read(_now, number, COLUMN_OF.get(field, field))
        if field == "status":
            values = {"status": value}
            await desk.do(set_fields, number, viewer.person, values=values, seen=seen, command_id=command)
        else:
            await desk.do(set_field, number, viewer.person, field=field, value=value, command_id=command)
        return {"before": before}

    return do


def _now(connection: Connection, number: int, column: str) -> str:
    """What a field of a ticket is before it is set; a ticket that one may not open is refused afterwards."""
    found = connection.execute(select(ticket.c[column]).where(ticket.c.number == number)).scalar_one_or_none()
    return str(found or "")


def _command(form: Sent, number: int) -> str | None:
    return f"{form.command_id}-{number}" if form.command_id else None


async def take(request: Request, viewer: Viewer) -> Response:
    """Go on with the first ticket of the list that nobody else is on."""
    place = house(request)
    async with sent(request) as form:
        chosen = Filter.parse(form.text("filter")) or Filter(show="unassigned")
        numbers = await place.desk.read(_candidates, viewer, chosen, place.desk.clock())
        free = [each for each in numbers if not _busy(request, viewer, each)]
        receipt = await place.desk.do(take_next, viewer.person, numbers=free)
    target = f"/tickets?{chosen}&none=1" if receipt.made is None else f"/tickets/{receipt.made}"
    return json({"address": target, "found": receipt.made is not None}) if wants_json(request) else see_other(target)


def _candidates(connection: Connection, viewer: Viewer, chosen: Filter, now: Any) -> list[int]:
    """The tickets of the list that wait for a technician, in its order: nobody's, or one's own."""
    waiting = chosen.but(status=tuple(each for each in chosen.statuses or UNSOLVED if each in UNSOLVED) or UNSOLVED)
    rows = queue.staff_page(connection, viewer.person, waiting, None, now, CANDIDATES).rows
    mine = (None, viewer.person.id)
    return [row.number for row in rows if row.technician_id in mine and row.activity_status != "awaiting_requester"]


def _busy(request: Request, viewer: Viewer, number: int) -> bool:
    """Whether somebody else is on the ticket, or answers it."""
    presence, me = house(request).presence, viewer.person.id
    claim = presence.claim(number)
    others = [each for each in presence.roster(number).viewers if each.id != me]
    return bool(others) or (claim is not None and claim.id != me)
