"""The send guard: nobody answers past what a colleague or the requester said meanwhile, unless they choose to.

What was seen is one number, the highest seq up to which the author had seen every guarding entry. Without it there is
no guard.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select

from console.desk import activity
from console.desk.activity import Activity
from console.desk.change import Change
from console.desk.errors import Missed
from console.desk.kinds import KINDS, Audience
from console.desk.people import Person
from console.desk.tables import activity as log

GUARDING = [kind.name for kind in KINDS.values() if kind.guards]


def _behind(mark: Any) -> Select[Any]:
    """Guarding activities of other people behind a number."""
    theirs = or_(log.c.actor_id.is_(None), log.c.actor_id != bindparam("author"))
    asked = (log.c.ticket_number == bindparam("wanted")) & (mark > bindparam("seen")) & log.c.kind.in_(GUARDING)
    return select(log).where(asked, theirs).order_by(mark)


_BEHIND = {"staff": _behind(log.c.seq), "public": _behind(log.c.public_seq)}


def check(change: Change, actor: Person, seen: int | None, audience: Audience) -> None:
    """Stop a send whose author has not seen everything that guards. Raises Missed."""
    if seen is None:
        return
    head = change.ticket.seq if audience == "staff" else change.ticket.public_seq
    if seen == head:
        return
    # Nobody has seen what is not there: such a number comes from another log, or from nowhere.
    found = missed(change.connection, change.ticket.number, actor.id, seen if seen <= head else 0, audience)
    if found:
        raise Missed(head, [each.position for each in found])


def missed(
    connection: Connection, number: int, author_id: int, seen: int, audience: Audience = "staff"
) -> list[Activity]:
    """What guards behind `seen` and is not the author's own, oldest first."""
    asked = {"wanted": number, "seen": seen, "author": author_id}
    return [activity.to_activity(row) for row in connection.execute(_BEHIND[audience], asked)]


def first_message_missed(change: Change, author_id: int, seen: int | None) -> dict[str, int]:
    """The fact to log with a message that was written before another one arrived; nothing, if there was none."""
    if seen is None or seen >= change.ticket.seq:  # most often there is nothing behind it at all
        return {}
    words = [each.seq for each in missed(change.connection, change.ticket.number, author_id, seen) if each.message_id]
    return {"missed": words[0]} if words and words[0] is not None else {}
