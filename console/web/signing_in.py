"""/sign-in and /sign-out: a session in a table, its id in a cookie that scripts can't read."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console import viewer as viewers
from console.desk import people
from console.desk.actions import signing
from console.desk.errors import N_
from console.desk.people import Person
from console.language import translate
from console.viewer import Viewer
from console.web.door import house, language_of, safe_path, see_other, viewer_of
from console.web.forms import plain, read_form

WRONG = N_("This e-mail address and password do not belong together.")
TOO_OFTEN = N_("Too many attempts. Wait some minutes and try again.")


async def show(request: Request) -> Response:
    if await viewer_of(request) is not None:
        return see_other(safe_path(request.query_params.get("next", "/")))
    return form_page(request, next=request.query_params.get("next", ""))


async def sign_in(request: Request) -> Response:
    place = house(request)
    async with read_form(request) as form:
        email, password, following = (plain(form.get(name)) for name in ("email", "password", "next"))
    email = email.strip().lower()
    address = request.client.host if request.client else ""
    kept: dict[str, Any] = {"email": email[:254], "next": following}
    async with place.sign_in_limit.attempt(email, address) as attempt:
        if attempt is None:
            return form_page(request, status=429, error=TOO_OFTEN, **kept)
        found = await place.desk.read(people.account, email)
        if not await place.passwords.matches(password, found and found[1]) or found is None:
            return form_page(request, status=422, error=WRONG, **kept)
        attempt.succeed()
    return await _begin(request, found[0], await place.passwords.rehashed(password, found[1]), following)


async def sign_out(request: Request) -> Response:
    viewer = await viewer_of(request)
    if viewer is not None and viewer.session_id is not None:
        await house(request).desk.do(signing.sign_out, viewer.person, session_id=viewer.session_id)
    response = see_other("/sign-in")
    https = house(request).settings.https
    response.delete_cookie(viewers.cookie_name(https), secure=https, httponly=True, samesite="lax")
    return response


async def _begin(request: Request, who: Person, rehashed: str | None, following: str) -> Response:
    place = house(request)
    before: Viewer | None = await viewer_of(request)
    cookie = signing.new_secret()
    days = place.settings.session_days
    left = before.session_id if before else None
    await place.desk.do(signing.sign_in, who, cookie=cookie, days=days, rehashed=rehashed, left=left)
    response = see_other(safe_path(following or "/"))
    viewers.keep_cookie(response, cookie, days, place.settings.https)
    return response


def form_page(
    request: Request, *, status: int = 200, error: str = "", link_error: str = "", link_asked: bool = False, **kept: Any
) -> Response:
    """The sign-in page, with a word about what was tried: the password, or to get a link."""
    place, language = house(request), language_of(request)
    errors = {
        name: translate(language, why) if why else "" for name, why in (("error", error), ("link_error", link_error))
    }
    context: dict[str, Any] = {**kept, **errors, "link_asked": link_asked}
    if place.demo:
        context["demo_accounts"] = request.app.state.demo_accounts
    return HTMLResponse(place.templates.page(language, "sign_in.html", context), status)
