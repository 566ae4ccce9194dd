"""Several workers of one desk in one process, each with a server, a feed and a line of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from realtime.line import PATIENCE, Line

from console.desk.change import Receipt
from world import World

At = Callable[..., Line]


def known(world: World) -> World:
    """Wait until this worker has heard from the others."""
    wait(lambda: not world.console.house.presence.unknown)
    return world


def wait(true: Callable[[], bool], patience: float = PATIENCE) -> float:
    """Wait until this is so; gives how long it took."""
    began = monotonic()
    while not true():
        assert monotonic() - began < patience
        sleep(0.01)
    return monotonic() - began


def do(world: World, action: Any, *args: Any, **named: Any) -> Receipt:
    loop = world.server.servers[0].get_loop()
    return asyncio.run_coroutine_threadsafe(world.desk.do(action, *args, **named), loop).result(PATIENCE)


def in_loop(world: World, act: Callable[[], object]) -> None:
    async def run() -> None:
        act()

    asyncio.run_coroutine_threadsafe(run(), world.server.servers[0].get_loop()).result(PATIENCE)


def seen_at(world: World) -> dict[str, str]:
    return {each.name: each.state for each in world.console.house.presence.roster(1).viewers}
