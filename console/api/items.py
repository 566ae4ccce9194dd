"""Activities in JSON. What each side may know is decided by `desk/conversation.py`; here only the text as written is added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import Connection, select

from console.desk import conversation, public_side, spoken
from console.desk.activity import Activity
from console.desk.conversation import Entry
from console.desk.kinds import Audience
from console.desk.people import Who
from console.desk.public_side import PublicEntry
from console.desk.tables import message


class Named(msgspec.Struct, frozen=True):
    id: int
    name: str


class File(msgspec.Struct, frozen=True):
    name: str
    media_type: str
    size_bytes: int


class StaffWords(msgspec.Struct, frozen=True, kw_only=True):
    """A message for staff. `kind`: opening, request (a requester's later one), reply, note, occurrence (a note that is
    visible to requesters); `state`: queued, sent."""

    id: int
    kind: str
    state: str
    body: str
    source: str
    cc: tuple[Named, ...]
    notified: tuple[Named, ...]
    files: tuple[File, ...]
    occurred_at: datetime | None
    minutes: int | None
    solution: str
    email: bool


class PublicWords(msgspec.Struct, frozen=True, kw_only=True):
    """A public message, without its row's id: ids count notes too, and a gap would tell of one."""

    kind: str
    body: str
    source: str
    files: tuple[File, ...]
    occurred_at: datetime | None
    solution: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One activity. `message` is there if it has one, `from` and `to` if it changed a field."""

    seq: int
    kind: str
    at: datetime
    actor: Named | None
    side: str | None
    message: StaffWords | PublicWords | UnsetType = UNSET
    before: str | Named | UnsetType | None = msgspec.field(default=UNSET, name="from")
    after: str | Named | UnsetType | None = msgspec.field(default=UNSET, name="to")


def shown(connection: Connection, activities: Sequence[Activity], audience: Audience) -> list[Item]:
    """These activities of one ticket as one side sees them."""
    if audience == "public":
        public = [each for each in activities if each.public_seq is not None]
        told = list(zip(public_side.public_entries(connection, public), public, strict=True))
        bodies = _bodies(connection, (each.message_id for entry, each in told if entry.message is not None))
        return [_public_item(entry, each, bodies) for entry, each in told]
    entries = conversation.entries(connection, activities)
    bodies = _bodies(connection, (each.message_id for each in activities))
    return [_staff_item(entry, each, bodies) for entry, each in zip(entries, activities, strict=True)]


def _public_item(entry: PublicEntry, each: Activity, bodies: dict[int, Any]) -> Item:
    words: PublicWords | UnsetType = UNSET
    if entry.message is not None and each.message_id is not None:
        said = entry.message
        words = PublicWords(
            kind=said.kind,
            body=bodies[each.message_id].body,
            source=said.source,
            files=_files(said.files),
            occurred_at=said.occurred_at,
            solution=bodies[each.message_id].solution,
        )
    before, after = _ends(each, entry)
    return Item(
        seq=entry.seq,
        kind=entry.kind,
        at=entry.at,
        actor=_named(entry.author),
        side=entry.side,
        message=words,
        before=before,
        after=after,
    )


def _staff_item(entry: Entry, each: Activity, bodies: dict[int, Any]) -> Item:
    words: StaffWords | UnsetType = UNSET
    if entry.message is not None:
        said = entry.message
        words = StaffWords(
            id=said.id,
            kind=said.kind,
            state=said.state,
            body=bodies[said.id].body,
            source=said.source,
            cc=_all_named(said.cc),
            notified=_all_named(said.notified),
            files=_files(said.files),
            occurred_at=said.told.occurred_at,
            minutes=said.told.minutes,
            solution=bodies[said.id].solution,
            email=said.told.by_mail,
        )
    before, after = _ends(each, entry)
    return Item(
        seq=entry.seq,
        kind=entry.kind,
        at=entry.at,
        actor=_named(entry.actor),
        side=entry.actor_side,
        message=words,
        before=before,
        after=after,
    )


End = str | Named | UnsetType | None


def _ends(each: Activity, entry: Entry | PublicEntry) -> tuple[End, End]:
    if "to" not in each.facts:
        return UNSET, UNSET
    return _end(entry.before), _end(entry.after)


def _end(value: str | Who | None) -> str | Named | None:
    return _named(value) if isinstance(value, Who) else value


def _named(who: Who | None) -> Named | None:
    return None if who is None else Named(who.id, who.name)


def _all_named(people: Iterable[Who]) -> tuple[Named, ...]:
    return tuple(Named(who.id, who.name) for who in people)


def _files(files: Iterable[spoken.File]) -> tuple[File, ...]:
    return tuple(File(file.name, file.media_type, file.size_bytes) for file in files)


def _bodies(connection: Connection, ids: Iterable[int | None]) -> dict[int, Any]:
    """The texts as they were written: `body` and `solution`."""
    wanted = {each for each in ids if each is not None}
    query = select(message.c.id, message.c.body, message.c.solution).where(message.c.id.in_(wanted))
    return {row.id: row for row in connection.execute(query)}
