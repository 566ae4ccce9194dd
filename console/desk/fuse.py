"""The clocks of a ticket as staff see them: nothing in it depends on the moment, because browsers count down by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.desk.clocks import RESOLUTION, clocks_of
from console.desk.ticket import category


@dataclass(frozen=True, slots=True)
class Fuse:
    """A clock as the ticket's page shows it; `state` is running, paused, late (it stopped too late) or met.

    `minutes` are those left when it is paused, and those it took when it was met or late.
    """

    kind: str
    state: str
    due: datetime | None
    minutes: int


def fuses(row: Any) -> tuple[Fuse, ...]:
    """What staff see of a ticket's clocks; nothing of those without a target."""
    found = []
    for kind, clock in (clocks_of(row) or {}).items():
        ended = clock.done or category(row.status) in ("resolved", "closed")
        if clock.target is None or (ended and not clock.done and kind != RESOLUTION):
            continue
        if ended:
            state = "late" if clock.missed else "met"
        else:
            state = "running" if clock.since is not None else "paused"
        minutes = clock.spent // 60 if ended else max(0, clock.target - clock.spent // 60)
        found.append(Fuse(kind, state, clock.due, minutes))
    return tuple(found)


def is_paused(row: Any) -> bool:
    """Whether something is promised on this ticket and stands still until the requester or a date wakes it."""
    return category(row.status) == "pending" and any(each.state == "paused" for each in fuses(row))
