"""How often one may fail to sign in: counted per account and per address, in a moving window of 15 minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

WINDOW_MINUTES = 15
ACCOUNTS_PER_ADDRESS = 5  # a whole office may share one address


class Attempt:
    """One try to sign in; it counts as a failure unless it is told otherwise."""

    def __init__(self) -> None:
        self.failed = True

    def succeed(self) -> None:
        self.failed = False


class SignInLimit:
    """What is under way is booked in advance, so that parallel guesses can't pass the limits."""

    def __init__(self, failures: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._account = RateLimitItemPerMinute(failures, WINDOW_MINUTES, namespace="account")
        self._address = RateLimitItemPerMinute(failures * ACCOUNTS_PER_ADDRESS, WINDOW_MINUTES, namespace="address")
        self._under_way: Counter[str] = Counter()  # by address

    @contextmanager
    def attempt(self, account: str, address: str) -> Iterator[Attempt | None]:
        """Gives the attempt, or None if it is not allowed now."""
        free = self._limiter.get_window_stats(self._address, address).remaining - self._under_way[address]
        if free <= 0 or not self._limiter.hit(self._account, account):
            yield None
            return
        attempt = Attempt()
        self._under_way[address] += 1
        try:
            yield attempt
        finally:
            self._under_way[address] -= 1
            if not self._under_way[address]:
                del self._under_way[address]
            if attempt.failed:
                self._limiter.hit(self._address, address)
            else:
                self._limiter.clear(self._account, account)
