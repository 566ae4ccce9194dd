"""What a list of tickets is narrowed to, and in which order it stands.

A filter travels as text: in addresses, in saved views and in the name of a live list. One filter has one text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ColumnElement, and_, select, true

from console.desk import tags
from console.desk import ticket as rules
from console.desk.errors import Invalid
from console.desk.people import Person
from console.desk.tables import person, tag, ticket

T = TypeVar("T", bound=str)
Show = Literal["mine", "unassigned", "waiting", "chats", "all"]
SHOWS: tuple[Show, ...] = ("mine", "unassigned", "waiting", "chats", "all")
Sort = Literal["updated", "waiting", "created", "priority", "due"]
SORTS: tuple[Sort, ...] = ("updated", "waiting", "created", "priority", "due")
Level = Literal["late", "risk"]
LEVELS: tuple[Level, ...] = ("late", "risk")
AT_RISK = timedelta(hours=1)  # until the next target is missed
UNSOLVED = ("open", "pending")
WAITING = ("unread", "awaiting_technician")  # activity statuses in which it is the desk's turn
ANY = "any"  # every status, where a list has some of its own
AGES = (1, 3, 7, 30)  # days without a change
LONGEST = 600  # characters of a filter's text
# What these lists show unless somebody chooses other statuses.
OWN_STATUSES: dict[Show, tuple[str, ...]] = {
    "mine": UNSOLVED,
    "unassigned": UNSOLVED,
    "waiting": UNSOLVED,
    "chats": (),
    "all": (),
}


class Narrowed(Protocol):
    """What `matches` asks of a ticket."""

    @property
    def status(self) -> str: ...
    @property
    def priority(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def activity_status(self) -> str: ...
    @property
    def department_id(self) -> int: ...
    @property
    def technician_id(self) -> int | None: ...
    @property
    def application_id(self) -> int | None: ...
    @property
    def requester_id(self) -> int: ...
    @property
    def company_id(self) -> int | None: ...
    @property
    def chat(self) -> str | None: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Filter:
    """`show` is the list; the others narrow it, empty ones do not.

    `status`: None is what the list shows by itself, () every status. `technician`: an id, "me" or "none". `idle`: days
    without a change, at least. `unread`: only those. `sla`: a target is missed, or missed or nearly so.
    """

    show: Show = "all"
    status: tuple[str, ...] | None = None
    priority: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    department: tuple[int, ...] = ()
    application: tuple[int, ...] = ()
    technician: str = ""
    requester: int | None = None
    company: int | None = None
    idle: int | None = None
    unread: bool = False
    sla: Level | None = None
    tag: str = ""
    sort: Sort = "updated"

    @classmethod
    def parse(cls, text: str) -> Filter | None:
        """The filter with this text, None if it is none."""
        if len(text) > LONGEST:
            return None
        found = cls.of(dict(parse_qsl(text)))
        return found if str(found) == text else None

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filter:
        """The filter that an address asks for. What is not possible is left out."""
        show = _one(asked.get("show"), SHOWS) or "all"
        given = asked.get("status")
        status = _some(given, rules.STATUSES) if given else None
        if status is not None and status == OWN_STATUSES[show]:
            status = None
        technician = asked.get("technician", "")
        return cls(
            show=show,
            status=None if status == () and given != ANY else status,
            priority=_some(asked.get("priority"), rules.PRIORITIES),
            type=_some(asked.get("type"), rules.TYPES),
            department=tuple(sorted(set(_ids(asked.get("department"))))),
            application=tuple(sorted(set(_ids(asked.get("application"))))),
            technician=technician if technician in ("me", "none") or _ids(technician) else "",
            requester=next(iter(_ids(asked.get("requester"))), None),
            company=next(iter(_ids(asked.get("company"))), None),
            idle=next((each for each in _ids(asked.get("idle")) if each in AGES), None),
            unread=asked.get("unread") == "1",
            sla=_one(asked.get("sla"), LEVELS),
            tag=_tag(asked.get("tag", "")),
            sort=_one(asked.get("sort"), SORTS) or "updated",
        )

    def __str__(self) -> str:
        return urlencode(self.query, safe=",")

    @property
    def query(self) -> dict[str, str]:
        """What its address says, in one order; what is as usual is left out."""
        written = {
            "show": self.show,
            "status": "" if self.status is None else ",".join(self.status) or ANY,
            "priority": ",".join(self.priority),
            "type": ",".join(self.type),
            "department": ",".join(map(str, self.department)),
            "application": ",".join(map(str, self.application)),
            "technician": self.technician,
            "requester": str(self.requester or ""),
            "company": str(self.company or ""),
            "idle": str(self.idle or ""),
            "unread": "1" if self.unread else "",
            "sla": self.sla or "",
            "tag": self.tag,
            "sort": "" if self.sort == "updated" else self.sort,
        }
        return {name: value for name, value in written.items() if value}

    @property
    def statuses(self) -> tuple[str, ...]:
        """Those that it shows; () for all."""
        return OWN_STATUSES[self.show] if self.status is None else self.status

    @property
    def narrowed(self) -> tuple[str, ...]:
        """The names of the fields that narrow its list."""
        given = {each.name for each in fields(self) if getattr(self, each.name) != each.default}
        return tuple(each.name for each in fields(self) if each.name in given - {"show", "sort"})

    def but(self, **changed: Any) -> Filter:
        return replace(self, **changed)

    def matches(self, row: Narrowed, viewer: Person, now: datetime) -> bool:
        """Whether the ticket belongs to this list of `viewer`; that they may open it is asked elsewhere."""
        wanted: tuple[tuple[Collection[object], object], ...] = (
            (self.statuses, row.status),
            (self.priority, row.priority),
            (self.type, row.type),
            (self.department, row.department_id),
            (self.application, row.application_id),
            (() if self.requester is None else (self.requester,), row.requester_id),
            (() if self.company is None else (self.company,), row.company_id),
            (("unread",) if self.unread else (), row.activity_status),
            (WAITING if self.show == "waiting" else (), row.activity_status),
        )
        if any(allowed and value not in allowed for allowed, value in wanted):
            return False
        if self.show == "chats" and row.chat is None:
            return False
        if self.idle is not None and row.updated_at > now - timedelta(days=self.idle):
            return False
        if self.tag and self.tag not in row.tags:
            return False
        if self.sla is not None and (row.due_at is None or row.due_at > self._due_before(now)):
            return False
        return all(row.technician_id == each for each in self._technicians(viewer))

    def condition(self, viewer: Person, now: datetime) -> ColumnElement[bool]:
        """The same in SQL, without the statuses and departments: see `arms`."""
        found: list[ColumnElement[bool]] = [true()]
        found += [ticket.c.technician_id.is_not_distinct_from(each) for each in self._technicians(viewer)]
        if self.priority:
            found.append(ticket.c.priority.in_(self.priority))
        if self.type:
            found.append(ticket.c.type.in_(self.type))
        if self.application:
            found.append(ticket.c.application_id.in_(self.application))
        if self.requester is not None:
            found.append(ticket.c.requester_id == self.requester)
        if self.company is not None:
            found.append(ticket.c.requester_id.in_(select(person.c.id).where(person.c.company_id == self.company)))
        if self.unread:
            found.append(ticket.c.activity_status == "unread")
        if self.show == "waiting":
            found.append(ticket.c.activity_status.in_(WAITING))
        if self.show == "chats":
            found.append(ticket.c.chat_id.is_not(None))
        if self.idle is not None:
            found.append(ticket.c.updated_at <= now - timedelta(days=self.idle))
        if self.tag:
            found.append(ticket.c.number.in_(select(tag.c.ticket_number).where(tag.c.name == self.tag)))
        if self.sla is not None:
            found.append(ticket.c.due_at <= self._due_before(now))
        return and_(*found)

    def arms(self, places: Iterable[int]) -> list[ColumnElement[bool]]:
        """Conditions that are met by one ticket each of these departments at most once, and that an index answers in
        the order of the list: a list is as fast with a million tickets as with a thousand."""
        here = [ticket.c.department_id == place for place in self._wanted(places)]
        if not self.statuses:
            return here
        return [and_(place, ticket.c.status == status) for place in here for status in self.statuses]

    def within(self, places: Iterable[int]) -> ColumnElement[bool]:
        """The condition that all arms are together, for those who need no order: any index may answer it."""
        here = ticket.c.department_id.in_(self._wanted(places))
        return and_(here, ticket.c.status.in_(self.statuses)) if self.statuses else here

    def _wanted(self, places: Iterable[int]) -> list[int]:
        return [place for place in places if not self.department or place in self.department]

    def _due_before(self, now: datetime) -> datetime:
        return now if self.sla == "late" else now + AT_RISK

    def _technicians(self, viewer: Person) -> list[int | None]:
        """Who has to be assigned: with two different ones nothing matches."""
        found: list[int | None] = [viewer.id] if self.show == "mine" else [None] if self.show == "unassigned" else []
        if self.technician:
            named = {"me": viewer.id, "none": None}
            found.append(named[self.technician] if self.technician in named else int(self.technician))
        return found


def _one(value: str | None, allowed: tuple[T, ...]) -> T | None:
    return next((each for each in allowed if each == value), None)


def _some(value: str | None, allowed: tuple[str, ...]) -> tuple[str, ...]:
    named = (value or "").split(",")
    return tuple(each for each in allowed if each in named)


def _tag(value: str) -> str:
    try:
        return tags.checked(value) if value else ""
    except Invalid:
        return ""


def _ids(value: str | None) -> list[int]:
    named = (value or "").split(",")
    return [int(each) for each in named if each.isascii() and each.isdigit() and len(each) < 16]
