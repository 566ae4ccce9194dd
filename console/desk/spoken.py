"""Messages as they are shown: the words, the files, the people, and what a mail said besides."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from sqlalchemy import Connection, Row, bindparam, select

from console.desk import people
from console.desk.markdown import to_html
from console.desk.mention import spellings
from console.desk.people import Who
from console.desk.plain import as_plain
from console.desk.tables import attachment, mailed, message, message_person, person


@dataclass(frozen=True, slots=True)
class File:
    name: str
    size_bytes: int
    media_type: str
    is_image: bool
    url: str


@dataclass(frozen=True, slots=True)
class Mailed:
    """What a mail said besides the words that are shown. `copied`: whom the first mail was sent to
    besides, with their addresses; `proposed`: the same of a later one, who get nothing yet."""

    address: str
    quoted: Markup
    signature: Markup
    has_html: bool
    copied: tuple[str, ...]
    proposed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a reply or a note tells besides its words. `minutes`: time spent, for staff only; `by_mail`: it went to
    requesters by mail too, as far as the desk tells them anything by mail."""

    occurred_at: datetime | None
    minutes: int | None
    solution: Markup
    by_mail: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message as staff see it. `kind`: opening, request (a requester's later one), reply, note or occurrence (a note that is
    visible to requesters); `state`: queued, sent, redacted; `public_html`: without the marks of who was notified."""

    id: int
    kind: str
    state: str
    author: Who
    side: str
    html: Markup
    public_html: Markup
    source: str
    files: tuple[File, ...]
    cc: tuple[Who, ...]
    notified: tuple[Who, ...]
    command_id: str | None
    locked: bool
    leaves_at: datetime | None
    mailed: Mailed | None
    told: Told
    reopened_not: str | None  # why it left the ticket resolved: thanks or automatic

    @property
    def redacted(self) -> bool:
        return self.state == "redacted"


_MESSAGES = (
    select(
        message,
        person.c.name.label("author"),
        mailed.c.address,
        mailed.c.quoted,
        mailed.c.signature,
        mailed.c.has_html,
        mailed.c.copied,
        mailed.c.proposed,
    )
    .join(person, person.c.id == message.c.author_id)
    .outerjoin(mailed, mailed.c.message_id == message.c.id)
    .where(message.c.id.in_(bindparam("ids", expanding=True)))
)
_FILES = (
    select(attachment).where(attachment.c.message_id.in_(bindparam("ids", expanding=True))).order_by(attachment.c.id)
)
_NAMED = (
    select(message_person.c.message_id, message_person.c.part, person.c.id, person.c.name)
    .join(person, person.c.id == message_person.c.person_id)
    .where(message_person.c.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(person.c.name)
)


def messages(connection: Connection, ids: Iterable[int | None]) -> dict[int, Message]:
    wanted = {"ids": sorted({each for each in ids if each is not None})}
    if not wanted["ids"]:
        return {}
    files: dict[int, list[File]] = defaultdict(list)
    for row in connection.execute(_FILES, wanted):
        files[row.message_id].append(to_file(row))
    parts: dict[tuple[int, str], list[Who]] = defaultdict(list)
    for row in connection.execute(_NAMED, wanted):
        parts[row.message_id, row.part].append(people.who(row.id, row.name))
    return {
        row.id: _message(row, people.who(row.author_id, row.author), files[row.id], parts)
        for row in connection.execute(_MESSAGES, wanted)
    }


def _message(row: Row[Any], author: Who, files: list[File], parts: dict[tuple[int, str], list[Who]]) -> Message:
    notified = tuple(parts[row.id, "notified"])
    plain = words_html(row.body, row.source)
    return Message(
        id=row.id,
        kind=row.kind,
        state=row.state,
        author=author,
        side=row.side,
        html=words_html(row.body, row.source, spellings(notified)) if notified else plain,
        public_html=plain,
        source=row.source,
        files=tuple(files),
        cc=tuple(parts[row.id, "cc"]),
        notified=notified,
        command_id=row.command_id,
        locked=row.kind == "opening",
        leaves_at=row.leaves_at,
        mailed=None if row.address is None else _mailed(row),
        told=Told(row.occurred_at, row.minutes, to_html(row.solution), row.by_mail),
        reopened_not=row.reopened_not,
    )


def _mailed(row: Row[Any]) -> Mailed:
    quoted, signature = as_plain(row.quoted), as_plain(row.signature)
    return Mailed(
        row.address, quoted, signature, row.has_html, tuple(json.loads(row.copied)), tuple(json.loads(row.proposed))
    )


def words_html(body: str, source: str, mentions: tuple[str, ...] = ()) -> Markup:
    """What somebody said, as HTML: a mail is plain text, everything else has the shortcuts of Markdown."""
    return as_plain(body) if source == "mail" else to_html(body, mentions)


def to_file(row: Row[Any]) -> File:
    image = row.media_type.startswith("image/")
    return File(row.name, row.size_bytes, row.media_type, image, f"/attachments/{row.key}/{quote(row.name)}")
