"""How long from a reply's POST until it stands in the DOM of other people's open pages, in a real browser."""

from __future__ import annotations

import argparse
from http.client import HTTPConnection
from statistics import median
from time import sleep, time
from urllib.parse import urlencode

from playwright.sync_api import BrowserContext, Page

from bench.audience import mark
from bench.chromium import chromium, signed_in
from bench.measuring import introduce, load, percentile, show, spread
from bench.stage import Server, Stage, served, staged, words

TICKETS = 4  # one for each stretch of sends, so that no page grows beyond what people have
PATIENCE = 10_000  # ms
SETTLE = 1.0  # seconds
WARM_UP = 5  # sends that are not counted
WATCH = """() => {
    window.seen = {};
    new MutationObserver((records) => {
        const now = performance.timeOrigin + performance.now();
        for (const node of records.flatMap((record) => [...record.addedNodes]))
            for (const [, number] of (node.textContent ?? "").matchAll(/mark-([0-9]{8})/g)) {
                window.seen[number] ??= [now];
                requestAnimationFrame(() => window.seen[number][1] ??= performance.timeOrigin + performance.now());
            }
    }).observe(document.getElementById("thread"), { childList: true, subtree: true });
}"""


class Sender:
    """Replies by HTTP over one kept connection, as a technician who has no page open here."""

    def __init__(self, server: Server, cookie: str) -> None:
        self._connection = HTTPConnection(server.host, server.port, timeout=30)
        self._headers = {
            "Cookie": cookie,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.number = 0

    def reply(self, ticket: int) -> tuple[str, float]:
        """Send one; gives its number as the page will show it, and when it was sent (wall clock, ms)."""
        self.number += 1
        form = urlencode({"body": words(self.number, mark(self.number)), "command_id": f"dom-{self.number}"})
        sent = time() * 1000
        self._connection.request("POST", f"/tickets/{ticket}/replies", form, self._headers)
        response = self._connection.getresponse()
        if response.read() and response.status != 200:
            raise RuntimeError(f"the reply was answered {response.status}")
        return f"{self.number:08d}", sent


def open_live(context: BrowserContext, server: Server, ticket: int) -> Page:
    """A ticket's page whose socket has joined."""
    page = context.new_page()
    with page.expect_websocket(timeout=PATIENCE) as opening:
        page.goto(f"{server.address}/tickets/{ticket}")
    socket = opening.value
    socket.wait_for_event("framereceived", lambda frame: str(frame).startswith("43/staff,"), timeout=PATIENCE)
    page.evaluate(WATCH)
    return page


def stretch(sender: Sender, pages: list[Page], ticket: int, count: int, rate: float) -> tuple[list[list[float]], int]:
    """Milliseconds until each reply is in the DOM of each page and until its next frame begins, and how many never were."""
    sent: dict[str, float] = {}
    began = time()
    for place in range(WARM_UP + count):
        sleep(max(0.0, began + place / rate - time()))
        number, at = sender.reply(ticket)
        if place >= WARM_UP:
            sent[number] = at
    sleep(SETTLE)
    found: list[list[float]] = []
    missing = 0
    for page in pages:
        seen: dict[str, list[float]] = page.evaluate("window.seen")
        for number, at in sent.items():
            if len(seen.get(number, ())) < 2:
                missing += 1
            else:
                found.append([moment - at for moment in seen[number]])
    return found, missing


def measure(server: Server, stage: Stage, sends: int, rate: float) -> tuple[list[list[float]], int]:
    sender = Sender(server, stage.cookie("poster"))
    found: list[list[float]] = []
    missing = 0
    with (
        chromium() as browser,
        signed_in(browser, server, stage, "tech0") as one,
        signed_in(browser, server, stage, "tech1") as other,
    ):
        for ticket in stage.tickets:
            pages = [open_live(context, server, ticket) for context in (one, other)]
            more, lost = stretch(sender, pages, ticket, sends // TICKETS, rate)
            found, missing = found + more, missing + lost
            for page in pages:
                page.close()
    return found, missing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.dom", description=__doc__)
    parser.add_argument("--sends", type=int, default=100, help="replies of one round (100)")
    parser.add_argument("--rate", type=float, default=5, help="replies per second (5)")
    parser.add_argument("--rounds", type=int, default=3, help="medians of so many are shown (3)")
    asked = parser.parse_args()
    introduce("POST a reply → it stands in the DOM of the pages of two other technicians (one Chromium, two profiles)")
    rounds = []
    missing = 0
    for _ in range(asked.rounds):
        with staged(technicians=2, messages=[5] * TICKETS) as stage, served(stage) as server:
            found, lost = measure(server, stage, asked.sends, asked.rate)
        rounds.append([[each[moment] for each in found] for moment in (0, 1)])
        missing += lost
    rows = [
        (name, *(median(spread(each[moment])[which] for each in rounds) for which in range(3)))
        for moment, name in enumerate(("in the DOM", "next frame begins"))
    ]
    show(("", "p50", "p95", "p99 ms"), rows)
    best = min(percentile(each[0], 0.5) for each in rounds)
    print(f"\nBest round's p50 in the DOM: {best:.1f} ms. Not seen: {missing} of {asked.sends * 2 * asked.rounds}.")
    print(f"Medians of {asked.rounds} rounds of {asked.sends} sends at {asked.rate:g}/s, {load()} at the end.")


if __name__ == "__main__":
    main()
