"""Limits over several workers: counted together, and by each for itself while Redis is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from realtime.test_line import until_up

from bench.servers.valkey import Valkey
from console.limiting import Limit, Limits
from console.line import Line

TEN = Limit("test", 10, 60)


@asynccontextmanager
async def worker(server: Valkey, clock: list[float]) -> AsyncIterator[tuple[Limits, Line]]:
    line = Line(server.url, "limits", lambda: pytest.fail("the process was ended"))
    await line.start()
    await until_up(line, True)
    try:
        yield Limits(line, lambda: clock[0]), line
    finally:
        await line.stop()


async def allowed(limits: Limits, who: str, times: int) -> int:
    bookings = await asyncio.gather(*(limits.book(TEN, who) for _ in range(times)))
    return sum(each.wait is None for each in bookings)


def test_two_workers_count_together_however_many_ask_at_once(valkey: Valkey) -> None:
    async def run() -> None:
        valkey.flush()
        clock = [6_000.0]
        async with worker(valkey, clock) as (one, _), worker(valkey, clock) as (two, _):
            assert sum(await asyncio.gather(allowed(one, "ada", 25), allowed(two, "ada", 25))) == 10
            assert await allowed(two, "ben", 1) == 1
            await two.forget(TEN, "ada")
            assert await allowed(one, "ada", 20) == 10

    asyncio.run(run())


def test_the_window_glides(valkey: Valkey) -> None:
    async def run(limits: Limits, clock: list[float]) -> None:
        assert await allowed(limits, "ada", 11) == 10
        refused = await limits.book(TEN, "ada")
        assert refused.wait == 60
        clock[0] += 60 + 30  # the ten of the window before weigh half
        assert await allowed(limits, "ada", 11) == 5
        clock[0] += 120
        assert await allowed(limits, "ada", 11) == 10
        booked = await limits.book(TEN, "ben")
        await limits.cancel(booked)
        assert await allowed(limits, "ben", 11) == 10

    async def both() -> None:
        valkey.flush()
        alone = [6_000.0]
        await run(Limits(clock=lambda: alone[0]), alone)
        together = [6_000.0]
        async with worker(valkey, together) as (limits, _):
            await run(limits, together)

    asyncio.run(both())


def test_while_redis_is_away_each_worker_counts_for_itself() -> None:
    async def run() -> None:
        clock = [6_000.0]
        with Valkey() as server:
            async with worker(server, clock) as (one, line), worker(server, clock) as (two, other):
                assert await allowed(one, "ada", 4) == 4
                server.kill()
                await asyncio.gather(until_up(line, False), until_up(other, False))
                assert await allowed(one, "ada", 50) == 10
                assert await allowed(two, "ada", 50) == 10
                server.start()
                await asyncio.gather(until_up(line, True), until_up(other, True))
                assert sum(await asyncio.gather(allowed(one, "ada", 25), allowed(two, "ada", 25))) == 10

    asyncio.run(run())
