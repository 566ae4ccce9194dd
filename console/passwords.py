"""Passwords: argon2 in threads of its own, because one hash costs tens of milliseconds and tens of megabytes."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

THREADS = 2


class Passwords:
    """Hash and verify. An unknown account costs as much time as a known one."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(THREADS, "argon2")
        self._nobody: str | None = None

    def hash_now(self, password: str) -> str:
        return self._hasher.hash(password)

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether the password belongs to this hash; None (no such account, no password) never matches."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._matches, password, hashed)

    async def rehashed(self, password: str, hashed: str) -> str | None:
        """A new hash if the old one was made with weaker settings than today's."""
        if not self._hasher.check_needs_rehash(hashed):
            return None
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    def _matches(self, password: str, hashed: str | None) -> bool:
        if self._nobody is None:
            self._nobody = self._hasher.hash("nobody")
        try:
            self._hasher.verify(hashed or self._nobody, password)
            return hashed is not None
        except (Argon2Error, InvalidHashError):
            return False
