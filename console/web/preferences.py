"""/preferences: the language of the pages, and whether single letters are shortcuts on them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.config import LANGUAGES
from console.desk.actions import signing
from console.viewer import LANGUAGE_COOKIE, Viewer
from console.web.door import house, json, safe_path, see_other, viewer_of, wants_json
from console.web.forms import plain, read_form

YEAR = 365 * 86_400  # seconds


async def choose_language(request: Request) -> Response:
    """For a person it is kept with the account, for a visitor in a cookie."""
    async with read_form(request) as form:
        language, following = plain(form.get("language")), plain(form.get("next")) or "/"
    response = see_other(safe_path(following))
    if language not in LANGUAGES:
        return response
    viewer = await viewer_of(request)
    if viewer is not None:
        await house(request).desk.do(signing.choose_language, viewer.person, language=language)
    else:
        https = house(request).settings.https
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, httponly=True, samesite="lax", secure=https)
    return response


async def choose_keys(request: Request, viewer: Viewer) -> Response:
    async with read_form(request) as form:
        on, following = plain(form.get("on")) == "1", plain(form.get("next")) or "/"
    await house(request).desk.do(signing.choose_letter_keys, viewer.person, on=on)
    return json({"on": on}) if wants_json(request) else see_other(safe_path(following))
