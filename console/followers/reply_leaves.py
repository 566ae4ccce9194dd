"""A queued reply leaves when its window ends."""

from __future__ import annotations

from console.desk.actions import reply
from console.desk.change import Receipt
from console.desk.desk import Desk


def run(desk: Desk, target: str) -> Receipt:
    """Make the queued message with this id public, in its author's name."""
    number, author = reply.author_of(desk, int(target))
    return desk.run(reply.let_leave, number, author, message_id=int(target))
