"""A chat that was asked for is not waited for without end."""

from __future__ import annotations

from console.desk.actions import chatting
from console.desk.change import Receipt
from console.desk.desk import Desk


def run(desk: Desk, target: str) -> Receipt | None:
    """Tell that nobody answered the request for the chat with this id, if that is so."""
    return desk.run(chatting.give_up, int(target))
