"""How far a technician has seen a ticket, over all their tabs and devices. A look is no activity: only its owner sees it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, insert, select, update

from console.desk.change import Change
from console.desk.kinds import KINDS
from console.desk.tables import activity, look

# Built once: every page and every message asks them.
_THEIRS = select(look.c.ticket_number, look.c.seq).where(
    look.c.person_id == bindparam("who"), look.c.ticket_number.in_(bindparam("numbers", expanding=True))
)
_QUIET = [kind.name for kind in KINDS.values() if kind.quiet]
_NEWS_BY_OTHERS = select(func.max(activity.c.seq)).where(
    activity.c.ticket_number == bindparam("number"),
    activity.c.seq > bindparam("behind"),
    activity.c.actor_id.is_distinct_from(bindparam("who")),
    activity.c.kind.not_in(_QUIET),
)


def of(connection: Connection, person_id: int, numbers: Sequence[int]) -> dict[int, int]:
    """How far this person has seen these tickets; one they never looked at is not among them."""
    rows = connection.execute(_THEIRS, {"who": person_id, "numbers": list(numbers)}) if numbers else ()
    return {row.ticket_number: row.seq for row in rows}


def reach(change: Change, person_id: int, number: int, seq: int) -> None:
    """Remember that this person has seen the ticket up to `seq`; a look never shrinks by it."""
    known = of(change.connection, person_id, [number]).get(number)
    if known is None or known < seq:
        _keep(change, person_id, number, seq, known, only_forward=True)


def fall_back(change: Change) -> None:
    """As if who acts had not seen the latest news yet; what others did is news more than one's own acts."""
    assert change.actor is not None
    number, mine = change.ticket.number, change.actor.id
    theirs = change.connection.execute(_NEWS_BY_OTHERS, {"number": number, "behind": 0, "who": mine}).scalar_one()
    before = max((theirs or change.ticket.news_seq) - 1, 0)
    known = of(change.connection, mine, [number]).get(number)
    if known is None or known > before:
        _keep(change, mine, number, before, known)


def go_along(change: Change) -> None:
    """Who acts knows of their own act: their look goes along, unless somebody else did something behind it."""
    assert change.actor is not None
    number, mine = change.ticket.number, change.actor.id
    known = of(change.connection, mine, [number]).get(number)
    if known is None:
        return
    asked = {"number": number, "behind": known, "who": mine}
    if change.connection.execute(_NEWS_BY_OTHERS, asked).scalar_one() is None:
        reach(change, mine, number, change.ticket.seq)


def _keep(
    change: Change, person_id: int, number: int, seq: int, known: int | None, *, only_forward: bool = False
) -> None:
    values = {"seq": seq, "at": change.at}
    if known is None:
        row = {"person_id": person_id, "ticket_number": number, **values}
        change.connection.execute(insert(look).values(row))
    else:
        mine = (look.c.person_id == person_id) & (look.c.ticket_number == number)
        if only_forward:  # another device may have seen more since this was asked
            mine &= look.c.seq < seq
        change.connection.execute(update(look).where(mine).values(values))
    change.hint("looked", person_id, number)
