"""How often an event is rendered, whoever looks: counted by the renderer itself against audiences × languages in use.

The server runs in a thread of this process, because its counter is looked into; nothing is timed here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count as counting
from time import sleep
from uuid import uuid4

import uvicorn

from bench.clients import Arrived, Browser, Viewer, connect
from bench.measuring import introduce, load, show
from bench.stage import Stage, staged, words
from console.app import Console, make_console
from console.config import LANGUAGES
from console.serving import listening, uvicorn_config

AT_ONCE = 4  # people who press Send on one ticket in the same moment
PATIENCE = 20.0  # seconds

number_of_events = counting(1)


@contextmanager
def in_thread(stage: Stage) -> Iterator[tuple[Console, int]]:
    """The console and its port, served until the end of the block."""
    with listening(stage.settings) as listener:
        port = listener.getsockname()[1]
        console = make_console(stage.settings.model_copy(update={"port": port}))
        server = uvicorn.Server(uvicorn_config(console.app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                sleep(0.01)
            yield console, port
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


@dataclass(frozen=True, slots=True)
class Case:
    """`events` replies or notes are written, `at_once` under way, while technicians and perhaps the requester look."""

    kind: str
    technicians: int
    languages: int
    requester: bool
    at_once: int
    events: int

    @property
    def limit(self) -> int:
        """Audiences × languages in use."""
        return self.languages * (2 if self.requester and self.kind == "reply" else 1)


async def measure(console: Console, port: int, stage: Stage, case: Case) -> float:
    """Renders per event."""
    number = stage.tickets.pop()
    arrived = 0
    expected = case.events * (case.technicians + (case.languages if case.requester and case.kind == "reply" else 0))
    complete = asyncio.Event()

    def count(_payload: bytes, _now: int) -> None:
        nonlocal arrived
        arrived += 1
        if arrived == expected:
            complete.set()

    spoken = LANGUAGES[: case.languages]
    seats = [(f"tech{place}", spoken[place % len(spoken)]) for place in range(case.technicians)]
    seats += [("requester", language) for language in spoken] if case.requester else []
    pages = [await _page(port, stage, number, name, language, count) for name, language in seats]
    before = console.house.renderer.rendered
    browser = Browser("127.0.0.1", port, stage.cookie("poster"))
    heads: dict[str, object] = {}
    try:
        for _ in range(case.events // case.at_once):
            await asyncio.gather(*(_write(browser, number, case.kind, heads) for _ in range(case.at_once)))
        await asyncio.wait_for(complete.wait(), PATIENCE)
    finally:
        browser.close()
        for viewer in pages:
            viewer.transport.close()
    return (console.house.renderer.rendered - before) / case.events


async def _page(port: int, stage: Stage, number: int, name: str, language: str, arrived: Arrived) -> Viewer:
    namespace = "/portal" if name == "requester" else "/staff"
    channels = [f"ticket:{number}"]
    return await connect("127.0.0.1", port, stage.cookie(name), namespace, channels, language, arrived)


async def _write(browser: Browser, number: int, kind: str, heads: dict[str, object]) -> None:
    place = "replies" if kind == "reply" else "notes"
    fields = {"body": words(next(number_of_events)), "command_id": str(uuid4()), **heads}
    told = json.loads(await browser.post(f"/tickets/{number}/{place}", fields))
    heads.update(last=told["seq"], epoch=told["epoch"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.renders", description=__doc__)
    parser.add_argument("--viewers", default="2,50", help="technicians who look (2,50)")
    parser.add_argument("--events", type=int, default=24, help=f"events of each kind, a multiple of {AT_ONCE} (24)")
    asked = parser.parse_args()
    viewers = [int(each) for each in asked.viewers.split(",")]
    introduce("Renders per event, counted by console.fragments.Renderer.rendered")
    cases = [
        Case(kind, count, min(count, languages), requester, at_once, asked.events)
        for at_once in (1, AT_ONCE)
        for kind in ("reply", "note")
        for count in viewers
        for languages in (1, 3)
        for requester in (False, True)
    ]
    rows = []
    with staged(technicians=max(viewers), messages=[3] * len(cases)) as stage, in_thread(stage) as (console, port):
        for case in cases:
            rendered = asyncio.run(measure(console, port, stage, case))
            told = (
                case.kind,
                str(case.technicians),
                str(case.languages),
                "yes" if case.requester else "no",
                str(case.at_once),
            )
            rows.append((*told, str(case.limit), rendered, "ok" if rendered <= case.limit else "over"))
    show(("event", "technicians", "languages", "requester", "at once", "audiences × languages", "renders", ""), rows)
    print(f"\n{asked.events} events each, {load()} at the end. The sender's own language is one of those in use.")


if __name__ == "__main__":
    main()
