"""A queued reply leaves when its window ends."""

from __future__ import annotations

from console.desk.actions import reply
from console.desk.change import Receipt
from console.desk.desk import Desk


def run(desk: Desk, target: str) -> Receipt | None:
    """Make the queued message with this id public, in its author's name."""
    number, author = reply.author_of(desk, int(target))
    # Somebody who was disabled within the window no longer speaks for the desk.
    return None if author is None else desk.run(reply.let_leave, number, author, message_id=int(target))
