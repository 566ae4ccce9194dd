"""Runs the errands that are due: each one again until it is done, or buried with its reason after the last attempt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from console.desk.actions.reply import REPLY_LEAVES
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.tables import errand
from console.followers import reply_leaves

log = logging.getLogger(__name__)

FOLLOWERS: dict[str, Callable[[Desk, str], Receipt]] = {REPLY_LEAVES: reply_leaves.run}
PAUSES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))  # between attempts
POLL = 1.0  # seconds
BATCH = 50  # errands


async def follow(desk: Desk) -> None:
    """Run due errands until cancelled. Each runs in the writer's thread, so that a stop never cuts one in half."""
    while True:
        try:
            if not await desk.work(run_due):
                await asyncio.sleep(await desk.read(_until_next, desk))
        except SQLAlchemyError:  # the database is busy or away; the errands wait in it
            log.exception("errands could not be looked at and are tried again")
            await asyncio.sleep(POLL)


def run_due(desk: Desk) -> list[Receipt]:
    """Run every errand whose time has come, once; gives what they changed."""
    with desk.database.reading() as connection:
        due = list(
            connection.execute(
                select(errand)
                .where(errand.c.state == "waiting", errand.c.next_at <= desk.clock())
                .order_by(errand.c.next_at, errand.c.id)
                .limit(BATCH)
            )
        )
    return [receipt for row in due if (receipt := _run(desk, row)) is not None]


def _run(desk: Desk, row: Row[tuple[object, ...]]) -> Receipt | None:
    try:
        receipt = FOLLOWERS[row.follower](desk, row.target)
    except Exception as error:  # whatever it is, the errand keeps it and the others go on
        log.exception("errand %s of %s failed", row.id, row.follower)
        _put_off(desk, row, error)
        return None
    _mark(desk, row.id, state="done")
    return receipt


def _put_off(desk: Desk, row: Row[tuple[object, ...]], error: Exception) -> None:
    attempt = row.attempt + 1
    if attempt > len(PAUSES):
        _mark(desk, row.id, state="buried", attempt=attempt, error=repr(error))
    else:
        _mark(desk, row.id, attempt=attempt, error=repr(error), next_at=desk.clock() + PAUSES[attempt - 1])


def _mark(desk: Desk, errand_id: int, **values: object) -> None:
    with desk.database.writing() as connection:
        connection.execute(update(errand).where(errand.c.id == errand_id).values(**values))


def _until_next(connection: Connection, desk: Desk) -> float:
    """Seconds until the next errand is due, at most one poll."""
    query = select(func.min(errand.c.next_at)).where(errand.c.state == "waiting")
    moment = connection.execute(query).scalar_one()
    return POLL if moment is None else min(POLL, max(0.02, (moment - desk.clock()).total_seconds()))
