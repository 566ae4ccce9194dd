"""Searching tickets: by the words of their messages, subjects, files and people, among those that a person may open.

Of the matches the newest are taken, and of these the most relevant come first: so a word that every ticket has costs no
more than a rare one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Connection, Text, and_, bindparam, literal_column, select, text
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql import column, func, table

from console.desk import access, queue, search_index
from console.desk.conversation import PublicTicket, public_ticket
from console.desk.kinds import Audience
from console.desk.people import Person
from console.desk.queue import TicketRow
from console.desk.search_index import LANGUAGES
from console.desk.search_words import Marks, Piece, Term, distinct, excerpt, marked, marks, number, terms
from console.desk.tables import attachment, message, ticket

MATCHES = 1_000  # messages; of more only the newest are ranked
PAGE = 25  # tickets
NEWEST = 4_000  # messages in which a common word is looked for
LOOKED_AT = 2  # matching messages of a ticket from which its excerpt is chosen
TITLED = 3.0  # what a match in the subject is worth,
AGAIN = 0.25  # each further message that matches,
MOST_AGAIN = 4
FRESH = 2.0  # and the newest of all that match; the oldest gets nothing for it
EMPHASIS = re.compile(r"\*\*|`")

_entry = table(
    "search_entry", *(column(name) for name in ("message_id", "ticket_number", "public_words", "staff_words"))
)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Only tickets of this status, or of this department (its id)."""

    status: str | None = None
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A ticket that was found: its row as the audience lists it, its subject, and words of one of its messages, marked."""

    ticket: TicketRow | PublicTicket
    subject: list[Piece]
    excerpt: list[Piece]
    message_id: int
    is_note: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. `count` are tickets; if there are `more`, only the newest matches were looked at.

    `left`: so many messages are not indexed yet.
    """

    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    more: bool = False
    page: int = 1
    pages: int = 1
    left: int = 0


class _Match(NamedTuple):
    message_id: int
    number: int
    titled: bool


def search(
    connection: Connection,
    viewer: Person,
    audience: Audience,
    question: str,
    *,
    narrowed: Narrowed = Narrowed(),
    page: int = 1,
    limit: int = PAGE,
) -> Found:
    """The tickets that this person may open for `audience` and that have every word of the question in one message,
    its subject and its people; the most relevant first. Whatever is asked, there is an answer.
    """
    asked, left = terms(question), search_index.left(connection)
    if not asked:
        return Found(left=left)
    matches, stems = _matches(connection, audience, asked, _allowed(viewer, audience, narrowed))
    ranked = _ranked(matches)
    pages = max(1, -(-len(ranked) // limit))
    page = min(max(1, page), pages)
    shown = dict(list(ranked.items())[(page - 1) * limit : page * limit])
    hits = _hits(connection, audience, shown, marks(asked, stems))
    return Found(hits, len(ranked), len(matches) >= MATCHES, page, pages, left)


def numbers(connection: Connection, viewer: Person, audience: Audience, question: str, limit: int) -> list[int]:
    """The numbers of the tickets that `search` finds, at most `limit`."""
    asked = terms(question)
    if not asked:
        return []
    matches, _ = _matches(connection, audience, asked, _allowed(viewer, audience, Narrowed()))
    return list(_ranked(matches))[:limit]


def jump(connection: Connection, viewer: Person, audience: Audience, question: str) -> int | None:
    """The number of the ticket that the question names, if this person may open it."""
    named = number(question)
    if named is None:
        return None
    query = select(ticket.c.number).where(ticket.c.number == named, access.visible(viewer, audience))
    found: int | None = connection.execute(query).scalar_one_or_none()
    return found


def named(connection: Connection, ticket_number: int) -> TicketRow:
    """The ticket that `jump` has found, as lists show it."""
    (row,) = queue.rows(connection, [ticket_number])
    return row


def _allowed(viewer: Person, audience: Audience, narrowed: Narrowed) -> ColumnElement[bool]:
    allowed = [access.visible(viewer, audience)]
    if narrowed.status is not None:
        allowed.append(ticket.c.status == narrowed.status)
    if narrowed.department_id is not None and audience == "staff":
        allowed.append(ticket.c.department_id == narrowed.department_id)
    return and_(*allowed)


def _ranked(matches: Sequence[_Match]) -> dict[int, list[_Match]]:
    """The matches of each ticket, newest first, the most relevant ticket first."""
    by_ticket: dict[int, list[_Match]] = defaultdict(list)
    worth: dict[int, float] = {}
    for place, each in enumerate(matches):
        by_ticket[each.number].append(each)
        worth.setdefault(each.number, FRESH * (1 - place / len(matches)))
    for ticket_number, its in by_ticket.items():
        worth[ticket_number] += TITLED * any(each.titled for each in its) + AGAIN * min(len(its) - 1, MOST_AGAIN)
    order = sorted(by_ticket, key=lambda ticket_number: (-worth[ticket_number], -ticket_number))
    return {ticket_number: by_ticket[ticket_number] for ticket_number in order}


def _matches(
    connection: Connection, audience: Audience, asked: Sequence[Term], allowed: ColumnElement[bool]
) -> tuple[list[_Match], Iterable[str]]:
    """The newest messages that match, and what else their words may begin with."""
    if connection.dialect.name == "sqlite":
        return _on_sqlite(connection, audience, asked, allowed), [
            _bare(term.words[0]) for term in asked if _bends(term)
        ]
    return _on_postgresql(connection, audience, asked, allowed)


# SQLite


def _on_sqlite(
    connection: Connection, audience: Audience, asked: Sequence[Term], allowed: ColumnElement[bool]
) -> list[_Match]:
    """Words as they stand first, which SQLite finds one by one: only if these are few it gathers all that begin so."""
    found: list[_Match] = []
    for loose in (False, True):
        wanted = " AND ".join(_fts5(each, loose) for each in asked)
        if loose and wanted == " AND ".join(_fts5(each, False) for each in asked):
            break
        found = _of_index(connection, audience, wanted, allowed)
        if len(found) >= MATCHES:
            break
    return found


def _of_index(connection: Connection, audience: Audience, wanted: str, allowed: ColumnElement[bool]) -> list[_Match]:
    index = table(f"search_{audience}", column("rowid"))
    fits = literal_column(index.name).op("match", is_comparison=True)(bindparam("wanted"))
    query = (
        select(index.c.rowid, message.c.ticket_number)
        .select_from(index)
        .join(message, message.c.id == index.c.rowid)
        .join(ticket, ticket.c.number == message.c.ticket_number)
        .where(fits, allowed)
        .order_by(index.c.rowid.desc())
        .limit(MATCHES)
    )
    rows = connection.execute(query, {"wanted": wanted}).all()
    if not rows:
        return []
    titled = select(index.c.rowid).where(fits, index.c.rowid >= rows[-1].rowid).order_by(index.c.rowid.desc())
    there = connection.execute(titled.limit(MATCHES), {"wanted": f"{{title}} : ({wanted})"}).scalars()
    in_title = set(there)
    return [_Match(message_id, number, message_id in in_title) for message_id, number in rows]


def _fts5(term: Term, loose: bool) -> str:
    """A term in FTS5's language. The words are letters and figures, so nothing of what was typed has a meaning there."""
    said = " ".join(term.words)
    if loose and _bends(term):
        return f'"{_bare(said)}" *'
    return f'"{said}" *' if loose and term.is_prefix else f'"{said}"'


def _bends(term: Term) -> bool:
    """Whether it is a single word that may have another ending."""
    return not term.exact and len(term.words) == 1 and len(term.words[0]) > 3


def _bare(word: str) -> str:
    """Without the plural's ending: SQLite knows no others."""
    return word[:-2] if word.endswith("es") and len(word) > 5 else word.removesuffix("s")


# PostgreSQL


def _on_postgresql(
    connection: Connection, audience: Audience, asked: Sequence[Term], allowed: ColumnElement[bool]
) -> tuple[list[_Match], Iterable[str]]:
    given: dict[str, str] = {}
    parts = [_tsquery(term, place, given) for place, term in enumerate(asked)]
    wanted = connection.execute(text(f"select cast({' && '.join(parts)} as text)"), given).scalar_one()
    words = _entry.c.public_words if audience == "public" else _entry.c.staff_words
    # Written out, so that it is planned for these words. Common ones fill the list from the newest messages; for others all
    # that match are gathered by the index: read backwards for too few, the whole table would be unpacked.
    asks = as_type(bindparam("wanted", type_=Text, literal_execute=True), TSQUERY)
    titled = func.ts_filter(words, literal_column("'{a}'")).op("@@", return_type=Boolean())(asks)
    query = (
        select(_entry.c.message_id, _entry.c.ticket_number, titled)
        .join(ticket, ticket.c.number == _entry.c.ticket_number)
        .where(words.op("@@", return_type=Boolean())(asks), allowed)
    )
    stems, id_ = re.findall(r"'([^']*)'", wanted), _entry.c.message_id
    newest = (connection.execute(select(func.max(id_))).scalar_one() or 0) - NEWEST
    late = query.where(id_ > literal_column(str(newest))).order_by(id_.desc())
    rows = connection.execute(late.limit(MATCHES), {"wanted": wanted}).all()
    if len(rows) < MATCHES and newest > 0:
        connection.execute(text("set local enable_seqscan = off"))
        rows = connection.execute(query.order_by((id_ + 0).desc()).limit(MATCHES), {"wanted": wanted}).all()
    return [_Match._make(row) for row in rows], stems


def _tsquery(term: Term, place: int, given: dict[str, str]) -> str:
    """A term in PostgreSQL's language: the words as they stand or, for a single one, whatever they bend to."""
    given[f"words{place}"] = " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.is_prefix else "")
    exact = f"cast(:words{place} as tsquery)"
    if term.exact or len(term.words) > 1:
        return exact
    given[f"spoken{place}"] = " ".join(term.spoken)
    bent = (f"plainto_tsquery('pg_catalog.{each}', cast(:spoken{place} as text))" for each in LANGUAGES)
    return f"({' || '.join([exact, *bent])})"


# What is shown


def _hits(connection: Connection, audience: Audience, shown: dict[int, list[_Match]], wanted: Marks) -> list[Hit]:
    if not shown:
        return []
    tickets: dict[int, Any]
    if audience == "staff":
        tickets = {row.number: row for row in queue.rows(connection, list(shown))}
    else:
        rows = connection.execute(select(ticket).where(ticket.c.number.in_(shown)))
        tickets = {row.number: public_ticket(row) for row in rows}
    ids = [each.message_id for matches in shown.values() for each in matches[:LOOKED_AT]]
    said = {row.id: row for row in connection.execute(select(message).where(message.c.id.in_(ids)))}
    files: dict[int, list[str]] = defaultdict(list)
    query = select(attachment.c.message_id, attachment.c.name).where(attachment.c.message_id.in_(ids))
    for message_id, name in connection.execute(query):
        files[message_id].append(name)
    hits = []
    for each, matches in shown.items():
        if each not in tickets:
            continue
        found = [
            (match.message_id, excerpt(_text(said[match.message_id], files[match.message_id]), wanted))
            for match in matches[:LOOKED_AT]
        ]
        best, pieces = max(found, key=lambda one: distinct(one[1]))
        subject = marked(tickets[each].subject, wanted)
        hits.append(Hit(tickets[each], subject, pieces, best, said[best].kind == "note"))
    return hits


def _text(row: Any, files: Iterable[str]) -> str:
    """Without the signs of Markdown that stand for how words look."""
    return EMPHASIS.sub("", "\n".join(filter(None, (row.body, row.solution, *files))))
