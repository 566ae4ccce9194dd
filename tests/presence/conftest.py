"""Fixtures of presence: one registry with a clock that stands still, and four people."""

from __future__ import annotations

import pytest

from console.desk.people import Who, who
from console.presence.registry import Presence
from presence.stillness import Stillness

NAMES = ("Ana", "Ben", "Carla", "Dario")
PEOPLE = {name: who(place, name) for place, name in enumerate(NAMES, 1)}


class Ticket:
    """Presence on ticket 1, by first names. `told` counts what the listener was told."""

    def __init__(self, clock: Stillness) -> None:
        self.clock, self.presence, self.told = clock, Presence(clock), 0
        self.presence.on_change(self._hear)

    def enter(self, name: str, tab: str = "a", state: str = "viewing", lease: float | None = None) -> None:
        self.presence.enter(1, f"{name}-{tab}", PEOPLE[name], state, lease)

    def intend(self, name: str, state: str, tab: str = "a") -> None:
        self.presence.intend(1, f"{name}-{tab}", state)

    def leave(self, name: str, tab: str = "a", *, grace: bool = True) -> None:
        self.presence.leave(1, f"{name}-{tab}", grace=grace)

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Name and state of everybody, in order."""
        return [(viewer.name, viewer.state) for viewer in self.presence.roster(1).viewers]

    @property
    def claim(self) -> Who | None:
        return self.presence.claim(1)

    def _hear(self, number: int) -> None:
        assert number == 1
        self.told += 1


@pytest.fixture
def clock() -> Stillness:
    return Stillness()


@pytest.fixture
def ticket(clock: Stillness) -> Ticket:
    return Ticket(clock)
