"""The chat between two browsers: from a key press to the typing mark, and from Enter to the line on the other side."""

from __future__ import annotations

import argparse
from typing import Any

from playwright.sync_api import BrowserContext, Page

from bench.chromium import chromium, signed_in
from bench.measuring import introduce, percentile, show
from bench.stage import Server, served, staged

PATIENCE = 10_000  # ms
WARM_UP = 5  # rounds that are not counted
# When something happened, in ms of the wall clock: both pages are on this machine.
WATCH = """() => {
    const now = () => performance.timeOrigin + performance.now();
    window.told = { key: 0, typing: 0, lines: {} };
    document.addEventListener("keydown", () => { window.told.key = now(); }, true);
    const typing = document.querySelector(".chat .typing");
    new MutationObserver(() => { if (!typing.hidden) window.told.typing = now(); }).observe(typing, { attributes: true });
    new MutationObserver((records) => {
        for (const node of records.flatMap((record) => [...record.addedNodes]))
            if (node.dataset?.line) window.told.lines[node.textContent.match(/line-[0-9]+/)?.[0]] = now();
    }).observe(document.getElementById("chat-lines"), { childList: true });
}"""


def opened(context: BrowserContext, server: Server, path: str) -> Page:
    page = context.new_page()
    page.goto(f"{server.address}{path}")
    page.locator(".link-state[data-state=live]").wait_for(state="attached", timeout=PATIENCE)
    return page


def rounds(one: Page, other: Page, count: int, first: int) -> tuple[list[float], list[float]]:
    """Milliseconds until the mark and until the line are on the other page."""
    field = one.locator("#chat-line")
    marks: list[float] = []
    lines: list[float] = []
    for place in range(first, first + WARM_UP + count):
        field.press("a")
        other.locator(".chat .typing").wait_for(state="visible", timeout=PATIENCE)
        typed: dict[str, Any] = one.evaluate("window.told")
        seen: dict[str, Any] = other.evaluate("window.told")
        field.fill(f"line-{place}")
        field.press("Enter")
        name = f"line-{place}"
        other.wait_for_function("(name) => window.told.lines[name]", arg=name, timeout=PATIENCE)
        other.locator(".chat .typing").wait_for(state="hidden", timeout=PATIENCE)
        if place >= first + WARM_UP:
            marks.append(seen["typing"] - typed["key"])
            lines.append(other.evaluate("(name) => window.told.lines[name]", name) - one.evaluate("window.told.key"))
    return marks, lines


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=100, help="in each direction")
    count = options.parse_args().rounds
    introduce("chat between two browsers")
    with staged(technicians=1, messages=(5,)) as stage, served(stage) as server, chromium() as browser:
        number = stage.tickets[0]
        with (
            signed_in(browser, server, stage, "tech0") as staff,
            signed_in(browser, server, stage, "requester") as portal,
        ):
            technician = opened(staff, server, f"/tickets/{number}")
            requester = opened(portal, server, f"/portal/requests/{number}")
            technician.get_by_role("button", name="Actions").click()
            technician.get_by_role("menuitem", name="Start chat").click()
            requester.locator("[data-chat=accept]").click()
            for page in (technician, requester):
                page.locator("#chat-line").wait_for(timeout=PATIENCE)
                page.evaluate(WATCH)
            found = {
                "technician to requester": rounds(technician, requester, count, 0),
                "requester to technician": rounds(requester, technician, count, 10_000),
            }
    table = [
        [direction, what, len(values), *(f"{percentile(values, part):.0f}" for part in (0.5, 0.99))]
        for direction, pair in found.items()
        for what, values in zip(("key press to typing mark", "Enter to shown"), pair, strict=True)
    ]
    show(["direction", "what", "rounds", "p50 ms", "p99 ms"], table)


if __name__ == "__main__":
    main()
