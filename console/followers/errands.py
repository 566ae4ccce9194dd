"""What followers are: functions that do one errand, and how they say that it has to wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from console.desk.change import Receipt
from console.desk.desk import Desk

# Does the errand with this target; gives what it changed last, if anything. Raises PutOff, GoesOn.
Follower = Callable[[Desk, str], Receipt | None]


class PutOff(Exception):
    """Not now: again after that time, and not because anything is wrong with the errand itself."""

    def __init__(self, after: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.after = after


class GoesOn(Exception):
    """A part of it is done, and the rest has this target; others get their turn first."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.target = target
