"""How many requests there were, and how long they took: by method, route and status, never by the address as asked for."""

from __future__ import annotations

import logging
from bisect import bisect_left
from dataclasses import dataclass, field
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("console.access")

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
METHODS = {"GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"}


@dataclass(slots=True)
class Counted:
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))


class Requests:
    """`counted` is by (method, route's template, status)."""

    def __init__(self) -> None:
        self.counted: dict[tuple[str, str, str], Counted] = {}

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None)
        template = "other" if route is None else scope.get("root_path", "") + route
        method = scope["method"] if scope["method"] in METHODS else "other"
        counted = self.counted.setdefault((method, template, str(status)), Counted())
        counted.seconds += seconds
        counted.buckets[bisect_left(BOUNDS, seconds)] += 1
        facts = {"method": method, "route": template, "status": status, "ms": round(seconds * 1_000, 1)}
        log.info("%s %s %s in %.1f ms", *facts.values(), extra={"facts": facts})


class Count:
    """Counts what passes through it. A request that nobody answered counts as 499."""

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self.app, self.requests = app, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began, status = perf_counter(), 499

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            self.requests.count(scope, status, perf_counter() - began)
