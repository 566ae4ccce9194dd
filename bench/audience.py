"""Viewers of tickets in a process of their own, so that what they do is not counted as the server's or the sender's time."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.connection import Connection

import uvloop

from bench.clients import connect
from bench.stage import Server, Stage

MARK = re.compile(rb"mark-(\d{8})")
Place = tuple[str, int]
Arrivals = dict[int, tuple[int, int]]  # by mark: how many viewers have it, and when the last one got it (monotonic, ns)


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody who looks at tickets: the cookie, the namespace and the language of the page, and the channels joined."""

    cookie: str
    namespace: str
    language: str
    channels: list[str]


def mark(number: int) -> str:
    """Words that are found again in what the viewers get."""
    return f"mark-{number:08d}"


def lookers(stage: Stage, count: int, tickets: list[int]) -> list[Looker]:
    """The requester of these tickets and technicians of their department, `count` together."""
    channels = [f"ticket:{number}" for number in tickets]
    staff = [
        Looker(stage.cookie(f"tech{place}"), "/staff", "en", [*channels, "me"])
        for place in range(count - 1 if count > 1 else 1)
    ]
    return staff if count == 1 else [*staff, Looker(stage.cookie("requester"), "/portal", "pt", channels)]


class Audience:
    """The connected viewers; `report` gives what came since the last report."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def report(self) -> Arrivals:
        self._line.send("report")
        arrivals: Arrivals = self._line.recv()
        return arrivals


@contextmanager
def watching(servers: Sequence[Server], seats: list[Looker]) -> Iterator[Audience]:
    """Viewers, connected and joined until the end of the block, at the servers in turn."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_watch, args=([(each.host, each.port) for each in servers], seats, theirs))
    process.start()
    theirs.close()
    try:
        ours.recv()
        yield Audience(ours)
    finally:
        ours.close()
        process.join(10)
        if process.is_alive():
            process.terminate()


def _watch(places: list[Place], seats: list[Looker], line: Connection) -> None:
    with suppress(BrokenPipeError):  # the program was ended from outside
        uvloop.run(_attend(places, seats, line))


async def _attend(places: list[Place], seats: list[Looker], line: Connection) -> None:
    seen: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))

    def arrived(payload: bytes, now: int) -> None:
        if (found := MARK.search(payload)) is not None:
            number = int(found[1])
            seen[number] = (seen[number][0] + 1, now)

    viewers = [
        await connect(*place, seat.cookie, seat.namespace, seat.channels, seat.language, arrived)
        for place, seat in zip(cycle(places), seats, strict=False)
    ]
    line.send("ready")
    while True:
        try:
            await asyncio.to_thread(line.recv)
        except EOFError:
            break
        line.send(dict(seen))
        seen.clear()
    for viewer in viewers:
        viewer.transport.close()
    await asyncio.sleep(0.05)
