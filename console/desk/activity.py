"""The log: one row per activity in the order of commits. Reading it here; only `change.py` writes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from console.desk.kinds import Audience
from console.desk.tables import activity, log_head, ticket


@dataclass(frozen=True, slots=True)
class Activity:
    """One row of the log. `seq` and `public_seq` number it within its ticket, for staff and for requesters."""

    position: int
    number: int | None
    seq: int | None
    public_seq: int | None
    kind: str
    actor_id: int | None
    side: str | None
    message_id: int | None
    facts: dict[str, Any]
    at: datetime

    def number_for(self, audience: Audience) -> int | None:
        return self.seq if audience == "staff" else self.public_seq


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log stands: its last position and the epoch that a restore renews."""

    position: int
    epoch: str


def to_activity(row: Row[Any]) -> Activity:
    return Activity(
        row.position,
        row.ticket_number,
        row.seq,
        row.public_seq,
        row.kind,
        row.actor_id,
        row.side,
        row.message_id,
        json.loads(row.facts),
        row.at,
    )


def head(connection: Connection) -> Head:
    row = connection.execute(select(log_head)).one()
    return Head(row.n, row.epoch)


def after(connection: Connection, position: int, limit: int = 500) -> list[Activity]:
    """The activities behind `position`, in order, without gaps; at most `limit`."""
    query = select(activity).where(activity.c.position > position).order_by(activity.c.position).limit(limit)
    return [to_activity(row) for row in connection.execute(query)]


def heads(connection: Connection, numbers: list[int]) -> dict[int, tuple[int, int]]:
    """The staff and public heads of these tickets."""
    query = select(ticket.c.number, ticket.c.seq, ticket.c.public_seq).where(ticket.c.number.in_(numbers))
    return {row.number: (row.seq, row.public_seq) for row in connection.execute(query)}


def of_ticket(
    connection: Connection, number: int, audience: Audience, after_seq: int = 0, limit: int | None = None
) -> list[Activity]:
    """What this audience may know of one ticket behind `after_seq`, oldest first."""
    return [to_activity(row) for row in connection.execute(_of_ticket(number, audience, after_seq).limit(limit))]


def _of_ticket(number: int, audience: Audience, after_seq: int) -> Select[Any]:
    mark = activity.c.seq if audience == "staff" else activity.c.public_seq
    return select(activity).where(activity.c.ticket_number == number, mark > after_seq).order_by(mark)
