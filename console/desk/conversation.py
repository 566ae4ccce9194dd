"""What a ticket's page shows, as frozen values: for staff, and for requesters in types that have no field for a staff fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from console.desk import chat, people, ratings, tags
from console.desk import ticket as rules
from console.desk.activity import Activity, at_seqs
from console.desk.chat import Chat
from console.desk.fuse import Fuse, fuses
from console.desk.kinds import KINDS
from console.desk.people import Who
from console.desk.spoken import Message
from console.desk.spoken import messages as messages_of
from console.desk.tables import application, company, department, message, module, person, ticket


@dataclass(frozen=True, slots=True)
class Entry:
    """One activity as staff see it; `before` and `after` are slugs, or people for an assignment."""

    number: int
    seq: int
    kind: str
    at: datetime
    actor: Who | None
    actor_side: str | None
    message: Message | None
    before: str | Who | None
    after: str | Who | None
    missed: int | None = None  # its message was written before the one with this number arrived
    facts: Mapping[str, Any] = field(default_factory=dict)  # what else the log says of it
    public_seq: int | None = None
    earlier: Entry | None = None  # the entry that looks otherwise now

    @property
    def guards(self) -> bool:
        return KINDS[self.kind].guards


@dataclass(frozen=True, slots=True)
class Requester:
    id: int
    name: str
    initials: str
    hue: int
    email: str
    company: str | None


@dataclass(frozen=True, slots=True)
class Ticket:
    number: int
    subject: str
    status: str
    category: str
    priority: str
    type: str
    impact: str | None
    activity_status: str
    source: str
    department: str
    requester: Requester
    technician: Who | None
    created_at: datetime
    seq: int
    message_count: int
    chat: Chat | None
    application: str | None
    module: str | None
    fuses: tuple[Fuse, ...]
    tags: tuple[str, ...]
    rating: str | None = None  # the last that was given


EARLIER = {"note_shown": "noted", "redacted": "of", "note_redacted": "of"}  # the fact that names the earlier entry
NAMING = ("assigned", "chat_handed_over")  # these go from and to people
# Statements of the hot path are built once: building one costs twice as much as running it.
_asker, _technician = person.alias("asker"), person.alias("technician")
_AROUND_TICKET = (
    select(
        _asker.c.name.label("asker"),
        _asker.c.email,
        company.c.name.label("company"),
        department.c.name.label("department"),
        _technician.c.name.label("technician"),
        application.c.name.label("application"),
        module.c.name.label("module"),
        select(func.count())
        .where(
            message.c.ticket_number == ticket.c.number,
            message.c.state.in_(("sent", "redacted")),
            message.c.kind != "chat",
        )
        .scalar_subquery()
        .label("said"),
        ratings.last(ticket.c.number).label("rated_good"),
    )
    .select_from(ticket)
    .join(_asker, _asker.c.id == ticket.c.requester_id)
    .outerjoin(company, company.c.id == _asker.c.company_id)
    .join(department, department.c.id == ticket.c.department_id)
    .outerjoin(_technician, _technician.c.id == ticket.c.technician_id)
    .outerjoin(application, application.c.id == ticket.c.application_id)
    .outerjoin(module, module.c.id == ticket.c.module_id)
    .where(ticket.c.number == bindparam("number"))
)


def staff_ticket(connection: Connection, row: Any) -> Ticket:
    """The ticket of this row with what its panels show."""
    around = connection.execute(_AROUND_TICKET, {"number": row.number}).one()
    asker = people.who(row.requester_id, around.asker)
    return Ticket(
        number=row.number,
        subject=row.subject,
        status=row.status,
        category=rules.category(row.status),
        priority=row.priority,
        type=row.type,
        impact=row.impact,
        activity_status=row.activity_status,
        source=row.source,
        department=around.department,
        requester=Requester(asker.id, asker.name, asker.initials, asker.hue, around.email, around.company),
        technician=None if row.technician_id is None else people.who(row.technician_id, around.technician),
        created_at=row.created_at,
        seq=row.seq,
        message_count=around.said,
        chat=chat.live(connection, row),
        application=around.application,
        module=around.module,
        fuses=fuses(row),
        tags=tags.of(connection, [row.number]).get(row.number, ()),
        rating=None if around.rated_good is None else ratings.word(around.rated_good),
    )


def entries(connection: Connection, activities: Sequence[Activity]) -> tuple[Entry, ...]:
    """These activities of tickets as staff see them, in four queries however many there are."""
    messages = messages_of(connection, [each.message_id for each in activities])
    assigned = [each.facts.get(end) for each in activities if each.kind in NAMING for end in ("from", "to")]
    known = people.names(connection, [*(each.actor_id for each in activities), *assigned])
    found = tuple(_entry(each, known, messages) for each in activities)
    if any(each.kind in EARLIER for each in found):
        return tuple(replace(each, earlier=_earlier(connection, each)) for each in found)
    return found


def _earlier(connection: Connection, entry: Entry) -> Entry | None:
    """The entry whose message this one made visible, or emptied."""
    if entry.kind not in EARLIER:
        return None
    (written,) = at_seqs(connection, entry.number, [entry.facts[EARLIER[entry.kind]]])
    return entries(connection, [written])[0]


def _entry(each: Activity, known: dict[int, Who], messages: dict[int, Message]) -> Entry:
    assert each.number is not None and each.seq is not None
    before: Any = each.facts.get("from")
    after: Any = each.facts.get("to")
    if each.kind in NAMING:
        before, after = known.get(before), known.get(after)
    actor = None if each.actor_id is None else known.get(each.actor_id)
    words = None if each.message_id is None else messages.get(each.message_id)
    missed = each.facts.get("missed")
    about = actor, each.side, words, before, after, missed
    return Entry(each.number, each.seq, each.kind, each.at, *about, each.facts, each.public_seq)
