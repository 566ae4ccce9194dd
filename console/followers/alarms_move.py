"""Rules of escalation were set: when the next alarm of tickets rings follows from them."""

from __future__ import annotations

from console.desk.actions import escalating
from console.desk.change import Receipt
from console.desk.desk import Desk


def run(desk: Desk, target: str) -> Receipt | None:
    """`target` is a department's id, or nothing for all."""
    escalating.move_alarms(desk, int(target) if target else None)
    return None
