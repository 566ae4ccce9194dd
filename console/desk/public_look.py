"""How far somebody has seen the public side of a ticket, in public numbers. It is no activity: only its owner sees it.

A technician's look (look.py) counts what is internal too, so it must never be the same row.
"""

from __future__ import annotations

from sqlalchemy import insert, select, update

from console.desk.change import Change
from console.desk.tables import public_look


def reach(change: Change, person_id: int, number: int, seq: int) -> bool:
    """Remember that this person has seen the ticket up to `seq`; True if that was more than before."""
    mine = (public_look.c.person_id == person_id) & (public_look.c.ticket_number == number)
    known = change.connection.execute(select(public_look.c.seq).where(mine)).scalar_one_or_none()
    if known is not None and known >= seq:
        return False
    values = {"seq": seq, "at": change.at}
    if known is None:
        row = {"person_id": person_id, "ticket_number": number, **values}
        change.connection.execute(insert(public_look).values(row))
    else:  # another device may have seen more since this was asked
        change.connection.execute(update(public_look).where(mine, public_look.c.seq < seq).values(values))
    return True
