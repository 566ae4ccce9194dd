"""A resolved ticket that nobody answered is closed by itself."""

from __future__ import annotations

from console.desk.actions import closing
from console.desk.change import Receipt
from console.desk.desk import Desk


def run(desk: Desk, target: str) -> Receipt | None:
    """Close the ticket with this number, if it has been resolved for long enough."""
    return desk.run(closing.close_resolved, int(target))
