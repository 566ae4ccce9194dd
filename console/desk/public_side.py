"""What requesters see of a ticket, in types that have no field for a staff fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection, select

from console.desk import applications, chat, options, people
from console.desk import ticket as rules
from console.desk.activity import Activity, at_seqs
from console.desk.chat import Chat
from console.desk.kinds import KINDS
from console.desk.people import Who
from console.desk.spoken import File, Message
from console.desk.spoken import messages as messages_of
from console.desk.tables import department, ticket


@dataclass(frozen=True, slots=True)
class PublicMessage:
    """A public message. Its row's id stays inside: ids count notes too, and a gap would tell of one."""

    kind: str
    author: Who
    side: str
    html: Markup
    source: str
    files: tuple[File, ...]
    command_id: str | None
    locked: bool
    occurred_at: datetime | None
    solution: Markup
    redacted: bool


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One public activity; `seq` is its public number."""

    number: int
    seq: int
    kind: str
    at: datetime
    author: Who | None
    side: str | None
    message: PublicMessage | None
    before: str | None
    after: str | Who | None
    earlier: PublicEntry | None = None  # the entry that looks otherwise now


@dataclass(frozen=True, slots=True)
class PublicTicket:
    number: int
    subject: str
    category: str
    words: str
    priority: str
    created_at: datetime
    updated_at: datetime
    seq: int
    chat: Chat | None = None
    may_chat: bool = False
    named: bool = True  # technicians are called by their names
    application: str | None = None
    module: str | None = None


def may_chat(connection: Connection, row: Any) -> bool:
    """Whether a chat may be asked for on the ticket of this row."""
    return row.chat_id is None and rules.category(row.status) != "closed" and options.load(connection).chat


def whole_request(connection: Connection, row: Any) -> PublicTicket:
    """The ticket of this row as the page of the request shows it; lists do without the chat."""
    live, hidden = chat.live(connection, row), in_their_place(connection, row.number)
    if live is not None and hidden is not None:
        asker = hidden if live.asked_side == "technician" else live.asker
        live = replace(live, asker=asker, technicians=(hidden,) if live.technicians else ())
    about, part = applications.name_of(connection, row.application_id, row.module_id)
    shown = replace(public_ticket(row), application=about, module=part)
    return replace(shown, chat=live, may_chat=may_chat(connection, row), named=hidden is None)


def public_ticket(row: Any) -> PublicTicket:
    return PublicTicket(
        row.number,
        row.subject,
        rules.category(row.status),
        rules.public_words(row),
        row.priority,
        row.created_at,
        row.public_updated_at,
        row.public_seq,
    )


def public_entries(connection: Connection, activities: Sequence[Activity]) -> tuple[PublicEntry, ...]:
    """The public ones of these activities as requesters see them."""
    public = [each for each in activities if each.public_seq is not None]
    messages = messages_of(connection, [each.message_id for each in public])
    chatting = [each for each in public if KINDS[each.kind].chat]
    named = [*(each.actor_id for each in chatting), *(each.facts.get("to") for each in chatting)]
    known = people.names(connection, named) if named else {}
    hidden = {number: in_their_place(connection, number) for number in {each.number for each in public}}
    shown = [_public_entry(each, messages, known, hidden[each.number]) for each in public]
    for nth, each in enumerate(public):
        if each.kind == "redacted" and each.number is not None:
            place = at_seqs(connection, each.number, [each.facts["public_of"]])
            shown[nth] = replace(shown[nth], earlier=public_entries(connection, place)[0])
    return tuple(shown)


def in_their_place(connection: Connection, number: int | None) -> Who | None:
    """Who stands for the technicians of a ticket before its requester: its department; None if they see the names."""
    if options.load(connection).staff_names:
        return None
    place = select(department.c.name).join(ticket, ticket.c.department_id == department.c.id)
    return people.who(0, connection.execute(place.where(ticket.c.number == number)).scalar_one())


def _public_entry(
    each: Activity, messages: dict[int, Message], known: dict[int, Who], hidden: Who | None
) -> PublicEntry:
    assert each.number is not None and each.public_seq is not None
    words = None if each.message_id is None else messages.get(each.message_id)
    shown = None
    if words is not None and words.kind != "note":
        shown = PublicMessage(
            words.kind,
            hidden if hidden and words.side == "technician" else words.author,
            words.side,
            words.public_html,
            words.source,
            words.files,
            words.command_id,
            words.locked,
            words.told.occurred_at,
            words.told.solution,
            words.redacted,
        )
    author = None if shown is None else shown.author
    before, after = each.facts.get("from"), each.facts.get("to")
    if KINDS[each.kind].chat:  # people who talk with each other know who they are
        author = None if each.actor_id is None else known.get(each.actor_id)
        after = None if after is None else hidden or known.get(after)
        if hidden and each.side == "technician":
            author = hidden
    return PublicEntry(each.number, each.public_seq, each.kind, each.at, author, each.side, shown, before, after)
