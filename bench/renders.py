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
from itertools import count as counting
from time import sleep
from uuid import uuid4

import uvicorn

from bench.clients import Browser, Viewer, connect
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


async def measure(
    console: Console, port: int, stage: Stage, kind: str, viewers: int, languages: int, requester: bool, events: int, at_once: int
) -> float:
    """Renders per event while `events` replies or notes are written, `at_once` under way."""
    number = stage.tickets.pop()
    arrived = [0]

    def count(_payload: bytes, _now: int) -> None:
        arrived[0] += 1

    spoken = LANGUAGES[:languages]
    pages = [
        await _page(port, stage, number, f"tech{place}", spoken[place % languages], count) for place in range(viewers)
    ]
    public = [await _page(port, stage, number, "requester", each, count) for each in spoken] if requester else []
    before = console.house.renderer.rendered
    browser = Browser("127.0.0.1", port, stage.cookie("poster"))
    heads: dict[str, object] = {}
    try:
        for _ in range(events // at_once):
            await asyncio.gather(*(_write(browser, number, kind, heads) for _ in range(at_once)))
        expected = events * (len(pages) + (len(public) if kind == "reply" else 0))
        async with asyncio.timeout(PATIENCE):
            while arrived[0] < expected:
                await asyncio.sleep(0.01)
    finally:
        browser.close()
        for viewer in pages + public:
            viewer.transport.close()
    return (console.house.renderer.rendered - before) / events


async def _page(port: int, stage: Stage, number: int, name: str, language: str, count: object) -> Viewer:
    namespace = "/portal" if name == "requester" else "/staff"
    return await connect(
        "127.0.0.1", port, stage.cookie(name), namespace, [f"ticket:{number}"], language, count  # type: ignore[arg-type]
    )


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
    kinds = [
        (kind, count, languages, requester, at_once)
        for kind in ("reply", "note")
        for at_once in (1, AT_ONCE)
        for count in viewers
        for languages in (1, 3)
        for requester in (False, True)
    ]
    rows = []
    with staged(technicians=max(viewers), messages=[3] * len(kinds)) as stage, in_thread(stage) as (console, port):
        for kind, count, languages, requester, at_once in kinds:
            in_use = min(count, languages)
            limit = in_use + (in_use if requester and kind == "reply" else 0)
            asking = measure(console, port, stage, kind, count, in_use, requester, asked.events, at_once)
            rendered = asyncio.run(asking)
            yes = "yes" if requester else "no"
            rows.append((kind, count, in_use, yes, at_once, limit, rendered, "ok" if rendered <= limit else "OVER"))
    show(
        ("event", "technicians", "languages", "requester", "sends at once", "audiences × languages", "renders per event", ""), rows
    )
    print(f"\n{asked.events} events each, {load()} at the end. The sender's own language is one of those in use.")


if __name__ == "__main__":
    main()
