"""Time as presence needs it: what to show, and when to act. It goes by the machine's steady clock, which is never set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Protocol


class Timer(Protocol):
    def cancel(self) -> None: ...


class Clock:
    def __init__(self) -> None:
        self._beginning = datetime.now(UTC) - timedelta(seconds=monotonic())

    def now(self) -> datetime:
        return self._beginning + timedelta(seconds=monotonic())

    def set(self, moment: datetime) -> None:
        """Agree with others about what time it is now."""
        self._beginning = moment - timedelta(seconds=monotonic())

    def later(self, seconds: float, act: Callable[..., None], *arguments: Any) -> Timer:
        """Call `act` in the loop's thread after so many seconds, unless it is cancelled before."""
        return asyncio.get_running_loop().call_later(seconds, act, *arguments)
