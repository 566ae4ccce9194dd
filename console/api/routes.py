"""Every address of the API on one screen."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import Mount, Route

from console.api import activity, messages, openapi, people, tickets, tokens
from console.api.door import with_token
from console.api.problems import HANDLERS

ROUTES = [
    Route("/tokens", tokens.create, methods=["POST"]),
    Route("/tickets", with_token(tickets.collection, query=("limit", "cursor")), methods=["GET", "POST"]),
    Route("/tickets/{number}", with_token(tickets.single), methods=["GET", "PATCH"]),
    Route("/tickets/{number}/messages", with_token(messages.create), methods=["POST"]),
    Route("/tickets/{number}/activity", with_token(activity.index, query=("after", "limit"))),
    Route("/people", with_token(people.index, query=("q", "limit", "cursor"))),
]

# Refusals are answered inside the mount, so nothing under /api is ever a page.
API = Mount(
    "/api",
    routes=[Route("/openapi.json", openapi.show), Mount("/v1", routes=ROUTES)],
    middleware=[Middleware(ExceptionMiddleware, handlers=HANDLERS)],
)
