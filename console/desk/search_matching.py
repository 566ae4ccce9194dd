"""Which messages match a question: the newest of them, by the means of each database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Boolean, ColumnElement, Connection, Text, bindparam, literal_column, select, text
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql import column, func, table

from console.desk.kinds import Audience
from console.desk.search_index import LANGUAGES
from console.desk.search_words import Term
from console.desk.tables import message, ticket

MATCHES = 1_000  # messages; of more only the newest are ranked
NEWEST = 4_000  # messages in which a common word is looked for first

_entry = table(
    "search_entry", *(column(name) for name in ("message_id", "ticket_number", "public_words", "staff_words"))
)


class Match(NamedTuple):
    message_id: int
    number: int
    titled: bool


def matches_of(
    connection: Connection, audience: Audience, asked: Sequence[Term], allowed: ColumnElement[bool]
) -> tuple[list[Match], Iterable[str]]:
    """The newest messages that match, and what else their words may begin with."""
    if connection.dialect.name == "sqlite":
        return _on_sqlite(connection, audience, asked, allowed), [
            _bare(term.words[0]) for term in asked if _bends(term)
        ]
    return _on_postgresql(connection, audience, asked, allowed)


# SQLite


def _on_sqlite(
    connection: Connection, audience: Audience, asked: Sequence[Term], allowed: ColumnElement[bool]
) -> list[Match]:
    """Words as they stand first, which SQLite finds one by one: only if these are few it gathers all that begin so."""
    found: list[Match] = []
    for loose in (False, True):
        wanted = " AND ".join(_fts5(each, loose) for each in asked)
        if loose and wanted == " AND ".join(_fts5(each, False) for each in asked):
            break
        found = _of_index(connection, audience, wanted, allowed)
        if len(found) >= MATCHES:
            break
    return found


def _of_index(connection: Connection, audience: Audience, wanted: str, allowed: ColumnElement[bool]) -> list[Match]:
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
    return [Match(message_id, number, message_id in in_title) for message_id, number in rows]


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
) -> tuple[list[Match], Iterable[str]]:
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
    return [Match._make(row) for row in rows], stems


def _tsquery(term: Term, place: int, given: dict[str, str]) -> str:
    """A term in PostgreSQL's language: the words as they stand or, for a single one, whatever they bend to."""
    given[f"words{place}"] = " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.is_prefix else "")
    exact = f"cast(:words{place} as tsquery)"
    if term.exact or len(term.words) > 1:
        return exact
    given[f"spoken{place}"] = " ".join(term.spoken)
    bent = (f"plainto_tsquery('pg_catalog.{each}', cast(:spoken{place} as text))" for each in LANGUAGES)
    return f"({' || '.join([exact, *bent])})"
