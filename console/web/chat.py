"""The chat of a ticket, from either side: what each command does is decided by the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from console.desk.actions import chatting
from console.desk.change import Receipt
from console.desk.kinds import Audience
from console.desk.message import Draft
from console.viewer import Viewer
from console.web.door import Handler, house, json, number_in
from console.web.forms import Sent, sent
from console.web.since import caught_up


def ask(audience: Audience) -> Handler:
    return _command(chatting.ask, audience, lambda _: {"audience": audience})


def answer(audience: Audience) -> Handler:
    return _command(chatting.answer, audience, lambda form: {"audience": audience, "accept": form.switch("on")})


def end(audience: Audience) -> Handler:
    return _command(chatting.end, audience, lambda _: {"audience": audience})


def say(audience: Audience) -> Handler:
    async def handler(request: Request, viewer: Viewer) -> Response:
        settings = house(request).settings
        limits = (
            {} if audience == "staff" else {"images": settings.portal_images, "documents": settings.portal_documents}
        )
        async with sent(request, **limits) as form:
            draft = Draft(form.text("body"), form.files, "chat", settings.comment_characters)
            receipt = await house(request).desk.do(
                chatting.say,
                number_in(request),
                viewer.person,
                audience=audience,
                draft=draft,
                command_id=form.command_id,
            )
        return await _caught_up(request, viewer, audience, form, receipt)

    return handler


def mark(audience: Audience) -> Handler:
    """How far this page has got and shown the lines: `got`, `saw`."""

    async def handler(request: Request, viewer: Viewer) -> Response:
        async with sent(request) as form:
            await house(request).desk.do(
                chatting.mark,
                number_in(request),
                viewer.person,
                audience=audience,
                got=form.whole("got") or 0,
                saw=form.whole("saw") or 0,
            )
        return json({})

    return handler


def _command(action: Callable[..., Receipt], audience: Audience, named: Callable[[Sent], dict[str, Any]]) -> Handler:
    async def handler(request: Request, viewer: Viewer) -> Response:
        async with sent(request) as form:
            receipt = await house(request).desk.do(
                action, number_in(request), viewer.person, command_id=form.command_id, **named(form)
            )
        return await _caught_up(request, viewer, audience, form, receipt)

    return handler


async def _caught_up(request: Request, viewer: Viewer, audience: Audience, form: Sent, receipt: Receipt) -> Response:
    head = receipt.seq if audience == "staff" else receipt.public_seq
    return await caught_up(request, viewer, audience, form, head)


join = _command(chatting.join, "staff", lambda _: {})
hand_over = _command(chatting.hand_over, "staff", lambda form: {"to": form.whole("value") or 0})
