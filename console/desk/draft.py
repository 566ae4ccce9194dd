"""Drafts: what somebody is writing on a ticket, as their own composer gets it and as colleagues see it once it is shared.

A draft is no activity: nothing of it is in the log. Its row stays when the message was sent or discarded, and its version
goes on, so that a save that comes late can't bring back what is gone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Literal

from markupsafe import Markup
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from console.desk import people
from console.desk.change import Change
from console.desk.markdown import to_html
from console.desk.people import Who
from console.desk.tables import draft, draft_comment, person

Mode = Literal["reply", "note"]
MODES: tuple[Mode, ...] = ("reply", "note")

_OWN = (draft.c.ticket_number == bindparam("number")) & (draft.c.author_id == bindparam("author"))
_MINE = select(draft).where(_OWN)
_COMMENTED = select(draft_comment.c.id).where(
    draft_comment.c.ticket_number == bindparam("number"), draft_comment.c.draft_author_id == bindparam("author")
)
_SHARED = (
    select(draft, person.c.name.label("author"))
    .join(person, person.c.id == draft.c.author_id)
    .where(draft.c.ticket_number == bindparam("number"), draft.c.shared)
    .order_by(person.c.name, draft.c.author_id)
)
_COMMENTS = (
    select(draft_comment, person.c.name.label("author"))
    .join(person, person.c.id == draft_comment.c.author_id)
    .where(draft_comment.c.ticket_number == bindparam("number"))
    .order_by(draft_comment.c.id)
)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody to copy or notify: the address, and the name to show; what was typed and is nobody's is both."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """What is written: the part of a draft that is kept when it is discarded."""

    mode: Mode = "reply"
    body: str = ""
    people: tuple[Named, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.body.strip() or self.people)


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """A draft as its author's composer gets it.

    `discarded`: something is kept that can be restored; `taken_by`: the colleague who took it over.
    """

    version: int
    body: str
    mode: Mode
    people: tuple[Named, ...]
    shared: bool
    discarded: bool
    taken_by: str | None
    comments: int


@dataclass(frozen=True, slots=True)
class Comment:
    id: int
    author: Who
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SharedDraft:
    """A draft as the technicians who may open its ticket see it, the author among them."""

    number: int
    author: Who
    mode: Mode
    html: Markup
    people: tuple[str, ...]
    saved_at: datetime
    comments: tuple[Comment, ...]


def hand_back(change: Change, author_id: int, body: str, copied: Sequence[str] = ()) -> None:
    """Put words that were not sent, and whom they were copied to (addresses), into their author's draft on this ticket,
    behind what is in it. In a draft of a note there is nobody to copy."""
    asked = {"number": change.ticket.number, "author": author_id}
    row = change.connection.execute(_MINE, asked).one_or_none()
    if row is None:
        people_in = _as_json(named(change.connection, copied))
        values = {
            "mode": "reply",
            "people": people_in,
            "shared": False,
            "body": body,
            "version": 1,
            "saved_at": change.at,
        }
        own = {"ticket_number": change.ticket.number, "author_id": author_id}
        change.connection.execute(insert(draft).values(**own, **values))
    else:
        together = f"{row.body}\n\n{body}" if row.body.strip() else body
        values = {"body": together, "version": row.version + 1, "saved_at": change.at, "kept": None}
        if not row.body.strip():
            values["mode"] = "reply"
        if values.get("mode", row.mode) == "reply":
            before = [each.value for each in written(row).people] if row.mode == "reply" else []
            values["people"] = _as_json(named(change.connection, [*before, *copied]))
        change.connection.execute(
            update(draft)
            .where(draft.c.ticket_number == row.ticket_number, draft.c.author_id == author_id)
            .values(values)
        )
    change.hint("draft", author_id)


def mine(connection: Connection, number: int, author_id: int) -> OwnDraft:
    """The draft of this person on this ticket; before the first save an empty one with version 0."""
    row = connection.execute(_MINE, {"number": number, "author": author_id}).one_or_none()
    if row is None:
        return OwnDraft(0, "", "reply", (), shared=False, discarded=False, taken_by=None, comments=0)
    words, kept = written(row), json.loads(row.kept) if row.kept else {}
    return OwnDraft(
        version=row.version,
        body=words.body,
        mode=words.mode,
        people=words.people,
        shared=row.shared,
        discarded=bool(kept),
        taken_by=kept.get("taken_by"),
        comments=comments(connection, number, author_id) if row.shared else 0,
    )


def comments(connection: Connection, number: int, author_id: int) -> int:
    """How many comments there are on this author's draft."""
    return len(connection.execute(_COMMENTED, {"number": number, "author": author_id}).all())


def shared(connection: Connection, number: int) -> tuple[SharedDraft, ...]:
    """The shared drafts of a ticket with what was said about each, by their authors' names."""
    rows = connection.execute(_SHARED, {"number": number}).all()
    said: dict[int, list[Comment]] = {row.author_id: [] for row in rows}
    for each in connection.execute(_COMMENTS, {"number": number}) if rows else ():
        if each.draft_author_id in said:
            comment = Comment(each.id, people.who(each.author_id, each.author), each.body, each.at)
            said[each.draft_author_id].append(comment)
    return tuple(
        SharedDraft(
            number=number,
            author=people.who(row.author_id, row.author),
            mode=row.mode,
            html=_shown(row.body),
            people=tuple(each.name for each in written(row).people),
            saved_at=row.saved_at,
            comments=tuple(said[row.author_id]),
        )
        for row in rows
    )


def written(row: Any) -> Words:
    return Words(row.mode, row.body, tuple(Named(**each) for each in json.loads(row.people)))


def kept(row: Any) -> Words | None:
    """What this row keeps to be restored."""
    if not row.kept:
        return None
    found = json.loads(row.kept)
    return Words(found["mode"], found["body"], tuple(Named(**each) for each in found["people"]))


def keeping(words: Words, *, taken_by: str | None = None) -> str | None:
    """These words as a row keeps them; nothing is kept of nothing."""
    return json.dumps({**asdict(words), "taken_by": taken_by}) if words else None


def found(change: Change, number: int, author_id: int) -> Any:
    """The row of this author's draft, locked; None if they never wrote here."""
    known = {"number": number, "author": author_id}
    return change.connection.execute(_MINE.with_for_update(), known).one_or_none()


def of_author(change: Change, number: int, author_id: int) -> Any:
    """The row of this author's draft, locked; one with version 0 is made if there is none."""
    row = found(change, number, author_id)
    if row is None:
        empty = {"ticket_number": number, "author_id": author_id, "version": 0, "mode": "reply", "body": ""}
        made = insert(draft).values(**empty, people="[]", shared=False, saved_at=change.at).returning(draft)
        row = change.connection.execute(made).one()
    return row


def put(change: Change, row: Any, words: Words, **columns: Any) -> None:
    """Set what is written in this row; its version moves, and the author's pages and colleagues hear of it."""
    values = {"mode": words.mode, "body": words.body, "people": _as_json(words.people)}
    columns |= {**values, "version": row.version + 1, "saved_at": change.at}
    store(change, row, **columns)


def store(change: Change, row: Any, **columns: Any) -> None:
    where = (draft.c.ticket_number == row.ticket_number) & (draft.c.author_id == row.author_id)
    change.connection.execute(update(draft).where(where).values(columns))
    change.hint("draft", row.author_id, row.ticket_number)
    if row.shared or columns.get("shared"):
        change.hint("shared", row.author_id, row.ticket_number)


def forget_comments(change: Change, row: Any) -> None:
    of_draft = (draft_comment.c.ticket_number == row.ticket_number) & (draft_comment.c.draft_author_id == row.author_id)
    change.connection.execute(delete(draft_comment).where(of_draft))


def sent(change: Change, version: int | None, saving: Sequence[str] = ()) -> None:
    """A message of this change left its author's composer: the draft in it, up to this version, is done with.

    `saving` are texts that its page had posted without an answer so far; one of them may be the next version by now, or
    come later. Words that another device has saved since are not in the message, and stay. None: the message came another
    way, by program or from the portal, and no draft ends with it.
    """
    if change.actor is None or version is None or (version == 0 and not saving):
        return
    row = of_author(change, change.ticket.number, change.actor.id)
    own = row.version == version + 1 and row.body in [each.replace("\0", "").replace("\r\n", "\n") for each in saving]
    version = max(version, row.version) if own else version
    if row.version <= version:
        done = SimpleNamespace(**{**row._mapping, "version": version})
        put(change, done, replace(written(row), body="", people=()), shared=False, kept=None)
        if row.shared:
            forget_comments(change, row)


def named(connection: Connection, addresses: Sequence[str]) -> tuple[Named, ...]:
    """These addresses with the names to show, each once."""
    wanted = list(dict.fromkeys(each.strip() for each in addresses if each.strip()))
    known = {each.lower() for each in wanted}
    query = select(person.c.email, person.c.name).where(person.c.email.in_(known))
    names = {row.email: row.name for row in connection.execute(query)} if wanted else {}
    return tuple(Named(each, names.get(each.lower(), each)) for each in wanted)


def _as_json(people_in: Sequence[Named]) -> str:
    return json.dumps([asdict(each) for each in people_in])


@lru_cache(maxsize=64)
def _shown(body: str) -> Markup:
    # A cache of their own: each save of a draft is another text, and they would push the messages out of theirs.
    return to_html.__wrapped__(body)
