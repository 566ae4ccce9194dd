"""What goes wrong, as application/problem+json (RFC 9457) in the person's language; never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from console.desk.errors import N_, CommandReused, Invalid, NoRoom, NotFound, Refused, TooLarge
from console.language import choose, translate

log = logging.getLogger(__name__)

STATUS = {NotFound: 404, Invalid: 422, TooLarge: 413, CommandReused: 422, NoRoom: 503}
SENTENCES = {
    400: N_("This request could not be understood."),
    404: N_("There is nothing here, or you may not open it."),
    405: N_("This address works another way."),
    413: N_("This is too large to be sent."),
    500: N_("Something went wrong on our side. Try again in a moment."),
    503: N_("The desk is busy. Try again in a moment."),
}


class Problem(Refused):
    """A refusal of the API itself, with the HTTP status and `headers` it is answered with, and `more` members of the problem."""

    def __init__(
        self,
        status: int,
        sentence: str,
        *,
        field: str | None = None,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **named: Any,
    ) -> None:
        super().__init__(sentence, field=field, **named)
        self.status, self.more, self.headers = status, more or {}, headers or {}


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The members of a problem; `field` names the part of the request that is wrong."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    field: str | UnsetType = UNSET


def answer(
    request: Request,
    status: int,
    sentence: str,
    field: str | None = None,
    named: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    language = _language(request)
    detail = translate(language, sentence, **(named or {}))
    body = Body(title=HTTPStatus(status).phrase, status=status, detail=detail, field=field or UNSET)
    headers = {"content-language": language}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    members = {**msgspec.to_builtins(body), **(more or {})}
    return Response(msgspec.json.encode(members), status, headers, "application/problem+json")


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    status = error.status if isinstance(error, Problem) else STATUS.get(type(error), 422)
    more = error.more if isinstance(error, Problem) else None
    response = answer(request, status, error.sentence, error.field, error.named, more)
    response.headers.update(error.headers if isinstance(error, Problem) else {})
    return response


async def http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = answer(request, error.status_code, SENTENCES.get(error.status_code, SENTENCES[400]))
    response.headers.update(error.headers or {})
    return response


async def gone(request: Request, _error: Exception) -> Response:
    """The client hung up while it was sending; nobody reads this."""
    return answer(request, 400, SENTENCES[400])


async def busy(request: Request, error: Exception) -> Response:
    log.warning("not now: %s %s: %s", request.method, request.scope.get("path"), type(error).__name__)
    response = answer(request, 503, SENTENCES[503])
    response.headers["retry-after"] = "1"
    return response


async def failed(request: Request, error: Exception) -> Response:
    log.error("unhandled error at %s %s", request.method, request.scope.get("path"), exc_info=error)
    return answer(request, 500, SENTENCES[500])


def _language(request: Request) -> str:
    viewer = getattr(request.state, "viewer", None)
    return viewer.language if viewer is not None else choose(None, request.headers.get("accept-language", ""))


HANDLERS: dict[type[Exception], ExceptionHandler] = {
    Refused: refused,
    HTTPException: http_error,
    ClientDisconnect: gone,
    InterfaceError: busy,
    InternalError: busy,
    OperationalError: busy,
    Exception: failed,
}
