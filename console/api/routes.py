"""Every address of the API on one screen."""

from __future__ import annotations

import re

from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import Mount, Route

from console.api import activity, messages, openapi, people, tickets, tokens
from console.api.door import with_token
from console.api.problems import HANDLERS
from console.desk.scopes import PEOPLE, READ, TOKENS, WRITE

ROUTES = [
    Route("/tokens", tokens.collection, methods=["GET", "POST"]),
    Route("/tokens/{id}", with_token(tokens.single, reads=TOKENS), methods=["DELETE"]),
    Route(
        "/tickets",
        with_token(tickets.collection, reads=READ, writes=WRITE, query=("q", "limit", "cursor")),
        methods=["GET", "POST"],
    ),
    Route("/tickets/{number}", with_token(tickets.single, reads=READ, writes=WRITE), methods=["GET", "PATCH"]),
    Route("/tickets/{number}/messages", with_token(messages.create, reads=WRITE), methods=["POST"]),
    Route("/tickets/{number}/activity", with_token(activity.index, reads=READ, query=("after", "limit"))),
    Route("/people", with_token(people.index, reads=PEOPLE, query=("q", "limit", "cursor"))),
]

# Refusals are answered inside the mount, so nothing under /api is ever a page.
API = Mount(
    "/api",
    routes=[Route("/openapi.json", openapi.show), Mount("/v1", routes=ROUTES)],
    middleware=[Middleware(ExceptionMiddleware, handlers=HANDLERS)],
)
# Nor with a line end in the address, which `.` does not match.
API.path_regex = re.compile(API.path_regex.pattern, re.DOTALL)
