"""How tags are put on ticket 1 and taken off: steps for tests/test_same_page.py."""

from __future__ import annotations

from collections.abc import Iterator

from desk.acts import Acts

from cast import Clock
from console.desk.actions.tagging import set_tag


def tagged(acts: Acts, clock: Clock) -> Iterator[object]:
    for name in ("printer", "<b> & more"):
        yield acts.desk.run(set_tag, 1, acts.cast["ada"], name=name, on=True)


def untagged(acts: Acts, clock: Clock) -> Iterator[object]:
    yield from tagged(acts, clock)
    yield acts.desk.run(set_tag, 1, acts.cast["lea"], name="printer", on=False)


SCENES = {"tagged": {"": tagged}, "untagged": {"": untagged}}
