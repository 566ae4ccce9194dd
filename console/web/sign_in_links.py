"""/sign-in/link: a mailed link for requesters, in place of a password.

Whoever asks for one learns nothing about who has an account: words and time of the answer are the same. Opening the link
shows a button and changes nothing, because programs that look into mails follow links; the button signs in.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console import viewer as viewers
from console.desk.actions import signing
from console.desk.actions.linking import ask_link, holder, use_link
from console.desk.errors import NotFound
from console.language import choose
from console.web.door import house, language_of, see_other, viewer_of
from console.web.forms import plain, read_form
from console.web.signing_in import TOO_OFTEN, form_page

ANSWERS_AFTER = 0.3  # seconds; mailing a link takes a few milliseconds more than mailing none, and nobody may see which


async def ask(request: Request) -> Response:
    """Mail a link to `address`, if a requester has it."""
    place = house(request)
    async with read_form(request) as form:
        email = plain(form.get("address")).strip().lower()[:254]
    here = request.client.host if request.client else ""
    if not await place.sign_in_limit.mails(email, here):
        return form_page(request, status=429, link_error=TOO_OFTEN, address=email)
    await asyncio.gather(place.desk.do(ask_link, email=email), asyncio.sleep(ANSWERS_AFTER))
    return form_page(request, link_asked=True)


async def show(request: Request) -> Response:
    """The button; nothing of the link is used up."""
    place = house(request)
    try:
        who = await place.desk.read(holder, request.path_params["code"], place.desk.clock())
    except NotFound:
        return _over(request)
    language = choose(who.language, request.headers.get("accept-language", ""))
    context = {"name": who.name, "code": request.path_params["code"]}
    return HTMLResponse(place.templates.page(language, "sign_in_link.html", context))


async def use(request: Request) -> Response:
    place, code, cookie = house(request), request.path_params["code"], signing.new_secret()
    days, before = place.settings.session_days, await viewer_of(request)
    left = before.session_id if before else None
    try:
        who = await place.desk.read(holder, code, place.desk.clock())
        await place.desk.do(use_link, who, code=code, cookie=cookie, days=days, left=left)
    except NotFound:
        return _over(request)
    response = see_other("/portal")
    viewers.keep_cookie(response, cookie, days, place.settings.https)
    return response


def _over(request: Request) -> Response:
    """The link was used, is too old, or never was one: all the same to whoever holds it."""
    place, language = house(request), language_of(request)
    return HTMLResponse(place.templates.page(language, "sign_in_link.html", {"name": "", "code": ""}), 404)
