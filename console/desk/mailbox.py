"""How far the mailboxes are read, and which of them is behind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from console.desk.tables import mailbox

HELD_FOR = timedelta(seconds=90)  # by the process that reads it, without a word of that
BEHIND = timedelta(minutes=10)  # since its end was last seen; one that is well is read every half minute


@dataclass(frozen=True, slots=True)
class Reading:
    """`read_at`: when its end was last seen. `lag`: the seconds since then, or since it was first tried; None if no
    setting names the mailbox any more, or nothing is known of it yet."""

    name: str
    read_at: datetime | None
    failing_since: datetime | None
    error: str | None
    lag: float | None

    @property
    def is_behind(self) -> bool:
        return self.lag is not None and self.lag >= BEHIND.total_seconds()


def readings(connection: Connection, names: Collection[str], now: datetime) -> list[Reading]:
    """Every mailbox that was ever read; `names` are those of the settings."""
    rows = connection.execute(select(mailbox).order_by(mailbox.c.name))
    return [
        Reading(row.name, row.read_at, row.failing_since, row.error, _lag(row, now) if row.name in names else None)
        for row in rows
    ]


def behind(connection: Connection, names: Collection[str], now: datetime) -> int:
    """How many mailboxes are behind."""
    return sum(each.is_behind for each in readings(connection, names, now)) if names else 0


def _lag(row: Row[Any], now: datetime) -> float | None:
    taken = row.held_until - HELD_FOR if row.held_until else None  # what is read for the first time has no other moment
    since = row.read_at or row.failing_since or taken
    return None if since is None else max(0.0, (now - since).total_seconds())
