"""The clocks of a ticket as its row keeps them: how each stands, and the columns by which lists and alarms find them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

CLOCKS = ("first_response", "next_response", "resolution")
FIRST, NEXT, RESOLUTION = CLOCKS


@dataclass(frozen=True, slots=True)
class Clock:
    """`target` in minutes (None: nothing is promised), `spent` seconds of business time before `since`, from when on it
    runs (None: it stands still). `due` only while it runs. `missed`: somebody was told that it is late. `done`: for good.
    `rung`: ids of the rules of escalation that have acted on it. `moved`: when an admin last promised something else, by which
    it became due at another time.
    """

    target: int | None = None
    spent: int = 0
    since: datetime | None = None
    due: datetime | None = None
    missed: bool = False
    done: bool = False
    rung: tuple[int, ...] = ()
    moved: datetime | None = None


def clocks_of(row: Any) -> dict[str, Clock] | None:
    """The clocks of this row; None if nobody has set them yet."""
    if row.clocks is None:
        return None
    return {kind: _read(values) for kind, values in json.loads(row.clocks).items()}


def columns(row: Any, clocks: Mapping[str, Clock], rings: Iterable[datetime], *, breached: bool) -> dict[str, Any]:
    """The columns in which this differs from the row; `rings` are the moments at which rules act on these clocks."""
    ordered = {kind: clocks[kind] for kind in CLOCKS if kind in clocks}
    running = sorted((clock.due, kind) for kind, clock in ordered.items() if clock.due is not None)
    alarms = [*rings, *(due for due, kind in running if not clocks[kind].missed)]
    due_at, due_kind = running[0] if running else (None, None)
    wanted = {
        "clocks": json.dumps({kind: _written(clock) for kind, clock in ordered.items()}),
        "due_at": due_at,
        "due_kind": due_kind,
        "alarm_at": min(alarms, default=None),
        "breached": row.breached or breached,
    }
    return {name: value for name, value in wanted.items() if getattr(row, name) != value}


def _written(clock: Clock) -> dict[str, Any]:
    values: dict[str, Any] = {
        "target": clock.target,
        "spent": clock.spent,
        "since": clock.since and clock.since.isoformat(),
        "due": clock.due and clock.due.isoformat(),
        "missed": clock.missed,
        "done": clock.done,
    }
    if clock.rung:
        values["rung"] = clock.rung
    if clock.moved:
        values["moved"] = clock.moved.isoformat()
    return values


def _read(values: Mapping[str, Any]) -> Clock:
    moments = (values.get(name) for name in ("since", "due", "moved"))
    since, due, moved = (moment and datetime.fromisoformat(moment) for moment in moments)
    rung = tuple(values.get("rung", ()))
    return Clock(values["target"], values["spent"], since, due, values["missed"], values["done"], rung, moved)
