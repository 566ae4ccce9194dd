"""Runs the errands that are due: each one again until it is done, or buried with its reason after the last attempt.

Any number of processes may do that at once. Whoever runs an errand holds it with a lease, so that another takes over when
its process dies; errands of one follower and lane on one ticket are run one after the other, in the order they were filed.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select, update
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, SQLAlchemyError

from console.desk.actions.chatting import CHAT_WAITS
from console.desk.actions.escalating import ALARMS_MOVE
from console.desk.actions.fields import CLOSING
from console.desk.actions.mail_writing import FOLLOWING_UP
from console.desk.actions.promising import SLA_MOVES
from console.desk.actions.reply import REPLY_LEAVES
from console.desk.change import LETTER_LEAVES, Receipt
from console.desk.desk import Desk
from console.desk.tables import errand
from console.followers import alarms_move, chat_waits, closing, following_up, reply_leaves, sla_moves
from console.followers.errands import Follower, GoesOn, PutOff

log = logging.getLogger(__name__)

# Those that change the desk and nothing else. Others take long, and have a thread of their own.
FOLLOWERS: dict[str, Follower] = {
    REPLY_LEAVES: reply_leaves.run,
    CLOSING: closing.run,
    FOLLOWING_UP: following_up.run,
    CHAT_WAITS: chat_waits.run,
    SLA_MOVES: sla_moves.run,
    ALARMS_MOVE: alarms_move.run,
}
PAUSES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))  # between attempts
TURN = timedelta(milliseconds=50)  # of the others, between two parts of an errand
LEASE = timedelta(seconds=60)  # longer than a change can take, with all its attempts
APART = (LETTER_LEAVES,)  # followers of other teams
POLL = 1.0  # seconds
BATCH = 50  # errands
HOLDER = secrets.token_hex(8)  # this process

_EARLIER = errand.alias()
# Behind one that waits for its next attempt, the others of the same ticket wait too.
_NEXT_IN_LINE = ~exists().where(
    _EARLIER.c.follower == errand.c.follower,
    _EARLIER.c.ticket_number == errand.c.ticket_number,
    _EARLIER.c.lane == errand.c.lane,
    _EARLIER.c.state == "waiting",
    _EARLIER.c.id < errand.c.id,
)


@dataclass(frozen=True, slots=True)
class Team:
    """Followers that share a loop, and for how long one of them may hold an errand."""

    followers: Mapping[str, Follower]
    lease: timedelta = LEASE


async def follow(desk: Desk, team: Team | None = None, thread: Executor | None = None) -> None:
    """Run due errands until cancelled, in a writer's thread or in this one, so that a stop never cuts one in half."""
    team = team or Team(FOLLOWERS)
    while True:
        try:
            if not await desk.work(partial(run_due, team=team), thread):
                await asyncio.sleep(await desk.read(_until_next, desk, team))
        except SQLAlchemyError as error:  # the database is busy or away; the errands wait in it
            log.warning("errands could not be looked at and are tried again: %s", type(error).__name__)
            await asyncio.sleep(POLL)


def run_due(desk: Desk, team: Team | None = None) -> list[Receipt]:
    """Run errands whose time has come, at most a batch of them; gives what they changed."""
    team = team or Team(FOLLOWERS)
    receipts: list[Receipt] = []
    for _ in range(BATCH):
        row = _take(desk, team) if desk.database.read_now(_is_due, desk, team) else None
        if row is None:
            break
        receipt = _run(desk, row, team)
        if receipt is not None:
            receipts.append(receipt)
    return receipts


def _is_due(connection: Connection, desk: Desk, team: Team) -> bool:
    return connection.execute(select(errand.c.id).where(_may_run(desk, team)).limit(1)).first() is not None


def _take(desk: Desk, team: Team) -> Row[Any] | None:
    """Take the lease of the next errand, if there is one that nobody holds."""
    with desk.database.writing() as connection:
        free = select(errand.c.id).where(_may_run(desk, team)).order_by(errand.c.next_at, errand.c.id).limit(1)
        found = connection.execute(free.with_for_update(skip_locked=True)).scalar_one_or_none()
        if found is None:
            return None
        taken = update(errand).where(errand.c.id == found).values(holder=HOLDER, held_until=_now(desk) + team.lease)
        return connection.execute(taken.returning(errand)).one()


def _may_run(desk: Desk, team: Team) -> ColumnElement[bool]:
    """Whether an errand is one of this team's, due, and free. The first team also meets what is nobody's, and keeps it."""
    free = or_(errand.c.held_until.is_(None), errand.c.held_until < _now(desk))
    return and_(_is_theirs(team), errand.c.state == "waiting", errand.c.next_at <= desk.clock(), free, _NEXT_IN_LINE)


def _is_theirs(team: Team) -> ColumnElement[bool]:
    return errand.c.follower.not_in(APART) if team.followers is FOLLOWERS else errand.c.follower.in_(team.followers)


def _now(desk: Desk) -> Any:
    """The time that leases go by: the database's own where several processes with clocks of their own ask for it."""
    return desk.clock() if desk.database.is_sqlite else func.now()


def _run(desk: Desk, row: Row[Any], team: Team) -> Receipt | None:
    try:
        receipt = team.followers[row.follower](desk, row.target)
    except PutOff as wait:
        _give_back(desk, row, attempt=row.attempt + 1, error=str(wait), next_at=desk.clock() + wait.after)
        return None
    except GoesOn as rest:
        _give_back(desk, row, attempt=0, target=rest.target, next_at=desk.clock() + TURN)
        return None
    except (OperationalError, InterfaceError, InternalError) as error:  # held, away, or full: no mistake to look for
        log.warning("errand %s of %s could not be stored: %s", row.id, row.follower, error.orig)
        _put_off(desk, row, error)
        return None
    except Exception as error:  # whatever it is, the errand keeps it and the others go on
        log.exception("errand %s of %s failed", row.id, row.follower)
        _put_off(desk, row, error)
        return None
    _give_back(desk, row, state="done")
    return receipt


def _put_off(desk: Desk, row: Row[Any], error: Exception) -> None:
    attempt = row.attempt + 1
    if attempt > len(PAUSES):
        _give_back(desk, row, state="buried", attempt=attempt, error=repr(error))
    else:
        _give_back(desk, row, attempt=attempt, error=repr(error), next_at=desk.clock() + PAUSES[attempt - 1])


def _give_back(desk: Desk, row: Row[Any], **values: object) -> None:
    """Say what became of an errand, unless its lease ran out and somebody else holds it now."""
    with desk.database.writing() as connection:
        own = and_(errand.c.id == row.id, errand.c.holder == HOLDER, errand.c.attempt == row.attempt)
        connection.execute(update(errand).where(own).values(**values, holder=None, held_until=None))


def _until_next(connection: Connection, desk: Desk, team: Team) -> float:
    """Seconds until the next errand is due, at most one poll."""
    query = select(func.min(errand.c.next_at)).where(errand.c.state == "waiting", _is_theirs(team))
    moment = connection.execute(query).scalar_one()
    return POLL if moment is None else min(POLL, max(0.02, (moment - desk.clock()).total_seconds()))
