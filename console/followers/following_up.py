"""A closed ticket learns of the one that goes on from it."""

from __future__ import annotations

from console.desk.actions import closing
from console.desk.change import Receipt
from console.desk.desk import Desk


def run(desk: Desk, target: str) -> Receipt | None:
    """`target` is the closed ticket's number and the new one's, with a colon between."""
    old, new = target.split(":")
    return desk.run(closing.note_follow_up, int(old), int(new))
