"""A mail as it came: a page around it, its HTML in a document of its own that can do nothing, and its bytes.

What a stranger wrote is shown sandboxed under a policy of its own. The document sends no cookie, so its inline images
have addresses that are signed for an hour.
"""

from __future__ import annotations

import asyncio
import re
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk import mailroom
from console.desk.attachment import IMAGES
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.signed import signer
from console.mail.parse import parse
from console.mail.parsed import Parsed
from console.viewer import Viewer
from console.web.door import house, page
from console.web.guard import POLICY

ASKED_FOR = "images"  # in the query: somebody wants the images from elsewhere
HOUR = 3_600  # seconds
_ALONE = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
_CID = re.compile(r'src="cid:([^"]{1,500})"', re.IGNORECASE)


async def show(request: Request, viewer: Viewer) -> Response:
    """The page around the original of a message."""
    row, parsed = await _read(request, viewer, request.path_params["message"])
    context = {
        "mail": parsed,
        "address": f"/messages/{request.path_params['message']}/original",
        "raw": f"/messages/{request.path_params['message']}/raw",
        "remote": bool(parsed.html and "data-remote-src" in parsed.html),
        "asked": ASKED_FOR in request.query_params,
        "number": row.ticket_number,
    }
    response = await page(request, viewer, "mail/original.html", lambda _: context)
    response.headers["content-security-policy"] = f"{POLICY}; frame-src 'self'"
    return response


async def original(request: Request, viewer: Viewer) -> Response:
    """The sanitised HTML alone, for the sandboxed frame."""
    message_id = request.path_params["message"]
    row, parsed = await _read(request, viewer, message_id)
    signs = await house(request).desk.read(signer)
    until = int(house(request).desk.clock().timestamp()) // HOUR * HOUR + 2 * HOUR
    asked = ASKED_FOR in request.query_params

    def address(found: re.Match[str]) -> str:
        number = _image(parsed, found[1])
        if number is None:
            return 'src=""'
        return f'src="/mail-images/{row.id}/{number}/{until}/{signs.image_code(row.id, number, until)}"'

    body = _CID.sub(address, parsed.html or "")
    if asked:
        body = body.replace("data-remote-src=", "src=")
    return HTMLResponse(
        f'<!doctype html><meta charset="utf-8"><title>{row.id}</title>{body}',
        headers={
            "content-security-policy": f"{_ALONE}img-src 'self'{' https: http:' if asked else ''}; frame-ancestors 'self'",
            "referrer-policy": "no-referrer",
        },
    )


async def raw(request: Request, viewer: Viewer) -> Response:
    """The bytes as they came, to be kept as a file."""
    row = await house(request).desk.read(mailroom.mail_of_message, viewer.person, request.path_params["message"])
    return download(await asyncio.to_thread(house(request).files.read, row.key), f"mail-{row.id}.eml")


async def image(request: Request) -> Response:
    """An inline image of a mail, for whoever has an address that is still good."""
    place, asked = house(request), request.path_params
    inbound_id, number, until = asked["mail"], asked["number"], asked["until"]
    signs = await place.desk.read(signer)
    code = signs.image_code(inbound_id, number, until)
    if until < place.desk.clock().timestamp() or not compare_digest(asked["code"].encode(), code.encode()):
        raise NotFound
    row = await place.desk.read(mailroom.mail_in, inbound_id)
    parsed = await asyncio.to_thread(lambda: parse(place.files.read(row.key)))
    found = parsed.attachments[number] if number < len(parsed.attachments) else None
    if found is None or found.content_type not in IMAGES.values():
        raise NotFound
    return Response(found.content, media_type=found.content_type, headers={"content-security-policy": "sandbox"})


def download(content: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "content-security-policy": "sandbox"}
    return Response(content, media_type="message/rfc822", headers=headers)


async def _read(request: Request, viewer: Viewer, message_id: int) -> tuple[Any, Parsed]:
    place = house(request)

    def find(connection: Connection, person: Person) -> Any:
        return mailroom.mail_of_message(connection, person, message_id)

    row = await place.desk.read(find, viewer.person)
    return row, await asyncio.to_thread(lambda: parse(place.files.read(row.key)))


def _image(parsed: Parsed, content_id: str) -> int | None:
    found = (nth for nth, each in enumerate(parsed.attachments) if each.content_id == content_id)
    return next(found, None)
