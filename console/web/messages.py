"""Replies and notes of a ticket's page, and the replies of the requester's page."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from console.desk.actions import reply as reply_action
from console.desk.actions.note import show_note as show_note_to_requester
from console.desk.actions.note import write_note
from console.desk.actions.redacting import redact as redact_message
from console.desk.actions.reply import post_reply
from console.desk.message import Draft
from console.desk.occurrence import Occurrence, moment
from console.viewer import Viewer
from console.web.door import house, number_in
from console.web.forms import Sent, sent
from console.web.since import caught_up


async def reply(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        receipt = await house(request).desk.do(
            post_reply,
            number_in(request),
            viewer.person,
            draft=_draft(request, form, "staff"),
            audience="staff",
            cc=form.all("cc"),
            status=form.text("status") or None,
            command_id=form.command_id,
        )
    return await caught_up(request, viewer, "staff", form, receipt.seq)


async def note(request: Request, viewer: Viewer) -> Response:
    async with sent(request) as form:
        receipt = await house(request).desk.do(
            write_note,
            number_in(request),
            viewer.person,
            draft=_draft(request, form, "staff"),
            notify=form.all("notify"),
            status=form.text("status") or None,
            command_id=form.command_id,
        )
    return await caught_up(request, viewer, "staff", form, receipt.seq)


async def show_note(request: Request, viewer: Viewer) -> Response:
    """Make an internal note visible to the requester."""
    async with sent(request) as form:
        receipt = await house(request).desk.do(
            show_note_to_requester,
            number_in(request),
            viewer.person,
            message_id=form.whole("message") or 0,
            by_mail=form.switch("email"),
            command_id=form.command_id,
        )
    return await caught_up(request, viewer, "staff", form, receipt.seq)


async def redact(request: Request, viewer: Viewer) -> Response:
    """Remove the words and files of a message for good."""
    async with sent(request) as form:
        blank = await asyncio.to_thread(house(request).files.keep, b"")
        receipt = await house(request).desk.do(
            redact_message,
            number_in(request),
            viewer.person,
            message_id=form.whole("message") or 0,
            blank=blank,
            command_id=form.command_id,
        )
    return await caught_up(request, viewer, "staff", form, receipt.seq)


async def hold(request: Request, viewer: Viewer) -> Response:
    """Keep a reply from going out while its countdown runs."""
    async with sent(request) as form:
        receipt = await house(request).desk.do(
            reply_action.hold,
            number_in(request),
            viewer.person,
            message_id=form.whole("message") or 0,
            command_id=form.command_id,
        )
    return await caught_up(request, viewer, "staff", form, receipt.seq)


async def portal_reply(request: Request, viewer: Viewer) -> Response:
    settings = house(request).settings
    async with sent(request, images=settings.portal_images, documents=settings.portal_documents) as form:
        receipt = await house(request).desk.do(
            post_reply,
            number_in(request),
            viewer.person,
            draft=_draft(request, form, "portal"),
            audience="public",
            command_id=form.command_id,
        )
    return await caught_up(request, viewer, "public", form, receipt.public_seq)


def _draft(request: Request, form: Sent, source: str) -> Draft:
    limit = house(request).settings.comment_characters
    if source == "portal":  # requesters are not held up: whatever arrived, their words are needed
        return Draft(form.text("body"), form.files, source, limit)
    seen, written = form.number("seen"), form.number("written")
    version, saving = form.whole("draft"), form.all("draft_saving")
    return Draft(form.text("body"), form.files, source, limit, seen, written, version, saving, _occurrence(form))


def _occurrence(form: Sent) -> Occurrence:
    return Occurrence(
        occurred_at=moment(form.text("occurred_at")),
        minutes=form.number("minutes") if form.text("minutes").strip() else None,
        solution=form.text("solution"),
        visible=form.switch_or_none("visible"),
        by_mail=form.switch_or_none("email"),
    )
