"""The upright axis of a chart: a height that can be halved, and its unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Unit = Literal["", "min", "h", "d"]
SIZES: tuple[tuple[Unit, int], ...] = (("min", 1), ("h", 60), ("d", 1_440))  # minutes
MOST = 90  # of a unit; beyond it the next one is easier to read


@dataclass(frozen=True, slots=True)
class Scale:
    """`top` units of so many minutes each (`size`; 1 for what is no time) are the full height."""

    top: int
    unit: Unit
    size: int

    def part(self, value: int) -> float:
        """How high a value stands, 1 is the full height."""
        return value / (self.top * self.size)


def scale_of(values: Iterable[int | None], *, minutes: bool = False) -> Scale:
    """The scale on which all of these stand."""
    most = max((each for each in values if each is not None), default=0)
    unit: Unit = ""
    size = 1
    if minutes:
        unit, size = next(((name, size) for name, size in SIZES if most <= MOST * size), SIZES[-1])
    top = max(2, -(-most // size))
    return Scale(top + top % 2, unit, size)
