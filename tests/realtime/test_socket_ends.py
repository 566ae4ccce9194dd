"""Connections that are reset, at whatever stage: nothing of them stays."""

from __future__ import annotations

import asyncio
from time import monotonic, sleep

import pytest

from bench.faults.killing import STAGES, Stage
from bench.faults.wires import Wire
from console.desk.actions import signing
from world import PATIENCE, World


def held(world: World) -> dict[str, int]:
    """What the desk and the libraries beneath it keep of connections."""
    realtime = world.console.realtime
    server = realtime.server
    return {
        "connections of uvicorn": len(world.server.server_state.connections),
        "engine sockets": len(server.eio.sockets),
        "handshakes": len(server.environ),
        "members": sum(len(rooms) for rooms in server.manager.rooms.values()),
        "seats": len(realtime.rooms.seats),
        "rooms": len(list(realtime.rooms.occupied())),
        "seats by person": sum(door._seated.total() for door in server.doors.values()),
        "tickets with somebody on them": world.console.house.presence.count,
    }


@pytest.mark.parametrize("until", STAGES, ids=lambda stage: str(stage.__name__))
def test_a_reset_leaves_nothing_behind(world: World, until: Stage) -> None:
    token = signing.new_secret()
    world.desk.run(signing.create_token, world.cast["ada"], value=token, name="wire")

    async def vanish() -> None:
        wire = await Wire.open(world.settings.port)
        try:
            await until(wire, token, 1)
        finally:
            wire.reset()

    async def vanish_often() -> None:
        await asyncio.gather(*(vanish() for _ in range(5)))

    asyncio.run(vanish_often())
    ends = monotonic() + PATIENCE
    while any(held(world).values()) and monotonic() < ends:
        sleep(0.02)
    assert not {name: count for name, count in held(world).items() if count}
