"""What a ticket's page weighs on a first visit, when it is painted, and what it costs the server."""

from __future__ import annotations

import argparse
from collections import defaultdict
from http.client import HTTPConnection
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from bench.chromium import chromium, signed_in
from bench.measuring import cpu_seconds, introduce, load, medians, show
from bench.stage import Server, Stage, served, staged

MESSAGES = (5, 200)
WARM_UP = 5  # requests that are not counted
PAINTED = """() => new Promise((done) => {
    const told = () => {
        const at = Object.fromEntries(performance.getEntriesByType("paint").map((each) => [each.name, each.startTime]));
        const page = performance.getEntriesByType("navigation")[0];
        const first = at["first-contentful-paint"];
        if (first === undefined || !page.loadEventEnd) return setTimeout(told, 20);
        done([page.responseEnd, at["first-paint"] ?? first, first, page.domContentLoadedEventEnd, page.loadEventEnd]);
    };
    told();
})"""


class Weight:
    """What the network brought, by kind of resource: requests, bytes over the wire (headers too) and decoded."""

    def __init__(self) -> None:
        self.kind: dict[str, str] = {}
        self.wire: dict[str, float] = defaultdict(float)
        self.decoded: dict[str, float] = defaultdict(float)

    def listen(self, session: Any) -> None:
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._data)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _answered(self, event: dict[str, Any]) -> None:
        path = urlsplit(event["response"]["url"]).path
        self.kind[event["requestId"]] = "font" if path.endswith(".woff2") else str(event["type"]).lower()

    def _data(self, event: dict[str, Any]) -> None:
        self.decoded[event["requestId"]] += event["dataLength"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.wire[event["requestId"]] += event["encodedDataLength"]

    def by_kind(self) -> dict[str, tuple[int, float, float]]:
        """Requests, kB over the wire and kB decoded."""
        found: dict[str, tuple[int, float, float]] = {}
        for request, kind in self.kind.items():
            count, wire, decoded = found.get(kind, (0, 0.0, 0.0))
            found[kind] = count + 1, wire + self.wire[request] / 1000, decoded + self.decoded[request] / 1000
        return found


def visit(browser: Browser, server: Server, stage: Stage, ticket: int) -> tuple[Weight, list[float]]:
    """One first visit with an empty cache."""
    weight = Weight()
    with signed_in(browser, server, stage, "tech0") as context:
        page = context.new_page()
        weight.listen(context.new_cdp_session(page))
        page.goto(f"{server.address}/tickets/{ticket}", wait_until="load")
        moments: list[float] = page.evaluate(PAINTED)
        page.wait_for_timeout(300)  # fonts and the socket's neighbours come after the load
    return weight, moments


def cost(server: Server, stage: Stage, path: str, requests: int) -> tuple[float, float, float]:
    """Milliseconds of CPU and of waiting per request of a page, one after the other, and its size in kB."""
    connection = HTTPConnection(server.host, server.port, timeout=30)
    headers = {"Cookie": stage.cookie("tech0")}
    waited: list[float] = []
    before, size = 0.0, 0
    for place in range(WARM_UP + requests):
        if place == WARM_UP:
            before = cpu_seconds(server.pid)
        began = perf_counter()
        connection.request("GET", path, headers=headers)
        size = len(connection.getresponse().read())
        waited.append((perf_counter() - began) * 1000)
    spent = (cpu_seconds(server.pid) - before) * 1000 / requests
    connection.close()
    return spent, median(waited[WARM_UP:]), size / 1000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.page_weight", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="visits of each page, in turn; medians are shown (5)")
    parser.add_argument("--requests", type=int, default=60, help="requests for the server's CPU, in each round (60)")
    asked = parser.parse_args()
    introduce("A ticket's page: first visit with an empty cache, and the server's share")
    moments: dict[int, list[list[float]]] = defaultdict(list)
    costs: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    weights: dict[int, Weight] = {}
    with staged(technicians=1, messages=MESSAGES) as stage, served(stage) as server, chromium() as browser:
        pages = {
            f"ticket, {count} messages": f"/tickets/{ticket}"
            for count, ticket in zip(MESSAGES, stage.tickets, strict=True)
        }
        visit(browser, server, stage, stage.tickets[0])
        for _ in range(asked.rounds):
            for count, ticket in zip(MESSAGES, stage.tickets, strict=True):
                weights[count], taken = visit(browser, server, stage, ticket)
                moments[count].append(taken)
            for name, path in {**pages, "queue, 2 tickets": "/tickets"}.items():
                costs[name].append(cost(server, stage, path, asked.requests))
    for count in MESSAGES:
        kinds = weights[count].by_kind()
        rows = [(kind, *each) for kind, each in sorted(kinds.items(), key=lambda each: -each[1][1])]
        show(
            (f"{count} messages", "requests", "kB on the wire", "kB decoded"),
            [*rows, ("all", *map(sum, zip(*kinds.values(), strict=True)))],
        )
    show(
        ("ms after the click", "page is here", "first paint", "contentful", "DOMContentLoaded", "load"),
        [(f"{count} messages", *medians(moments[count])) for count in MESSAGES],
    )
    show(
        ("server, per request", "CPU ms", "waited p50 ms", "kB"),
        [(name, *medians(each)) for name, each in costs.items()],
    )
    print(f"\nMedians of {asked.rounds} rounds, {load()} at the end.")


if __name__ == "__main__":
    main()
