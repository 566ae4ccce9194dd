"""How often something may be done: counted in windows of time, over Redis for all workers of a desk.

A window's count weighs what happened in the one before it by how much of that is still within reach, so the limit glides.
While Redis is away each worker counts for itself: a limit must not keep anybody out, and no attacker can take Redis away.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from console.line import Away, Line

ACCOUNTS_PER_ADDRESS = 5  # a whole office may share one address
KEPT = 3  # windows a count is kept for; it is asked for in two


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in `seconds`."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Booking:
    """One of what is limited. `wait` is None if it is allowed, otherwise in how many seconds to ask again."""

    limit: Limit
    who: str
    window: int
    wait: int | None


class Limits:
    """`clock` gives seconds since 1970; the workers' clocks have to agree about as well as a window is long."""

    def __init__(self, line: Line | None = None, clock: Callable[[], float] = time.time) -> None:
        self._line, self._clock = line, clock
        self._own: dict[str, tuple[float, int]] = {}  # key: when it is forgotten, count
        self._tidied = 0.0

    async def book(self, limit: Limit, who: str) -> Booking:
        """Count one more, before it is done, so that many at once can't pass. What is refused is not counted."""
        now = self._clock()
        window, into = divmod(now, limit.seconds)
        booking = Booking(limit, who, int(window), None)
        count, before = await self._add(booking, 1)
        if count + before * (1 - into / limit.seconds) <= limit.most:
            return booking
        await self.cancel(booking)
        return Booking(limit, who, int(window), math.ceil(limit.seconds - into))

    async def cancel(self, booking: Booking) -> None:
        """Take one back: it turned out not to count."""
        await self._add(booking, -1)

    async def forget(self, limit: Limit, who: str) -> None:
        """Begin to count from nothing."""
        window = int(self._clock() // limit.seconds)
        keys = [self._key(limit, who, each) for each in (window, window - 1)]
        for key in keys:
            self._own.pop(key, None)
        if self._line is not None and self._line.up:
            with suppress(Away):
                await self._line.ask([("DEL", *keys)])

    async def _add(self, booking: Booking, by: int) -> tuple[int, int]:
        """The counts of this window, with `by`, and of the one before."""
        limit = booking.limit
        here, before = (self._key(limit, booking.who, each) for each in (booking.window, booking.window - 1))
        kept = KEPT * limit.seconds
        if self._line is not None and self._line.up:
            try:
                answers = await self._line.ask([("INCRBY", here, by), ("EXPIRE", here, kept), ("GET", before)])
                return int(answers[0]), int(answers[2] or 0)
            except Away:
                pass
        self._tidy(limit.seconds)
        _, count = self._own.get(here, (0.0, 0))
        self._own[here] = (self._clock() + kept, max(count + by, 0))
        return max(count + by, 0), self._own.get(before, (0.0, 0))[1]

    def _tidy(self, seconds: int) -> None:
        now = self._clock()
        if not self._tidied <= now < self._tidied + seconds:
            self._own = {key: each for key, each in self._own.items() if each[0] > now}
            self._tidied = now

    def _key(self, limit: Limit, who: str, window: int) -> str:
        # what people typed is not kept where others may read it, and can be of any length
        name = hashlib.sha256(who.encode()).hexdigest()[:32]
        parts = ("limit", limit.name, str(window), name)
        return ":".join(parts) if self._line is None else self._line.key(*parts)


class Attempt:
    """One try to sign in; it counts as a failure unless it is told otherwise."""

    def __init__(self) -> None:
        self.failed = True

    def succeed(self) -> None:
        self.failed = False


class SignInLimit:
    """How often one may fail to sign in, and have a link mailed instead: per account and per address, in 15 minutes."""

    def __init__(self, limits: Limits, failures: int) -> None:
        self._limits = limits
        self._account = Limit("account", failures, 15 * 60)
        self._address = Limit("address", failures * ACCOUNTS_PER_ADDRESS, 15 * 60)
        # Counts of their own: whoever asks for many links must not keep anybody from their password.
        mails = max(1, failures // 2)
        self._mails = Limit("sign-in mails", mails, 15 * 60)
        self._askers = Limit("sign-in mails asked for", mails * ACCOUNTS_PER_ADDRESS, 15 * 60)

    async def mails(self, account: str, address: str) -> bool:
        """Count one more mail that is asked for; False if it is not allowed now."""
        for limit, who in ((self._askers, address), (self._mails, account)):
            if (await self._limits.book(limit, who)).wait is not None:
                return False
        return True

    @asynccontextmanager
    async def attempt(self, account: str, address: str) -> AsyncIterator[Attempt | None]:
        """Gives the attempt, or None if it is not allowed now."""
        from_here = await self._limits.book(self._address, address)
        if from_here.wait is not None:
            yield None
            return
        if (await self._limits.book(self._account, account)).wait is not None:
            await self._limits.cancel(from_here)
            yield None
            return
        attempt = Attempt()
        try:
            yield attempt
        finally:
            if not attempt.failed:
                await self._limits.cancel(from_here)
                await self._limits.forget(self._account, account)
