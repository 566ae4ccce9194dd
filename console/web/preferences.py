"""/preferences: the language of the pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.config import LANGUAGES
from console.desk.actions import signing
from console.viewer import LANGUAGE_COOKIE
from console.web.door import house, safe_path, see_other, viewer_of
from console.web.forms import read_form

YEAR = 365 * 86_400  # seconds


async def choose_language(request: Request) -> Response:
    """For a person it is kept with the account, for a visitor in a cookie."""
    async with read_form(request) as form:
        language, following = str(form.get("language", "")), str(form.get("next", "/"))
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
