"""What a client's event is refused with: words of the protocol, never a reason from the inside."""

from __future__ import annotations

from typing import Literal

Error = Literal["bad_request", "not_found", "signed_out", "limited", "unknown_event"]

# Said by a client that is broken or hostile; if the packet leaves no way to say so, its connection ends.
HOSTILE: tuple[Error, ...] = ("bad_request", "unknown_event", "limited")


class Refused(Exception):
    def __init__(self, error: Error) -> None:
        super().__init__(error)
        self.error = error
