"""How people follow ticket 1 and leave off: steps for tests/test_same_page.py."""

from __future__ import annotations

from collections.abc import Iterator

from desk.acts import Acts

from cast import Clock


def followed(acts: Acts, clock: Clock) -> Iterator[object]:
    yield acts.follows("ada")
    yield acts.follows("lea")
    yield acts.asks()
    yield acts.notes("ben")


def unfollowed(acts: Acts, clock: Clock) -> Iterator[object]:
    yield acts.follows("ada")
    yield acts.follows("ada", on=False)


SCENES = {"followed": {"": followed}, "unfollowed": {"": unfollowed}}
