"""How often one may fail to sign in: counted per account and per address, in a moving window of 15 minutes."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

WINDOW_MINUTES = 15
ACCOUNTS_PER_ADDRESS = 5  # a whole office may share one address


class SignInLimit:
    """`begin` books a failure in advance, so that parallel guesses can't pass the limit; `succeed` takes it back."""

    def __init__(self, failures: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._account = RateLimitItemPerMinute(failures, WINDOW_MINUTES, namespace="account")
        self._address = RateLimitItemPerMinute(failures * ACCOUNTS_PER_ADDRESS, WINDOW_MINUTES, namespace="address")

    def begin(self, account: str, address: str) -> bool:
        """Whether another attempt is allowed."""
        return self._limiter.test(self._address, address) and self._limiter.hit(self._account, account)

    def fail(self, address: str) -> None:
        self._limiter.hit(self._address, address)

    def succeed(self, account: str) -> None:
        self._limiter.clear(self._account, account)
