"""How far each mailbox was read, by which process, and how it goes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.mailbox import HELD_FOR
from console.desk.tables import mailbox


def take(desk: Desk, name: str, holder: str) -> Receipt:
    """Take or keep the reading of a mailbox for this process; `made` is 1 if it has it, 0 if another has."""
    with desk.change(None, None) as change:
        known = change.connection.execute(select(mailbox.c.name).where(mailbox.c.name == name)).one_or_none()
        if known is None:
            change.connection.execute(insert(mailbox).values(name=name))
        free = or_(mailbox.c.holder.is_(None), mailbox.c.holder == holder, mailbox.c.held_until < change.at)
        taken = update(mailbox).where(mailbox.c.name == name, free)
        found = change.connection.execute(taken.values(holder=holder, held_until=change.at + HELD_FOR)).rowcount
        change.made = int(found > 0)
    return change.receipt


def let_go(desk: Desk, name: str, holder: str) -> Receipt:
    """Leave a mailbox to whoever comes next."""
    with desk.change(None, None) as change:
        mine = update(mailbox).where(mailbox.c.name == name, mailbox.c.holder == holder)
        change.connection.execute(mine.values(holder=None, held_until=None))
    return change.receipt


def reached(desk: Desk, name: str, uidvalidity: int, uid: int) -> Receipt:
    """Note that the mail with this UID is kept, and all before it."""
    return _note(desk, name, {"uidvalidity": uidvalidity, "uid": uid})


def read_to_end(desk: Desk, name: str, uidvalidity: int) -> Receipt:
    """Note that there was nothing more in it."""
    return _note(desk, name, {"uidvalidity": uidvalidity, "failing_since": None, "error": None}, "read_at")


def failed(desk: Desk, name: str, error: str) -> Receipt:
    """Note why it can't be read, and since when."""
    with desk.change(None, None) as change:
        row = change.connection.execute(select(mailbox.c.failing_since).where(mailbox.c.name == name)).one_or_none()
        if row is not None:
            values = {"error": error, "failing_since": row.failing_since or change.at}
            change.connection.execute(update(mailbox).where(mailbox.c.name == name).values(values))
    return change.receipt


def _note(desk: Desk, name: str, values: dict[str, Any], stamped: str | None = None) -> Receipt:
    with desk.change(None, None) as change:
        stamp = {} if stamped is None else {stamped: change.at}
        change.connection.execute(update(mailbox).where(mailbox.c.name == name).values({**values, **stamp}))
    return change.receipt


def known(connection: Connection, name: str) -> Row[Any]:
    return connection.execute(select(mailbox).where(mailbox.c.name == name)).one()
