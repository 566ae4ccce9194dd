"""Catch-up: what happened on a ticket behind a number. It is also the answer to every command of the ticket's page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from console import fragments
from console.desk.errors import N_, Invalid
from console.desk.kinds import Audience
from console.presence.registry import POLL_LEASE, polling_key
from console.presence.states import is_state
from console.viewer import Viewer, still_valid
from console.web.door import Handler, SignedOut, house, json, number_in
from console.web.forms import Sent


def since(audience: Audience) -> Handler:
    """The door of one audience: `GET …/since/{seq}?epoch=&intent=`."""

    async def show(request: Request, viewer: Viewer) -> Response:
        asked = request.query_params
        intent = asked.get("intent") or None if audience == "staff" else None
        if intent is not None and not is_state(intent):
            raise Invalid(N_("%(value)s is not a possible value here."), field="intent", value=intent[:100])
        after: int = request.path_params["seq"]
        epoch = asked.get("epoch") or None
        return json(await _answer(request, viewer, audience, number_in(request), after, epoch, intent))

    return show


async def caught_up(request: Request, viewer: Viewer, audience: Audience, form: Sent, head: int) -> Response:
    """The answer to a command: everything behind the page's `last`; without one, only the new `head`."""
    last = form.whole("last")
    after = head if last is None else last
    return json(await _answer(request, viewer, audience, number_in(request), after, form.text("epoch") or None))


async def _answer(
    request: Request,
    viewer: Viewer,
    audience: Audience,
    number: int,
    after: int,
    epoch: str | None,
    intent: str | None = None,
) -> dict[str, Any]:
    """A catch-up, for staff with who is on the ticket. Whoever says what they do there is on it for a while."""
    place = house(request)
    presence = place.presence

    def answer(connection: Connection) -> dict[str, Any]:
        person = viewer.person if intent is None else still_valid(connection, viewer, place.desk.clock())
        if person is None:
            raise SignedOut
        stretch = fragments.since(connection, number, person, audience, after, epoch, place.renderer.stretches)
        return place.renderer.answer(stretch, viewer.language)

    while True:
        # Access that is taken away while it is asked must not slip through: then it is asked again.
        before = presence.withdrawn
        found = await place.desk.read(answer)
        if before == presence.withdrawn:
            break
    if audience == "public":
        return found
    if intent is not None and viewer.session_id is not None:
        presence.enter(
            number,
            polling_key(viewer.session_id, request.query_params.get("page", "")[:40]),
            viewer.person.who,
            intent,
            POLL_LEASE,
        )
    return found | presence.told(number)
