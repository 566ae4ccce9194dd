"""The lead's board: how the departments of one viewer stand at this moment.

Only tickets that are not solved and those of the last hours are touched, so it costs the same on a desk of a million
tickets. Nothing in it depends on who looks, but on their departments; what it tells of people comes from presence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from console.desk import board_lists, ratings
from console.desk.board_lists import Chatting, Flag, Here, Listed, Working
from console.desk.filters import AT_RISK, UNSOLVED
from console.desk.people import Person, Who
from console.desk.plan import calendar_of
from console.desk.tables import department, ticket

LEADS = ("lead", "admin")
SLOT = timedelta(minutes=5)
SLOTS = 24  # two hours
LATELY = SLOT * SLOTS
RATED = timedelta(days=30)
MOST_ANSWERS = 1_000  # first responses that the median is taken of
FACES = 4

Scope = frozenset[int] | None  # ids of departments; None: all

# A requester waits for the desk, and since when: the same tickets of which the service level's first or next response runs.
WAITING: ColumnElement[bool] = and_(
    ticket.c.status == "open", or_(ticket.c.first_response_at.is_(None), ticket.c.last_public_side == "requester")
)
SINCE: ColumnElement[datetime] = case(
    (ticket.c.first_response_at.is_(None), ticket.c.created_at), else_=ticket.c.public_updated_at
)


@dataclass(frozen=True, slots=True)
class Oldest:
    """The ticket whose requester waits longest."""

    number: int
    department: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """`open` are all that are not solved: with a technician (`assigned`) or without one; some of them are `pending`.

    `ratings` are those of the last thirty days.

    `first_response`: minutes, the median of the last two hours. `resolved_before`: by this time of the day a week ago.
    """

    open: int
    assigned: int
    pending: int
    unassigned: int
    unassigned_since: datetime | None
    oldest: Oldest | None
    risk: int  # late or due within an hour
    late: int
    first_response: int | None
    resolved: int
    resolved_before: int
    ratings: ratings.Tally


@dataclass(frozen=True, slots=True)
class Queue:
    """One department; `on_it` are technicians who are on a ticket of it, FACES at most, and `more` how many besides."""

    id: int
    name: str
    waiting: int
    oldest: datetime | None
    unassigned: int
    in_progress: int  # open and somebody's
    risk: int
    on_it: tuple[Who, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Slot:
    """Five minutes."""

    at: datetime
    arrived: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Board:
    """Lists have `board_lists.SHOWN` rows at most."""

    figures: Figures
    queues: tuple[Queue, ...]  # whose oldest has waited longest first
    slots: tuple[Slot, ...]  # oldest first
    risk: tuple[Listed, ...]
    unassigned: tuple[Listed, ...]
    chats: tuple[Chatting, ...]
    chatting: int  # how many there are
    technicians: tuple[Working, ...]
    online: int
    flags: tuple[Flag, ...]

    @property
    def arrived(self) -> int:
        return sum(each.arrived for each in self.slots)

    @property
    def resolved(self) -> int:
        return sum(each.resolved for each in self.slots)

    @property
    def top(self) -> int:
        """The highest figure of the chart, an even one so that its half can be written."""
        most = max(max(each.arrived, each.resolved) for each in self.slots)
        return max(2, most + most % 2)


def may_see(person: Person) -> bool:
    return person.is_staff and person.role in LEADS


def scope(person: Person) -> Scope:
    """The departments whose board this person sees; nobody may who is not `may_see`."""
    return None if person.role == "admin" else person.departments


def read(connection: Connection, wanted: Scope, here: Here, online: Callable[[int], bool], now: datetime) -> Board:
    """The board of these departments. `here`: who is on which tickets; `online`: whether somebody is signed in now."""
    known = select(department.c.id, department.c.name).order_by(department.c.name)
    if wanted is not None:
        known = known.where(department.c.id.in_(wanted))
    places = {row.id: row.name for row in connection.execute(known)}
    seen = board_lists.opened(connection, places, here)
    standing = _standing(connection, places, now)
    slots = _slots(connection, places, now)
    technicians, signed_in = board_lists.technicians(connection, places, wanted is None, seen, online)
    chats, chatting = board_lists.chats(connection, places)
    listed = board_lists.Lists(connection, places, seen)
    return Board(
        figures=_figures(connection, places, standing, now),
        queues=_queues(places, standing, board_lists.on_departments(seen)),
        slots=slots,
        risk=listed.of(board_lists.risk(places, now + AT_RISK)),
        unassigned=listed.of(board_lists.unassigned(places, SINCE)),
        chats=chats,
        chatting=chatting,
        technicians=technicians,
        online=signed_in,
        flags=board_lists.flags(connection, places, seen, WAITING),
    )


def _standing(connection: Connection, places: Mapping[int, str], now: datetime) -> dict[int, Any]:
    """What is not solved, by department."""
    nobody = ticket.c.technician_id.is_(None)
    query = (
        select(
            ticket.c.department_id,
            func.count().label("unsolved"),
            _sum(ticket.c.status == "pending").label("pending"),
            _sum(nobody).label("unassigned"),
            func.min(case((nobody, SINCE))).label("unassigned_since"),
            _sum(WAITING).label("waiting"),
            func.min(case((WAITING, SINCE))).label("oldest"),
            _sum(and_(ticket.c.status == "open", ~nobody)).label("in_progress"),
            _sum(ticket.c.due_at <= now).label("late"),
            _sum(ticket.c.due_at <= now + AT_RISK).label("risk"),
        )
        .where(ticket.c.department_id.in_(places), ticket.c.status.in_(UNSOLVED))
        .group_by(ticket.c.department_id)
    )
    return {row.department_id: row for row in connection.execute(query)}


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _figures(connection: Connection, places: Mapping[int, str], standing: Mapping[int, Any], now: datetime) -> Figures:
    def total(name: str) -> int:
        return sum(int(getattr(row, name)) for row in standing.values())

    today = _midnight(now, calendar_of(connection, None).zone)
    unassigned, unsolved = total("unassigned"), total("unsolved")
    return Figures(
        open=unsolved,
        assigned=unsolved - unassigned,
        pending=total("pending"),
        unassigned=unassigned,
        unassigned_since=min((row.unassigned_since for row in standing.values() if row.unassigned_since), default=None),
        oldest=_oldest(connection, places),
        risk=total("risk"),
        late=total("late"),
        first_response=_first_response(connection, places, now),
        resolved=_resolved(connection, places, today, now),
        resolved_before=_resolved(connection, places, _week_before(today), _week_before(now)),
        ratings=ratings.total(connection, now - RATED, now, frozenset(places)),
    )


def _midnight(now: datetime, zone: str) -> datetime:
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _week_before(at: datetime) -> datetime:
    return at - timedelta(days=7)  # by the wall clock, if `at` is of a zone


def _oldest(connection: Connection, places: Mapping[int, str]) -> Oldest | None:
    query = (
        select(ticket.c.number, ticket.c.department_id, SINCE.label("since"))
        .where(ticket.c.department_id.in_(places), WAITING)
        .order_by(SINCE, ticket.c.number)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Oldest(row.number, places[row.department_id], row.since)


def _first_response(connection: Connection, places: Mapping[int, str], now: datetime) -> int | None:
    query = (
        select(ticket.c.created_at, ticket.c.first_response_at)
        .where(board_lists.within(places), ticket.c.first_response_at > now - LATELY)
        .order_by(ticket.c.first_response_at.desc())
        .limit(MOST_ANSWERS)
    )
    took = [row.first_response_at - row.created_at for row in connection.execute(query)]
    return median(took) // timedelta(minutes=1) if took else None


def _resolved(connection: Connection, places: Mapping[int, str], start: datetime, end: datetime) -> int:
    query = select(func.count()).where(
        board_lists.within(places), ticket.c.resolved_at >= start, ticket.c.resolved_at <= end
    )
    return int(connection.execute(query.select_from(ticket)).scalar_one())


def _queues(
    places: Mapping[int, str], standing: Mapping[int, Any], on_it: Mapping[int, Sequence[Who]]
) -> tuple[Queue, ...]:
    found = []
    for place, name in places.items():
        row, faces = standing.get(place), on_it.get(place, ())
        figures = {each: 0 if row is None else int(getattr(row, each)) for each in COUNTED}
        oldest = None if row is None else row.oldest
        found.append(
            Queue(place, name, **figures, oldest=oldest, on_it=tuple(faces[:FACES]), more=max(0, len(faces) - FACES))
        )
    return tuple(sorted(found, key=lambda each: (each.oldest is None, each.oldest or 0)))


COUNTED = ("waiting", "unassigned", "in_progress", "risk")


def _slots(connection: Connection, places: Mapping[int, str], now: datetime) -> tuple[Slot, ...]:
    """By the clock, so that all who look see the same bars; the last slot is not over."""
    last = now - timedelta(seconds=now.timestamp() % SLOT.total_seconds())
    starts = [last - SLOT * before for before in range(SLOTS - 1, -1, -1)]
    arrived = _per_slot(connection, places, ticket.c.created_at, starts)
    resolved = _per_slot(connection, places, ticket.c.resolved_at, starts)
    return tuple(Slot(*each) for each in zip(starts, arrived, resolved, strict=True))


def _per_slot(
    connection: Connection, places: Mapping[int, str], moment: Any, starts: Sequence[datetime]
) -> Sequence[int]:
    counts = [func.count(case((and_(moment >= start, moment < start + SLOT), 1))) for start in starts]
    query = select(*counts).where(board_lists.within(places), moment >= starts[0])
    return list(connection.execute(query).one())
