"""The one door: every change to the desk happens inside one `Change`, which is one transaction and one stretch of the log.

Order inside the transaction: the command's earlier result, the ticket's row (locked), the action's own rows, and last of
all the log's counter. Whoever holds the counter commits before the next one gets it, so positions appear in order and
a follower that reads `position > cursor` never misses one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, insert, select, update

from console.desk import search_index, sla
from console.desk.errors import CommandReused, NotFound
from console.desk.kinds import KINDS
from console.desk.people import Person, Side
from console.desk.post import Post
from console.desk.tables import activity, command, errand, letter, log_head, notification, ticket

# Built once: every command runs them.
_LOCKED = select(ticket).where(ticket.c.number == bindparam("wanted")).with_for_update(key_share=True)
_EARLIER = select(command).where(command.c.actor_id == bindparam("actor"), command.c.id == bindparam("key"))
_COUNTED = update(log_head).values(n=log_head.c.n + bindparam("more")).returning(log_head.c.n)
_LOGGED = insert(activity)
_REMEMBERED = insert(command)
_LETTERS = insert(letter).returning(letter.c.id, sort_by_parameter_order=True)


LETTER_LEAVES = "letter_leaves"  # the follower that sends letters

Topic = Literal["looked", "draft", "shared", "read", "chat", "requests"]


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that pages should look at again and that is no activity. It may get lost: pages also look by themselves.

    `looked`: a person saw more of a ticket; `draft`: their draft on it changed; `shared`: so did what colleagues see of
    it; `read`: their notifications did; `chat`: how far its lines have got and been seen; `requests`: their
    list of requests looks otherwise.
    """

    topic: Topic
    person_id: int
    number: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command did: the ticket's number and heads after it, the message it wrote, and the log's position."""

    number: int | None
    seq: int
    public_seq: int
    message_id: int | None
    position: int
    made: int | None = None  # id of another row that the command made: a session, a token, a person
    hints: Sequence[Hint] = field(default=(), compare=False)  # a repeated command hints at nothing


class Repeated(Exception):
    """The command was done before; `receipt` is what it gave then."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__("repeated command")
        self.receipt = receipt


@dataclass(slots=True)
class Change:
    """One transaction on one ticket (or on none). Actions write rows on `connection`, set fields and append activities."""

    connection: Connection
    actor: Person | None
    at: datetime
    command_id: str | None
    body_hash: str | None
    post: Post = field(default_factory=Post)
    ticket: Any = None
    message_id: int | None = None
    made: int | None = None
    receipt: Receipt = field(init=False)
    _fields: dict[str, Any] = field(default_factory=dict)
    _appended: list[dict[str, Any]] = field(default_factory=list)
    _notified: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    _errands: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    _letters: list[tuple[int, dict[str, Any], timedelta]] = field(default_factory=list)
    _hints: list[Hint] = field(default_factory=list)
    _people_moved: bool = False

    def begin(self, number: int | None) -> None:
        """Answer a repeated command, then lock the ticket."""
        self._meet_earlier()
        if number is not None:
            self.take(number)
            if self.connection.dialect.name != "sqlite":
                self._meet_earlier()  # the same command, at another worker, may have had the lock before this one

    def take(self, number: int) -> None:
        """Lock the ticket that this change is about. Raises NotFound."""
        row = self.connection.execute(_LOCKED, {"wanted": number}).one_or_none()
        if row is None:
            raise NotFound
        self.ticket = SimpleNamespace(**row._mapping)

    def create(self, **columns: Any) -> None:
        """Make the ticket that this change is about."""
        values = {
            "seq": 0,
            "public_seq": 0,
            "version": 0,
            "created_at": self.at,
            "updated_at": self.at,
            **columns,
        }
        values["public_updated_at"] = self.at
        row = self.connection.execute(insert(ticket).values(values).returning(ticket)).one()
        self.ticket = SimpleNamespace(**row._mapping)
        self._fields["status"] = self.ticket.status  # its clocks begin

    def set(self, **columns: Any) -> None:
        """Change fields of the ticket."""
        self._fields.update(columns)
        for name, value in columns.items():
            setattr(self.ticket, name, value)

    def append(self, kind: str, *, side: Side | None = None, message_id: int | None = None, **facts: Any) -> None:
        """Record what happened. Facts are references and small values, never anybody's words."""
        entry = KINDS[kind]
        row: dict[str, Any] = {
            "kind": kind,
            "actor_id": None if self.actor is None else self.actor.id,
            "side": side,
            "message_id": message_id,
            "facts": json.dumps(facts),
            "at": self.at,
            "ticket_number": None,
            "seq": None,
            "public_seq": None,
        }
        if entry.of_ticket:
            moved: dict[str, Any] = {"seq": self.ticket.seq + 1}
            if entry.public:
                moved |= {"public_seq": self.ticket.public_seq + 1, "public_updated_at": self.at}
            if not entry.quiet:
                moved |= {"updated_at": self.at, "news_seq": self.ticket.seq + 1}
            self.set(**moved)
            row |= {"ticket_number": self.ticket.number, "seq": self.ticket.seq}
            row["public_seq"] = self.ticket.public_seq if entry.public else None
        self._appended.append(row)

    def time(self, kept: sla.Kept) -> None:
        """Move the ticket's clocks, and record which of them were late."""
        if kept.columns:
            self.set(**kept.columns)
        for clock in kept.missed:
            self.append("sla_missed", clock=clock)

    @property
    def told(self) -> frozenset[int]:
        """Who is notified by this change already."""
        return frozenset(row["person_id"] for _, row in self._notified)

    def notify(self, person_id: int, kind: str, *, words: str | None = None) -> None:
        """Tell a person about the activity appended last; in these words, if the ticket's are not enough or there is none."""
        row = {
            "person_id": person_id,
            "ticket_number": None if self.ticket is None else self.ticket.number,
            "kind": kind,
            "actor_id": None if self.actor is None else self.actor.id,
            "created_at": self.at,
            "words": words,
        }
        self._notified.append((len(self._appended), row))

    def errand(self, follower: str, target: str, *, after: timedelta) -> None:
        """File work that a follower does later, on behalf of the activity appended last."""
        self._errands.append((len(self._appended), self._errand(follower, target, after)))

    def letter(self, kind: str, person_id: int, address: str, mail_id: str, *, after: timedelta, **more: Any) -> None:
        """File a mail to one person about the activity appended last; it leaves `after` that time at the earliest."""
        row = {
            "kind": kind,
            "ticket_number": None if self.ticket is None else self.ticket.number,
            "person_id": person_id,
            "address": address,
            "mail_id": mail_id,
            "state": "queued",
            "attempt": 0,
            "filed_at": self.at,
            "message_id": None,
            **more,
        }
        self._letters.append((len(self._appended), row, after))

    def letter_to(self, person_id: int) -> dict[str, Any] | None:
        """The letter to this person that this change has filed."""
        return next((row for _, row, _ in self._letters if row["person_id"] == person_id), None)

    def hint(self, topic: Topic, person_id: int, number: int | None = None) -> None:
        """Have the pages look again, once this is committed; `number` is the ticket, if this change has locked none."""
        if number is None and self.ticket is not None:
            number = self.ticket.number
        self._hints.append(Hint(topic, person_id, number))

    def people_moved(self) -> None:
        """Others than before take part in the ticket, so it is found by other names."""
        self._people_moved = True

    def finish(self) -> None:
        """Write what was gathered; the counter's row is the last lock before the commit."""
        if not sla.WATCHED.isdisjoint(self._fields):
            anew = not sla.PLANNED.isdisjoint(self._fields)
            self.time(sla.keep(self.connection, self.ticket, self.at, anew=anew))
        if self._fields:
            self.set(version=self.ticket.version + 1)
            self.connection.execute(update(ticket).where(ticket.c.number == self.ticket.number).values(self._fields))
        self._index()
        position = 0
        if self._appended:
            position = self.connection.execute(_COUNTED, {"more": len(self._appended)}).scalar_one()
            first = position - len(self._appended)
            rows = [{**row, "position": first + place} for place, row in enumerate(self._appended, 1)]
            self.connection.execute(_LOGGED, rows)
            self._file_letters(first)
            for table, filed in ((notification, self._notified), (errand, self._errands)):
                if filed:
                    self.connection.execute(insert(table), [{**row, "position": first + nth} for nth, row in filed])
        if self.ticket is None:
            self.receipt = Receipt(None, 0, 0, None, position, self.made, self._hints)
        else:
            heads = self.ticket.seq, self.ticket.public_seq
            self.receipt = Receipt(self.ticket.number, *heads, self.message_id, position, self.made, self._hints)
        self._remember()

    def _index(self) -> None:
        """Each message that an activity speaks of is searched by what it is now: said, shown, held or taken back."""
        ids = {row["message_id"] for row in self._appended if row["message_id"] is not None}
        if self._people_moved:
            ids.update(search_index.opening_of(self.connection, self.ticket.number))
        if ids:
            search_index.enter(self.connection, ids)

    def _file_letters(self, first: int) -> None:
        if not self._letters:
            return
        rows = [{**row, "position": first + nth} for nth, row, _ in self._letters]
        ids = self.connection.execute(_LETTERS, rows).scalars()
        for made, (nth, row, after) in zip(ids, self._letters, strict=True):
            filed = self._errand(LETTER_LEAVES, str(made), after)
            self._errands.append((nth, {**filed, "lane": row["person_id"]}))

    def _errand(self, follower: str, target: str, after: timedelta) -> dict[str, Any]:
        return {
            "lane": 0,
            "follower": follower,
            "target": target,
            "ticket_number": None if self.ticket is None else self.ticket.number,
            "state": "waiting",
            "attempt": 0,
            "next_at": self.at + after,
        }

    def _meet_earlier(self) -> None:
        if self.command_id is None or self.actor is None:
            return
        known = {"actor": self.actor.id, "key": self.command_id}
        row = self.connection.execute(_EARLIER, known).one_or_none()
        if row is not None:
            if row.body_hash != self.body_hash:
                raise CommandReused
            raise Repeated(Receipt(*json.loads(row.result)))

    def _remember(self) -> None:
        if self.command_id is None or self.actor is None:
            return
        values = {
            "actor_id": self.actor.id,
            "id": self.command_id,
            "body_hash": self.body_hash,
            "at": self.at,
        }
        self.connection.execute(_REMEMBERED, {**values, "result": json.dumps(astuple(replace(self.receipt, hints=())))})
