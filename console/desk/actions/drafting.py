"""Drafts: saving what is being written, discarding and restoring it, sharing it, commenting on it, taking one over.

None of it is in the log, and none of it locks the ticket or moves its version: only the ticket's row is asked who may
open it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import insert

from console.desk import access
from console.desk import draft as drafts
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.draft import Mode, Words
from console.desk.errors import N_, DraftMoved, Invalid
from console.desk.message import COMMENT_LIMIT
from console.desk.people import Person
from console.desk.tables import draft_comment

SAID_LIMIT = 2_000  # characters of a comment
COMMENTS = 50  # on one draft
ADDRESS = 254  # characters; an address is not longer, and what was typed instead of one need not be


def save(
    desk: Desk,
    number: int,
    actor: Person,
    *,
    version: int,
    mode: str,
    body: str,
    people: Sequence[str] = (),
    keep: bool = False,
    limit: int = COMMENT_LIMIT,
) -> Receipt:
    """Store what `actor` has written so far; it is version + 1 then.

    `version` is the one that the device had read or saved last: if another is there, nothing is stored. `keep` keeps the
    words that are replaced, so that they can be restored. Raises Invalid, NotFound, DraftMoved.
    """
    with _on(desk, number, actor) as change:
        row = drafts.of_author(change, number, actor.id)
        if row.version != version:
            raise DraftMoved
        addresses = [each.replace("\0", "")[:ADDRESS] for each in people]
        words = Words(_mode(mode), _text(body, limit), drafts.named(change.connection, addresses))
        before = drafts.written(row)
        if not before and not row.shared:
            drafts.forget_comments(change, row)  # they were about another text, which is gone
        drafts.put(change, row, words, kept=drafts.keeping(before) or row.kept if keep else row.kept)
    return change.receipt


def discard(desk: Desk, number: int, actor: Person) -> Receipt:
    """Empty the draft and end its sharing; what was there can be restored. Without any text nothing happens."""
    with _on(desk, number, actor) as change:
        row = drafts.of_author(change, number, actor.id)
        words = drafts.written(row)
        if words:
            drafts.put(change, row, _emptied(words), shared=False, kept=drafts.keeping(words))
    return change.receipt


def restore(desk: Desk, number: int, actor: Person) -> Receipt:
    """Put back what was kept; what stands there now is kept instead. Sharing does not come back by itself."""
    with _on(desk, number, actor) as change:
        row = drafts.of_author(change, number, actor.id)
        words = drafts.kept(row)
        if words is not None:
            drafts.put(change, row, words, shared=False, kept=drafts.keeping(drafts.written(row)))
    return change.receipt


def share(desk: Desk, number: int, actor: Person, *, on: bool) -> Receipt:
    """Show the draft to everybody who may open the ticket, or hide it again. There has to be text to be shown."""
    with _on(desk, number, actor) as change:
        row = drafts.of_author(change, number, actor.id)
        if on and not row.body.strip():
            raise Invalid(N_("Write something before you share it."), field="body")
        if row.shared != on:
            drafts.store(change, row, shared=on)
    return change.receipt


def comment(desk: Desk, number: int, actor: Person, *, author_id: int, body: str) -> Receipt:
    """Say something about a shared draft; its author may answer in the same place."""
    with _on(desk, number, actor) as change:
        row = _shared(change, number, author_id)
        if drafts.comments(change.connection, number, author_id) >= COMMENTS:
            raise Invalid(N_("There are %(limit)s comments on this draft already."), field="body", limit=COMMENTS)
        said = _text(body, SAID_LIMIT).strip()
        if not said:
            raise Invalid(N_("Write something before you send."), field="body")
        values = {"ticket_number": number, "draft_author_id": author_id, "author_id": actor.id, "body": said}
        change.connection.execute(insert(draft_comment).values(**values, at=change.at))
        change.hint("draft", row.author_id, number)
        change.hint("shared", row.author_id, number)
    return change.receipt


def take_over(desk: Desk, number: int, actor: Person, *, author_id: int) -> Receipt:
    """Make a colleague's shared draft one's own: in front of what one has written, and gone from theirs.

    If either of them was a note, it is a note: what was written for technicians never becomes a public reply by itself.
    Both can restore what they had.
    """
    with _on(desk, number, actor) as change:
        if author_id == actor.id:
            raise Invalid(N_("This draft is yours already."))
        for each in sorted((author_id, actor.id)):  # in one order, or two who take from each other wait for ever
            drafts.found(change, number, each)
        theirs = _shared(change, number, author_id)
        own = drafts.of_author(change, number, actor.id)
        taken, had = drafts.written(theirs), drafts.written(own)
        drafts.put(change, own, _joined(taken, had), kept=drafts.keeping(had) or own.kept)
        drafts.put(change, theirs, _emptied(taken), shared=False, kept=drafts.keeping(taken, taken_by=actor.name))
    return change.receipt


@contextmanager
def _on(desk: Desk, number: int, actor: Person) -> Iterator[Change]:
    with desk.change(None, actor) as change:
        access.find_ticket(change.connection, number, actor, "staff")
        yield change


def _shared(change: Change, number: int, author_id: int) -> Any:
    row = drafts.found(change, number, author_id)
    if row is None or not row.shared:
        raise Invalid(N_("This draft is not shared any more."))
    return row


def _mode(mode: str) -> Mode:
    for each in drafts.MODES:
        if mode == each:
            return each
    raise Invalid(N_("%(value)s is not a possible value here."), field="mode", value=mode[:100])


def _text(body: str, limit: int) -> str:
    text = body.replace("\0", "").replace("\r\n", "\n")
    if len(text) > limit:
        raise Invalid(
            N_("This message has %(length)s characters; at most %(limit)s are possible."),
            field="body",
            length=len(text),
            limit=limit,
        )
    return text


def _emptied(words: Words) -> Words:
    return replace(words, body="", people=())


def _joined(taken: Words, had: Words) -> Words:
    if not had:
        return taken
    mode: Mode = "note" if "note" in (taken.mode, had.mode) else "reply"
    people = [each for words in (taken, had) if words.mode == mode for each in words.people]
    bodies = [words.body.strip() for words in (taken, had) if words.body.strip()]
    return Words(mode, "\n\n".join(bodies), tuple(dict.fromkeys(people)))
