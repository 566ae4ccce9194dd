"""POST /tickets/{number}/messages: a public reply, an internal note, or a requester's message."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from console.api import items, sides
from console.api.bodies import NewMessage
from console.api.door import Command, house, json, number_in, seen, sent
from console.api.problems import Problem
from console.desk import activity as log
from console.desk.actions.note import write_note
from console.desk.actions.reply import post_reply
from console.desk.change import Receipt
from console.desk.errors import N_, Invalid, Missed, NotFound
from console.desk.kinds import Audience
from console.desk.message import Draft
from console.desk.occurrence import Occurrence, moment
from console.desk.tables import activity
from console.viewer import Viewer

STAFFS = ("notify", "cc", "status", "occurred_at", "minutes", "solution", "visible", "email")


async def create(request: Request, viewer: Viewer) -> Response:
    desk, number = house(request).desk, number_in(request)
    asked, command = await sent(request, NewMessage)
    audience = await desk.read(sides.of_ticket, number, viewer.person)
    _check(asked, audience)
    try:
        receipt = await _say(request, viewer, number, asked, audience, command)
    except Missed as missed:
        raise await conflict(request, viewer, number, audience, missed) from None
    if audience == "staff":
        return json({"id": receipt.message_id, "number": receipt.number, "seq": receipt.seq}, 201)
    said = await desk.read(_public_number, receipt.message_id)
    return json({"id": said, "number": receipt.number, "seq": receipt.public_seq}, 201)


async def _say(
    request: Request, viewer: Viewer, number: int, asked: NewMessage, audience: Audience, command: Command
) -> Receipt:
    desk, settings = house(request).desk, house(request).settings
    told = Occurrence(moment(asked.occurred_at or ""), asked.minutes, asked.solution, asked.visible, asked.email)
    draft = Draft(asked.body, source="api", limit=settings.comment_characters, seen=seen(request), occurrence=told)
    if asked.kind == "note":
        return await desk.do(
            write_note,
            number,
            viewer.person,
            draft=draft,
            notify=asked.notify,
            status=asked.status,
            command_id=command.id,
            body_hash=command.body_hash,
        )
    return await desk.do(
        post_reply,
        number,
        viewer.person,
        draft=draft,
        audience=audience,
        cc=asked.cc,
        status=asked.status,
        at_once=True,  # nobody watches a countdown in a program
        command_id=command.id,
        body_hash=command.body_hash,
    )


async def conflict(request: Request, viewer: Viewer, number: int, audience: Audience, missed: Missed) -> Problem:
    """The problem that tells what was missed, and the head that lets the same message through."""

    def load(connection: Connection) -> Any:
        sides.find(connection, number, viewer.person)
        return items.shown(connection, log.at(connection, missed.positions), audience)

    found = await house(request).desk.read(load)
    return Problem(409, missed.sentence, more={"head": missed.head, "missed": found})


def _check(asked: NewMessage, audience: Audience) -> None:
    """What belongs to the other kind or the other side is refused: ignored, it would seem to have worked."""
    if audience == "public":
        if asked.kind == "note":
            raise Problem(403, N_("Requesters write no internal notes."), field="kind")
        for name in STAFFS:
            if getattr(asked, name) not in (None, "", ()):
                raise Problem(403, N_("Only technicians can set %(name)s."), field=name, name=name)
    elif asked.kind is None:
        raise Invalid(N_("%(name)s is missing."), field="kind", name="kind")
    elif asked.kind == "note" and asked.cc:
        raise Invalid(N_("Only a reply has copies; a note notifies."), field="cc")
    elif asked.kind == "reply" and asked.notify:
        raise Invalid(N_("Only a note notifies; a reply has copies."), field="notify")


def _public_number(connection: Connection, message_id: int | None) -> int:
    """The number under which requesters know a message. Its row's id counts notes, so they never see that."""
    query = select(activity.c.public_seq).where(activity.c.message_id == message_id, activity.c.public_seq.is_not(None))
    found: int | None = connection.execute(query).scalar()
    if found is None:
        raise NotFound
    return found
