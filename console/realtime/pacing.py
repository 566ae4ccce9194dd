"""Work that is asked for more often than it is worth doing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from console.realtime.events import report

T = TypeVar("T")
AGAIN = 1.0  # seconds until what failed is tried again


class Pace:
    """`act(number)` at once when it is asked for, and then at most once in `rest(number)` seconds for each ticket."""

    def __init__(self, rest: Callable[[int], float], act: Callable[[int], None]) -> None:
        self._rest, self._act = rest, act
        self._resting: dict[int, bool] = {}  # tickets that were just acted on; whether it was asked for again

    def ask(self, number: int) -> None:
        if number in self._resting:
            self._resting[number] = True
            return
        self._resting[number] = False
        asyncio.get_running_loop().call_later(self._rest(number), self._rested, number)
        self._act(number)

    def _rested(self, number: int) -> None:
        if self._resting.pop(number):
            self.ask(number)


class Due(Generic[T]):
    """Things to look at soon. `work` gets all that are due, each once, and is never run twice at a time."""

    def __init__(self, work: Callable[[list[T]], Awaitable[None]], failed: str) -> None:
        self._work, self._failed = work, failed
        self._waiting: dict[T, None] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def add(self, item: T) -> None:
        self._waiting[item] = None
        self._wake.set()

    def __contains__(self, item: T) -> bool:
        return item in self._waiting

    def start(self) -> None:
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _follow(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._waiting = list(self._waiting), {}
            try:
                await self._work(due)
            except Exception as problem:  # the database, most likely
                report(self._failed, problem)
                for item in due:
                    self.add(item)
                await asyncio.sleep(AGAIN)
