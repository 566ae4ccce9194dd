"""Refusals and failures as answers: JSON for the page's scripts, a page for people, always in their language."""

from __future__ import annotations

import logging
from urllib.parse import quote, urlsplit

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ExceptionHandler

from console.desk.errors import N_, Changed, CommandReused, Invalid, Missed, NoRoom, NotFound, Refused, TooLarge
from console.language import translate
from console.web import conflicts
from console.web.door import SignedOut, Withdrawn, house, json, language_of, see_other, wants_json

log = logging.getLogger(__name__)

TOLD = "console.told"  # in a request's scope: the failure that `failed` has logged

STATUS = {NotFound: 404, Invalid: 422, TooLarge: 413, CommandReused: 422, NoRoom: 503}
SENTENCES = {
    400: N_("This request could not be understood."),
    401: N_("Your session has ended. Sign in again; what you wrote is still here."),
    403: N_("This request came from another site and was refused."),
    404: N_("There is nothing here, or you may not open it."),
    405: N_("This address works another way."),
    413: N_("This is too large to be sent."),
    429: N_("Too many attempts. Wait some minutes and try again."),
    500: N_("Something went wrong on our side. What you wrote is still here; try again in a moment."),
    503: N_("The desk is busy. What you wrote is still here; try again in a moment."),
}


def language(request: Request) -> str:
    viewer = getattr(request.state, "viewer", None)
    return viewer.language if viewer is not None else language_of(request)


def answer(request: Request, status: int, sentence: str, field: str | None = None) -> Response:
    if wants_json(request):
        return json({"error": sentence, "field": field}, status)
    context = {"status": status, "sentence": sentence}
    return HTMLResponse(house(request).templates.page(language(request), "error.html", context), status)


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    named = {name: value for name, value in error.named.items()}
    sentence = translate(language(request), error.sentence, **named)
    return answer(request, STATUS.get(type(error), 422), sentence, error.field)


async def signed_out(request: Request, _error: Exception) -> Response:
    # A command comes from a page, and that is where the person wants to be again.
    page = request.url.path if request.method == "GET" else urlsplit(request.headers.get("referer", "")).path
    back = f"/sign-in?next={quote(page)}" if page else "/sign-in"
    if wants_json(request):
        return json({"error": translate(language(request), SENTENCES[401]), "sign_in": back}, 401)
    return see_other(back)


async def http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentence = translate(language(request), SENTENCES.get(error.status_code, SENTENCES[400]))
    response = answer(request, error.status_code, sentence)
    response.headers.update(error.headers or {})
    return response


async def busy(request: Request, error: Exception) -> Response:
    """The database is held or full, or rights changed during the request: nothing was stored, try again."""
    log.warning("not now: %s %s: %s", request.method, request.scope.get("path"), type(error).__name__)
    response = answer(request, 503, translate(language(request), SENTENCES[503]))
    response.headers["retry-after"] = "3"
    return response


async def left(_request: Request, _error: Exception) -> Response:
    """Whoever asked went away before they had said everything: nothing was done, nobody waits for the answer."""
    return Response(status_code=400)


async def failed(request: Request, error: Exception) -> Response:
    log.error("unhandled error at %s %s", request.method, request.scope.get("path"), exc_info=error)
    request.scope[TOLD] = error
    return answer(request, 500, translate(language(request), SENTENCES[500]))


HANDLERS: dict[int | type[Exception], ExceptionHandler] = {
    Refused: refused,
    Missed: conflicts.missed,
    Changed: conflicts.changed,
    SignedOut: signed_out,
    HTTPException: http_error,
    InterfaceError: busy,
    InternalError: busy,
    OperationalError: busy,
    Withdrawn: busy,
    ClientDisconnect: left,
    Exception: failed,
}
