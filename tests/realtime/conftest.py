"""Fixtures of the live side: commands in the server's own loop, and lines to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from realtime.line import PATIENCE, Do, Line, Open
from realtime.workers import At, known

from bench.servers.valkey import Valkey
from console.desk.change import Receipt
from console.viewer import COOKIE
from world import World


@pytest.fixture
def loop(world: World) -> asyncio.AbstractEventLoop:
    """The server's loop."""
    return world.server.servers[0].get_loop()


@pytest.fixture
def do(world: World, loop: asyncio.AbstractEventLoop) -> Do:
    """Run an action as the doors do: in the writer's thread, waking the feed."""

    def run(action: Any, *args: Any, **named: Any) -> Receipt:
        return asyncio.run_coroutine_threadsafe(world.desk.do(action, *args, **named), loop).result(PATIENCE)

    return run


@pytest.fixture
def line(world: World) -> Iterator[Open]:
    """Open a line as this person: `line("ada")`, `line("rhea", "/portal", language="es")`."""
    lines: list[Line] = []

    def opened(
        name: str, namespace: str = "/staff", *, cookie: str = "", buffer: int | None = None, **auth: str
    ) -> Line:
        headers = {"Cookie": f"{COOKIE}={cookie or world.session(name)}"}
        lines.append(Line(world.url, headers, buffer))
        answer = lines[-1].enter(namespace, {"language": "en", **auth})
        assert "sid" in answer, answer
        return lines[-1]

    yield opened
    for each in lines:
        each.close()


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture
def one(serve: Callable[..., World], valkey: Valkey) -> World:
    valkey.flush()
    return known(serve(redis_url=valkey.url))


@pytest.fixture
def two(one: World, serve: Callable[..., World], valkey: Valkey) -> World:
    return known(serve(redis_url=valkey.url))


@pytest.fixture
def at() -> Iterator[At]:
    """Open a line at a worker: `at(one, "ada")`."""
    opened: list[Line] = []

    def open_(world: World, name: str, *, cookie: str = "", **auth: str) -> Line:
        opened.append(Line(world.url, {"Cookie": f"{COOKIE}={cookie or world.session(name)}"}, None))
        answer = opened[-1].enter("/portal" if name == "rhea" else "/staff", {"language": "en", **auth})
        assert "sid" in answer, answer
        return opened[-1]

    yield open_
    for each in opened:
        each.close()
