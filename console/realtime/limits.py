"""How much one connection may ask for."""

from __future__ import annotations

from time import monotonic

PACKETS_PER_SECOND = 20.0
BURST = 60.0
CHANNELS = 50  # that one seat may have joined at a time
JOIN_SECONDS = 5.0  # a join that takes longer ends the connection, and the page tries again
REPLAY_BYTES = 256 * 1024  # of rendered events in one catch-up


class Bucket:
    """A token bucket: BURST packets at once, then PACKETS_PER_SECOND."""

    __slots__ = ("_at", "_tokens")

    def __init__(self) -> None:
        self._tokens, self._at = BURST, monotonic()

    def take(self) -> bool:
        now = monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._at) * PACKETS_PER_SECOND)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
