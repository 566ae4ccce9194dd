"""The line between workers: a listener that hears nothing is replaced, and Redis being away ends nothing."""

from __future__ import annotations

import asyncio

import pytest
from realtime.line import PATIENCE

from bench.servers.valkey import Valkey
from console import line as lines


def test_a_deaf_listener_is_replaced_and_in_the_end_its_process(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "ECHO_EVERY", 0.05)
    monkeypatch.setattr(lines, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(lines.Line, "_hear", lambda *_: None)
    begun: list[str] = []
    hear_all = lines.Line._hear_all

    async def counted(self: lines.Line) -> None:
        begun.append("listening")
        await hear_all(self)

    monkeypatch.setattr(lines.Line, "_hear_all", counted)

    async def run() -> None:
        ended = asyncio.Event()
        line = lines.Line(valkey.url, "deaf", ended.set)
        await line.start()
        async with asyncio.timeout(PATIENCE):
            await ended.wait()
        await line.stop()

    asyncio.run(run())
    assert len(begun) > 1, "a new subscription is tried before the process ends"


def test_who_was_deaf_once_goes_on_when_the_new_listener_hears(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "ECHO_EVERY", 0.05)
    monkeypatch.setattr(lines, "FIRST_PAUSE", 0.3)  # several echoes are said before anybody listens again
    monkeypatch.setattr(lines, "HOPELESS_AFTER", lines.DEAF_AFTER + 1)
    hear = lines.Line._hear

    async def run() -> None:
        line = lines.Line(valkey.url, "once", lambda: pytest.fail("the process was ended"))
        await line.start()
        first, heard = line._hearing, asyncio.Semaphore(0)

        def second_hears(self: lines.Line, channel: bytes, data: bytes) -> None:
            if self._hearing is not first:
                hear(self, channel, data)
                heard.release()

        monkeypatch.setattr(lines.Line, "_hear", second_hears)
        async with asyncio.timeout(PATIENCE):
            for _ in range(5):
                await heard.acquire()
        await line.stop()

    asyncio.run(run())


def test_all_who_ask_a_silent_redis_at_once_wait_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "ANSWERS_WITHIN", 0.5)

    async def run() -> None:
        with Valkey() as server:
            line = lines.Line(server.url, "silent", lambda: pytest.fail("the process was ended"))
            await line.start()
            await until_up(line, True)
            assert await line.ask([("PING",)]) == [True]
            server.pause()
            began = asyncio.get_running_loop().time()
            said = await asyncio.gather(*(line.ask([("PING",)]) for _ in range(50)), return_exceptions=True)
            took = asyncio.get_running_loop().time() - began
            server.resume()
            assert all(isinstance(each, lines.Away) for each in said) and took < 3 * lines.ANSWERS_WITHIN
            await until_up(line, True)
            await line.stop()

    asyncio.run(run())


def test_redis_being_away_for_long_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "ECHO_EVERY", 0.02)
    monkeypatch.setattr(lines, "LONGEST_PAUSE", 0.02)

    async def run() -> None:
        with Valkey() as server:
            line = lines.Line(server.url, "away", lambda: pytest.fail("the process was ended"))
            await line.start()
            await until_up(line, True)
            server.kill()
            await until_up(line, False)
            await asyncio.sleep(1.0)  # fifty times as long as it takes to notice a miss
            server.start()
            await until_up(line, True)
            await line.stop()

    asyncio.run(run())


async def until_up(line: lines.Line, up: bool) -> None:
    turned = asyncio.Event()
    line.on_state(lambda now: turned.set() if now == up else None)
    if line.up != up:
        async with asyncio.timeout(PATIENCE):
            await turned.wait()
