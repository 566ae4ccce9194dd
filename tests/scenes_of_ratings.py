"""How the requester rates ticket 1: steps for tests/test_same_page.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from desk.acts import Acts

from cast import Clock

Steps = Iterator[object]


def rated(acts: Acts, clock: Clock) -> Steps:
    """With and without words, said otherwise, its words removed, and once more after it was resolved again."""
    yield acts.sets("ada", "status", "resolved")
    yield acts.rates("bad")
    said = acts.rates("bad", "Slow, @Ben, & **rude**.")
    yield said
    yield acts.rates("good", "Slow, @Ben, & **rude**.")
    yield acts.redacts("ada", said.message_id)
    yield acts.sets("ada", "status", "open")
    yield acts.sets("ada", "status", "resolved")
    yield acts.rates("good")


SCENES: dict[str, dict[str, Callable[[Acts, Clock], Steps]]] = {"rated": {"": rated}}
