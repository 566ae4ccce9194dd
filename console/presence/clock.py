"""Time as presence needs it: what to show, and when to act. Waiting goes by the loop's clock, which is never set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol


class Timer(Protocol):
    def cancel(self) -> None: ...


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def later(self, seconds: float, act: Callable[..., None], *arguments: Any) -> Timer:
        """Call `act` in the loop's thread after so many seconds, unless it is cancelled before."""
        return asyncio.get_running_loop().call_later(seconds, act, *arguments)
