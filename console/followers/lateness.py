"""Watches the clocks of all tickets: when one is late, its people are told.

Nothing is filed for a clock, because clocks stop and move all the time. Every process asks for the tickets whose alarm is
over; whoever locks one first moves its alarm, and then it is over for the others too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from console.desk.actions import promising
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.tables import ticket

log = logging.getLogger(__name__)

POLL = 1.0  # seconds
BATCH = 50  # tickets
_LATE = select(ticket.c.number).order_by(ticket.c.alarm_at).limit(BATCH)
_NEXT = select(func.min(ticket.c.alarm_at))


async def watch(desk: Desk) -> None:
    """Tell of clocks that are late until cancelled."""
    while True:
        try:
            if not await desk.work(tell_late):
                await asyncio.sleep(await desk.read(_until_next, desk))
        except SQLAlchemyError as error:  # the database is busy or away; the alarms wait in it
            log.warning("clocks could not be looked at and are tried again: %s", type(error).__name__)
            await asyncio.sleep(POLL)


def tell_late(desk: Desk) -> Sequence[Receipt]:
    """Tell of the clocks that are late, at most a batch of tickets; gives what that changed."""
    return [desk.run(promising.miss, number) for number in desk.database.read_now(_late, desk)]


def _late(connection: Connection, desk: Desk) -> Sequence[int]:
    return connection.execute(_LATE.where(ticket.c.alarm_at <= desk.clock())).scalars().all()


def _until_next(connection: Connection, desk: Desk) -> float:
    """Seconds until the next alarm, at most one poll."""
    moment = connection.execute(_NEXT).scalar_one()
    return POLL if moment is None else min(POLL, max(0.02, (moment - desk.clock()).total_seconds()))
