"""A clock that stands still until a test moves it, and then rings every timer at its time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from console.presence.clock import Clock, Timer

BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(order=True)
class Ring:
    at: float
    order: int
    act: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class Stillness(Clock):
    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0  # seconds
        self._rings: list[Ring] = []
        self._order = count()

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.passed)

    def later(self, seconds: float, act: Callable[..., None], *arguments: Any) -> Timer:
        ring = Ring(self.passed + seconds, next(self._order), lambda: act(*arguments))
        heapq.heappush(self._rings, ring)
        return ring

    def pass_(self, seconds: float) -> None:
        until = self.passed + seconds
        while self._rings and self._rings[0].at <= until:
            ring = heapq.heappop(self._rings)
            self.passed = max(self.passed, ring.at)
            if not ring.cancelled:
                ring.act()
        self.passed = until

    @property
    def ringing(self) -> int:
        """How many timers have not ended."""
        return sum(not ring.cancelled for ring in self._rings)
