"""Rules of escalation were set: when the next alarm of tickets rings follows from them."""

from __future__ import annotations

from console.desk.actions import escalating
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.followers.errands import GoesOn


def run(desk: Desk, target: str) -> Receipt | None:
    """`target` is a department's id or nothing, a colon, and the ticket's number behind which to go on. Raises GoesOn."""
    place, after = target.split(":")
    last = escalating.move_alarms(desk, int(place) if place else None, int(after))
    if last is not None:
        raise GoesOn(f"{place}:{last}")
    return None
