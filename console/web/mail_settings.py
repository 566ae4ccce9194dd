"""/settings/mail: the outbox, the quarantine, and the words of the desk's letters. For admins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.config import LANGUAGES
from console.desk import mailroom
from console.desk.actions import keeping_mail, sending, wordings
from console.desk.errors import Invalid, NotFound
from console.desk.mailbox import readings
from console.language import translate
from console.mail import wording
from console.mail.incoming import Intake
from console.mail.previews import preview
from console.mail.reading import shown_letter
from console.viewer import Viewer
from console.web.door import house, json, page, see_other, signed_in, wants_json
from console.web.forms import sent
from console.web.guard import POLICY
from console.web.originals import download

Handler = Callable[[Request, Viewer], Awaitable[Response]]
PLACE = "/settings/mail"
# A letter is shown as its receiver sees it, in a frame that can do nothing.
ALONE = {
    "content-security-policy": "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
}


def for_admins(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """A door for admins; to others it does not exist."""

    async def admins_only(request: Request, viewer: Viewer) -> Response:
        if viewer.person.role != "admin" or not viewer.person.is_staff:
            raise NotFound
        return await handler(request, viewer)

    return signed_in(admins_only)


async def outbox(request: Request, viewer: Viewer) -> Response:
    desk, settings = house(request).desk, house(request).settings

    def context(connection: Connection) -> Mapping[str, Any]:
        return {
            "letters": mailroom.outbox(connection),
            "held": mailroom.held_count(connection),
            "mailboxes": readings(connection, desk.post.mailboxes, desk.clock()),
            "has_server": bool(settings.mail_smtp),
        }

    return await page(request, viewer, "mail/outbox.html", context)


async def letter(request: Request, viewer: Viewer) -> Response:
    """A letter as it left."""
    place, letter_id = house(request), request.path_params["letter"]
    key = await place.desk.read(mailroom.key_of_letter, letter_id)
    raw = await asyncio.to_thread(place.files.read, key)
    if "raw" in request.query_params:
        return download(raw, f"letter-{letter_id}.eml")
    shown = await asyncio.to_thread(shown_letter, raw)
    if "html" in request.query_params:
        return HTMLResponse(shown.html, headers=ALONE)
    response = await page(request, viewer, "mail/letter_page.html", lambda _: {"letter": shown, "id": letter_id})
    return framing(response)


async def send_again(request: Request, viewer: Viewer) -> Response:
    async with sent(request):
        await house(request).desk.do(sending.send_again, request.path_params["letter"], viewer.person)
    return json({}) if wants_json(request) else see_other(PLACE)


async def quarantine(request: Request, viewer: Viewer) -> Response:
    def context(connection: Connection) -> Mapping[str, Any]:
        mails = mailroom.quarantine(connection)
        return {"mails": mails, "held": mailroom.held_count(connection)}

    return await page(request, viewer, "mail/quarantine.html", context)


async def held_raw(request: Request, viewer: Viewer) -> Response:
    row = await house(request).desk.read(mailroom.mail_in, request.path_params["mail"])
    return download(await asyncio.to_thread(house(request).files.read, row.key), f"mail-{row.id}.eml")


async def release(request: Request, viewer: Viewer) -> Response:
    """File a held mail, whatever held it."""
    place, mail_id = house(request), request.path_params["mail"]
    async with sent(request):
        intake = Intake(place.desk, place.files, place.parser, place.settings.comment_characters)
        await asyncio.to_thread(intake.release, mail_id, viewer.person)
    return see_other(f"{PLACE}/quarantine")


async def delete(request: Request, viewer: Viewer) -> Response:
    place = house(request)
    async with sent(request):
        key = await place.desk.read(lambda connection: mailroom.mail_in(connection, request.path_params["mail"]).key)
        await place.desk.do(keeping_mail.delete_held, request.path_params["mail"], viewer.person)
        await asyncio.to_thread(place.files.forget, key)
    return see_other(f"{PLACE}/quarantine")


async def words(request: Request, viewer: Viewer) -> Response:
    """The words of one kind of letter in one language, to be changed, with a preview beside them."""
    return await _words(request, viewer)


async def _words(
    request: Request, viewer: Viewer, typed: wording.Wording | None = None, refusal: Invalid | None = None
) -> Response:
    """The page; after a refusal with what was typed and why it can't be."""
    kind, language = _which(request)

    def context(connection: Connection) -> Mapping[str, Any]:
        there = wording.words_for(connection, kind, language)
        return {
            "kinds": tuple(wording.DEFAULTS),
            "kind": kind,
            "code": language,
            "words": typed or there,
            "changed": there != wording.default(kind, language),
            "placeholders": wording.PLACEHOLDERS,
            "held": mailroom.held_count(connection),
            "problem": translate(viewer.language, refusal.sentence, **refusal.named) if refusal else "",
        }

    return framing(await page(request, viewer, "mail/words.html", context, 422 if refusal else 200))


async def save_words(request: Request, viewer: Viewer) -> Response:
    kind, language = _which(request)
    async with sent(request) as form:
        chosen = None
        if form.text("act") != "reset":
            try:
                chosen = asdict(wording.checked(form.text("subject"), form.text("body")))
            except Invalid as refusal:
                typed = wording.Wording(form.text("subject"), form.text("body"))
                return await _words(request, viewer, typed, refusal)
        await house(request).desk.do(wordings.set_words, viewer.person, kind=kind, language=language, words=chosen)
    return see_other(f"{PLACE}/words/{kind}/{language}")


def _which(request: Request) -> tuple[str, str]:
    """The kind and the language in the address. Raises NotFound."""
    kind, language = request.path_params["kind"], request.path_params["language"]
    if kind not in wording.DEFAULTS or language not in LANGUAGES:
        raise NotFound
    return kind, language


async def try_words(request: Request, viewer: Viewer) -> Response:
    """The letter that these words make, as it would leave. Raises Invalid."""
    kind, language = _which(request)
    place = house(request)
    async with sent(request) as form:
        chosen = wording.checked(form.text("subject"), form.text("body"))
    html = preview(kind, language, chosen, place.templates, place.settings.desk_name, place.settings.address)
    return HTMLResponse(html, headers=ALONE)


def framing(response: Response) -> Response:
    """Let the page show a frame of this desk."""
    response.headers["content-security-policy"] = f"{POLICY}; frame-src 'self'"
    return response
