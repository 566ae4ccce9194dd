"""Targets or hours were set: the clocks of the tickets follow."""

from __future__ import annotations

from console.desk.actions import promising
from console.desk.change import Receipt
from console.desk.desk import Desk


def run(desk: Desk, target: str) -> Receipt | None:
    """`target` is a department's id or nothing, a colon, and the ticket's number behind which to go on."""
    place, after = target.split(":")
    return promising.move(desk, int(place) if place else None, int(after))
