"""Which messages match a question: the newest of them, by the means of each database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Connection, Text, bindparam, literal_column, select, text
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql import column, func, table

from console.desk import search_index
from console.desk.kinds import Audience
from console.desk.search_index import LANGUAGES, SHELF
from console.desk.search_words import Term
from console.desk.tables import message, ticket

MATCHES = 1_000  # messages; of more only the newest are ranked
# On PostgreSQL:
LONG_WAYS = ("seqscan", "hashjoin", "mergejoin")  # of finding the tickets of some messages: they read all tickets
FIRST_SHELVES = 2  # the newest, where every word is looked for
MOST_SHELVES = 64  # more at once are no cheaper than everything
GATHERED = 5_000  # matches that are cheap to gather wherever they are
ENOUGH = 1.5  # times as many shelves as it takes if a word is as common on all of them

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
    """From the newest shelves first. If these have too few, how many they have tells how far back enough would be: a common
    word is looked for on so many shelves, a rare one, or one that was common long ago, everywhere."""
    given: dict[str, str] = {}
    parts = [_tsquery(term, place, given) for place, term in enumerate(asked)]
    prepared = ", ".join(f"set_config('enable_{way}', 'off', true)" for way in LONG_WAYS)
    wanted = connection.execute(text(f"select cast({' && '.join(parts)} as text), {prepared}"), given).scalar_one()
    last = connection.execute(select(func.max(_entry.c.message_id))).scalar_one() or 0
    top, shelves = last // SHELF, FIRST_SHELVES
    rows: Sequence[Any] = ()
    while shelves <= min(MOST_SHELVES, top):
        rows = _of_shelves(connection, audience, wanted, allowed, range(top - shelves + 1, top + 1))
        seen = last - (top - shelves + 1) * SHELF
        if len(rows) >= MATCHES or len(rows) * last < GATHERED * seen:
            break
        shelves = max(2 * shelves, ceil(ENOUGH * shelves * MATCHES / len(rows)))
    if len(rows) < MATCHES:
        rows = _of_shelves(connection, audience, wanted, allowed, ())
    return [Match._make(row) for row in rows], re.findall(r"'([^']*)'", wanted)


def _of_shelves(
    connection: Connection, audience: Audience, wanted: str, allowed: ColumnElement[bool], shelves: Iterable[int]
) -> Sequence[Any]:
    """The newest matches on these shelves; without any, on all of them."""
    words = _entry.c.public_words if audience == "public" else _entry.c.staff_words
    there = " | ".join(map(search_index.shelf, shelves))
    # Written out, so that each is planned for its own words.
    asks, shelved = (
        as_type(bindparam(name, type_=Text, literal_execute=True), TSQUERY) for name in ("wanted", "there")
    )
    # Requesters have few tickets, and a search may begin at these; who works here begins at the words, whatever is expected.
    number = _entry.c.ticket_number if audience == "public" else _entry.c.ticket_number + 0
    titled = func.ts_filter(words, literal_column("'{a}'")).op("@@", return_type=Boolean())(asks)
    query = (
        select(_entry.c.message_id, _entry.c.ticket_number, titled)
        .join(ticket, ticket.c.number == number)
        .where(words.op("@@", return_type=Boolean())(shelved), allowed)
        .order_by((_entry.c.message_id + 0).desc())  # read backwards, the table would be unpacked entry by entry
        .limit(MATCHES)
    )
    narrowed = f"({wanted}) & ({there})" if there else wanted
    return connection.execute(query, {"wanted": wanted, "there": narrowed}).all()


def _tsquery(term: Term, place: int, given: dict[str, str]) -> str:
    """A term in PostgreSQL's language: the words as they stand or, for a single one, whatever they bend to."""
    given[f"words{place}"] = " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.is_prefix else "")
    exact = f"cast(:words{place} as tsquery)"
    if term.exact or len(term.words) > 1:
        return exact
    given[f"spoken{place}"] = " ".join(term.spoken)
    bent = (f"plainto_tsquery('pg_catalog.{each}', cast(:spoken{place} as text))" for each in LANGUAGES)
    return f"({' || '.join([exact, *bent])})"
