"""The lists of the lead's board: tickets, chats, technicians, and what somebody should look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy import ColumnElement, Connection, Select, distinct, func, select

from console.desk import access, people
from console.desk.filters import UNSOLVED
from console.desk.people import Who, who
from console.desk.roles import STAFF
from console.desk.tables import activity, chat, membership, person, ticket

SHOWN = 8  # rows of a list
LOOKED = 3  # technicians who saw what nobody answered
STATES = ("reply", "note", "field", "chat", "viewing", "idle", "away")  # the strongest first
WRITES = ("reply", "note")
AT_ONCE = 500  # tickets in one question

Places = Mapping[int, str]  # names of departments by id


class Seen(Protocol):
    """Somebody on a ticket, as presence tells it."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def since(self) -> str: ...


Here = Mapping[int, Sequence[Seen]]  # by ticket


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket of these departments that somebody is on."""

    number: int
    subject: str
    department_id: int
    viewers: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket in a list; `writing`: somebody writes on it now."""

    number: int
    subject: str
    department: str
    department_id: int
    priority: str
    technician: Who | None
    since: datetime
    due_at: datetime | None
    writing: Who | None


@dataclass(frozen=True, slots=True)
class Chatting:
    """A chat: `wanted` by a requester who waits, `asked` by a technician, or `open`."""

    number: int
    state: Literal["wanted", "asked", "open"]
    requester: Who
    technician: Who | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Doing:
    """What a technician does on a ticket, `since` when (UTC, as text); `more`: how many other tickets they have open."""

    number: int
    subject: str
    state: str
    since: str
    more: int


@dataclass(frozen=True, slots=True)
class Working:
    """A technician: `load` is how many tickets that are not solved are theirs. Who is not online does nothing."""

    who: Who
    load: int
    online: bool
    doing: Doing | None


@dataclass(frozen=True, slots=True)
class Flag:
    """`looked`: that many technicians saw what the requester wrote last, and nobody answered. `writing`: two or more do."""

    kind: Literal["looked", "writing"]
    number: int
    subject: str
    people: tuple[Who, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Able:
    """A technician, and those of the departments of a board whose tickets they may be given."""

    who: Who
    departments: tuple[int, ...]


class Lists:
    """Turns rows of tickets into lists, with who writes there."""

    def __init__(self, connection: Connection, places: Places, seen: Mapping[int, Opened]) -> None:
        self._connection, self._places, self._seen = connection, places, seen

    def of(self, query: Select[Any]) -> tuple[Listed, ...]:
        rows = self._connection.execute(query).all()
        known = people.names(self._connection, [row.technician_id for row in rows])
        return tuple(
            Listed(
                row.number,
                row.subject,
                self._places[row.department_id],
                row.department_id,
                row.priority,
                known.get(row.technician_id),
                row.since,
                row.due_at,
                next(iter(_writing(self._seen.get(row.number))), None),
            )
            for row in rows
        )


def within(places: Places) -> ColumnElement[bool]:
    """Tickets of these departments, written so that no index answers it: a moment chooses far fewer tickets than a
    department does, and SQLite would take the index of departments."""
    return (ticket.c.department_id + 0).in_(places)


def risk(places: Places, until: datetime) -> Select[Any]:
    """Tickets of which a clock is due until then, or late; the next first."""
    query = _listed(ticket.c.created_at).where(within(places), ticket.c.due_at <= until)
    return query.order_by(ticket.c.due_at, ticket.c.number).limit(SHOWN)


def unassigned(places: Places, since: ColumnElement[datetime]) -> Select[Any]:
    """Nobody's tickets, the longest first. Not in the order of an index: it would lead through all that are solved."""
    nobody = func.coalesce(ticket.c.technician_id, 0) == 0, ticket.c.status.in_(UNSOLVED)
    query = _listed(since).where(ticket.c.department_id.in_(places), *nobody)
    return query.order_by(since, ticket.c.number).limit(SHOWN)


def _listed(since: ColumnElement[datetime]) -> Select[Any]:
    named = ("number", "subject", "department_id", "priority", "technician_id", "due_at")
    return select(*(ticket.c[name] for name in named), since.label("since"))


def chats(connection: Connection, places: Places) -> tuple[tuple[Chatting, ...], int]:
    """The chats, those who wait first and longest, and how many there are."""
    begun = func.coalesce(chat.c.opened_at, chat.c.asked_at)
    query = (
        select(ticket.c.number, ticket.c.requester_id, chat.c.state, chat.c.asked_side, chat.c.technician_id, begun)
        .join(chat, chat.c.id == ticket.c.chat_id)
        .where(ticket.c.department_id.in_(places), ticket.c.status.in_(UNSOLVED), ticket.c.chat_id.is_not(None))
        .order_by(chat.c.state, chat.c.asked_side, begun)  # asked before open, a requester's before a technician's
    )
    rows = connection.execute(query).all()
    shown = rows[:SHOWN]
    known = people.names(connection, [each for row in shown for each in (row.requester_id, row.technician_id)])
    found = []
    for number, requester_id, state, side, technician_id, since in shown:
        kind: Literal["wanted", "asked", "open"] = (
            "open" if state == "open" else "wanted" if side == "requester" else "asked"
        )
        found.append(Chatting(number, kind, known[requester_id], known.get(technician_id), since))
    return tuple(found), len(rows)


def opened(connection: Connection, places: Places, here: Here) -> dict[int, Opened]:
    """The tickets of these departments that somebody is on."""
    numbers = sorted(here)
    found: dict[int, Opened] = {}
    for first in range(0, len(numbers), AT_ONCE):
        query = select(ticket.c.number, ticket.c.subject, ticket.c.department_id).where(
            ticket.c.number.in_(numbers[first : first + AT_ONCE]), ticket.c.department_id.in_(places)
        )
        for row in connection.execute(query):
            found[row.number] = Opened(row.number, row.subject, row.department_id, tuple(here[row.number]))
    return found


def on_departments(seen: Mapping[int, Opened]) -> dict[int, list[Who]]:
    """Who is on a ticket of each department, by name."""
    found: dict[int, dict[int, Who]] = {}
    for each in seen.values():
        found.setdefault(each.department_id, {}).update((viewer.id, _who(viewer)) for viewer in each.viewers)
    return {place: sorted(here.values(), key=lambda each: each.name) for place, here in found.items()}


def technicians(
    connection: Connection, places: Places, everybody: bool, seen: Mapping[int, Opened], online: Callable[[int], bool]
) -> tuple[tuple[Working, ...], int]:
    """The technicians of these departments, online ones first and then by load, and how many of all are online."""
    member = select(membership.c.person_id).where(membership.c.department_id.in_(places))
    able = select(person.c.id, person.c.name).where(person.c.active, person.c.role.in_(STAFF))
    if not everybody:
        able = able.where(person.c.id.in_(member))
    loads = (
        select(ticket.c.technician_id, func.count())
        .where(ticket.c.department_id.in_(places), ticket.c.status.in_(UNSOLVED), ticket.c.technician_id.is_not(None))
        .group_by(ticket.c.technician_id)
    )
    load = {row[0]: int(row[1]) for row in connection.execute(loads)}
    doing = _doing(seen.values())
    found = [
        Working(who(row.id, row.name), load.get(row.id, 0), online(row.id), doing.get(row.id))
        for row in connection.execute(able)
    ]
    found.sort(key=lambda each: (not each.online, -each.load, each.who.name, each.who.id))
    return tuple(found[:SHOWN]), sum(each.online for each in found)


def able(connection: Connection, departments: Sequence[int]) -> list[Able]:
    """Everybody to whom a ticket of one of these departments can be given, by name."""
    found: dict[int, tuple[Who, list[int]]] = {}
    for place in departments:
        for each, _ in access.technicians(connection, place):
            found.setdefault(each.id, (each, []))[1].append(place)
    return sorted((Able(each, tuple(at)) for each, at in found.values()), key=lambda one: one.who.name)


def _doing(seen: Iterable[Opened]) -> dict[int, Doing]:
    """What each one does, on the ticket where that says most."""
    found: dict[int, list[tuple[int, int, Opened, Seen]]] = {}
    for each in seen:
        for viewer in each.viewers:
            rank = STATES.index(viewer.state.partition(":")[0])
            found.setdefault(viewer.id, []).append((rank, each.number, each, viewer))
    told = {}
    for person_id, all_of_them in found.items():
        _, _, best, viewer = min(all_of_them, key=lambda each: each[:2])
        told[person_id] = Doing(best.number, best.subject, viewer.state, viewer.since, len(all_of_them) - 1)
    return told


def flags(
    connection: Connection, places: Places, seen: Mapping[int, Opened], waiting: ColumnElement[bool]
) -> tuple[Flag, ...]:
    """Where two write at once, and what at least LOOKED technicians have seen and nobody answered."""
    several = [(each, _writing(each)) for each in seen.values()]
    found = [
        Flag("writing", each.number, each.subject, writers, len(writers))
        for each, writers in sorted(several, key=lambda pair: pair[0].number)
        if len(writers) > 1
    ]
    lookers = func.count(distinct(activity.c.actor_id))
    query = (
        select(ticket.c.number, ticket.c.subject, lookers.label("lookers"))
        .join(activity, activity.c.ticket_number == ticket.c.number)
        .where(ticket.c.department_id.in_(places), waiting)
        .where(activity.c.kind == "viewed", activity.c.at > ticket.c.public_updated_at)
        .group_by(ticket.c.number, ticket.c.subject)
        .having(lookers >= LOOKED)
        .order_by(ticket.c.number)
        .limit(SHOWN)
    )
    found += [Flag("looked", row.number, row.subject, (), row.lookers) for row in connection.execute(query)]
    return tuple(found[:SHOWN])


def _writing(place: Opened | None) -> tuple[Who, ...]:
    return () if place is None else tuple(_who(each) for each in place.viewers if each.state in WRITES)


def _who(viewer: Seen) -> Who:
    return who(viewer.id, viewer.name)
