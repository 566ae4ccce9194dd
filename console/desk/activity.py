"""The log: one row per activity in the order of commits. Reading it here; only `change.py` writes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, Row, Select, bindparam, select

from console.desk.kinds import Audience
from console.desk.tables import activity, log_head, ticket


def _of_ticket(mark: Column[Any]) -> Select[Any]:
    asked = (activity.c.ticket_number == bindparam("wanted")) & (mark > bindparam("behind"))
    return select(activity).where(asked).order_by(mark)


# Built once: the feed and every catch-up ask them.
_HEAD = select(log_head)
_BEHIND = (
    select(activity)
    .where(activity.c.position > bindparam("cursor"))
    .order_by(activity.c.position)
    .limit(bindparam("most", type_=Integer))
)
_OF_TICKET: dict[Audience, Select[Any]] = {
    "staff": _of_ticket(activity.c.seq),
    "public": _of_ticket(activity.c.public_seq),
}


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


def at_seqs(connection: Connection, number: int, seqs: Sequence[int]) -> list[Activity]:
    """The activities of a ticket with these numbers."""
    query = (
        select(activity).where(activity.c.ticket_number == number, activity.c.seq.in_(seqs)).order_by(activity.c.seq)
    )
    return [to_activity(row) for row in connection.execute(query)]


def head(connection: Connection) -> Head:
    row = connection.execute(_HEAD).one()
    return Head(row.n, row.epoch)


def after(connection: Connection, position: int, limit: int = 500) -> list[Activity]:
    """The activities behind `position`, in order, without gaps; at most `limit`."""
    return [to_activity(row) for row in connection.execute(_BEHIND, {"cursor": position, "most": limit})]


def at(connection: Connection, positions: Sequence[int]) -> list[Activity]:
    """The activities at these positions, in order."""
    query = select(activity).where(activity.c.position.in_(positions)).order_by(activity.c.position)
    return [to_activity(row) for row in connection.execute(query)]


def heads(connection: Connection, numbers: list[int]) -> dict[int, tuple[int, int]]:
    """The staff and public heads of these tickets."""
    query = select(ticket.c.number, ticket.c.seq, ticket.c.public_seq).where(ticket.c.number.in_(numbers))
    return {row.number: (row.seq, row.public_seq) for row in connection.execute(query)}


def of_ticket(
    connection: Connection, number: int, audience: Audience, after_seq: int = 0, limit: int | None = None
) -> list[Activity]:
    """What this audience may know of one ticket behind `after_seq`, oldest first."""
    query = _OF_TICKET[audience] if limit is None else _OF_TICKET[audience].limit(limit)
    return [to_activity(row) for row in connection.execute(query, {"wanted": number, "behind": after_seq})]
