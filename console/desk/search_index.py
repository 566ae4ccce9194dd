"""The index that tickets are searched in: one entry for each message, written by the change that writes the message.

An entry has two sides. The public one is made of what requesters may read and nothing else, the staff's of everything; a
search reads one of them. A note has no public side. Entries are numbered like their messages, so the newest come first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, func, select, text, update
from sqlalchemy.sql import column, table

from console.desk.search_words import spoken, words
from console.desk.tables import attachment, company, message, participant, person, ticket

VERSION = 2  # of what an entry is made of: with another one everything is indexed anew
BATCH = 200  # messages that are indexed in one transaction; changes wait for it
SHELF = 4_096  # ids of messages that stand together on PostgreSQL, where each entry has the word of its shelf
LANGUAGES = ("english", "spanish", "portuguese")  # whose endings PostgreSQL knows

state = table("search_state", column("id"), column("version"), column("below", BigInteger))

_MESSAGES = (
    select(
        message.c.id,
        message.c.ticket_number,
        message.c.kind,
        message.c.state,
        message.c.body,
        message.c.solution,
        ticket.c.subject,
        person.c.name,
        person.c.email,
        company.c.name.label("company"),
    )
    .join(ticket, ticket.c.number == message.c.ticket_number)
    .join(person, person.c.id == ticket.c.requester_id)
    .join(company, company.c.id == person.c.company_id, isouter=True)
    .where(message.c.id.in_(bindparam("ids", expanding=True)))
)
_FILES = select(attachment.c.message_id, attachment.c.name).where(
    attachment.c.message_id.in_(bindparam("ids", expanding=True))
)
_PARTICIPANTS = (
    select(participant.c.ticket_number, person.c.name, person.c.email, company.c.name.label("company"))
    .join(person, person.c.id == participant.c.person_id)
    .join(company, company.c.id == person.c.company_id, isouter=True)
    .where(participant.c.ticket_number.in_(bindparam("numbers", expanding=True)))
    .order_by(participant.c.ticket_number, person.c.id)
)

_search_text = table("search_text", *(column(name) for name in ("id", "public", "title", "about", "body")))
_OLD = select(_search_text).where(_search_text.c.id.in_(bindparam("ids", expanding=True)))
_FORGET = {
    "public": text(
        "insert into search_public (search_public, rowid, title, body) values ('delete', :id, :title, :body)"
    ),
    "staff": text(
        "insert into search_staff (search_staff, rowid, title, about, body) "
        "values ('delete', :id, :title, :about, :body)"
    ),
}
_LEARN = {
    "public": text("insert into search_public (rowid, title, body) values (:id, :title, :body)"),
    "staff": text("insert into search_staff (rowid, title, about, body) values (:id, :title, :about, :body)"),
}
_KEEP = text(
    "insert or replace into search_text (id, public, title, about, body) values (:id, :public, :title, :about, :body)"
)


def _bent(name: str) -> str:
    return " || ".join(f"to_tsvector('pg_catalog.{language}', cast(:{name} as text))" for language in LANGUAGES)


# Words have their places, what they bend to has none: a phrase is made of words.
_ENTER = text(
    "with common as (select cast(:words as tsvector) "
    f"|| setweight({_bent('title')}, 'A') || strip({_bent('body')}) as words) "
    "insert into search_entry (message_id, ticket_number, public_words, staff_words) "
    "select :id, :number, case when :public then words end, "
    "words || setweight(to_tsvector('pg_catalog.simple', cast(:about as text)), 'B') "
    "from common on conflict (message_id) do update "
    "set public_words = excluded.public_words, staff_words = excluded.staff_words"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is indexed of a message: the ticket's subject, who it is about (for staff), and what it says."""

    message_id: int
    number: int
    public: bool
    title: str
    about: str
    body: str


def enter(connection: Connection, ids: Collection[int]) -> None:
    """Index these messages, or do it again because something about them has changed."""
    found = list(_entries(connection, ids))
    if connection.dialect.name == "sqlite":
        _enter_sqlite(connection, found)
    elif found:
        connection.execute(_ENTER, [_vectors(each) for each in found])


def opening_of(connection: Connection, number: int) -> Sequence[int]:
    """The message that carries the names of a ticket's participants."""
    query = select(message.c.id).where(message.c.ticket_number == number, message.c.kind == "opening")
    return connection.execute(query).scalars().all()


def fall_behind(connection: Connection) -> None:
    """Have every message indexed once more; what is in the index is found until then."""
    last = select(func.coalesce(func.max(message.c.id), 0) + 1).scalar_subquery()
    connection.execute(update(state).values(version=VERSION, below=last))


def begin_anew(connection: Connection) -> None:
    """Empty the index; `advance` fills it."""
    fall_behind(connection)
    if connection.dialect.name == "sqlite":
        connection.execute(text("insert into search_public (search_public) values ('delete-all')"))
        connection.execute(text("insert into search_staff (search_staff) values ('delete-all')"))
        connection.execute(text("delete from search_text"))
    else:
        connection.execute(text("truncate search_entry"))


def left(connection: Connection) -> int:
    """How many messages have to be indexed still, at most: their ids are below this number."""
    row = connection.execute(select(state)).one()
    if row.version != VERSION:
        return int(connection.execute(select(func.coalesce(func.max(message.c.id), 0))).scalar_one())
    return int(row.below) - 1


def advance(connection: Connection, most: int = BATCH) -> int:
    """Index the next messages, newest first; gives what is left. Whoever is interrupted goes on where this was."""
    row = connection.execute(select(state).with_for_update()).one()
    if row.version != VERSION:
        begin_anew(connection)
        row = connection.execute(select(state)).one()
    older = select(message.c.id, message.c.ticket_number).where(message.c.id < row.below)
    found = connection.execute(older.order_by(message.c.id.desc()).limit(most)).all()
    if found:
        # No change is under way on these tickets: what it writes and what is read here would pass each other.
        numbers = sorted({each.ticket_number for each in found})
        held = select(ticket.c.number).where(ticket.c.number.in_(numbers)).order_by(ticket.c.number)
        connection.execute(held.with_for_update(read=True))
        enter(connection, [each.id for each in found])
    below = found[-1].id if len(found) == most else 1
    connection.execute(update(state).values(below=below))
    if below == 1 and connection.dialect.name == "postgresql":
        # What it knows of how rare words are decides whether a search takes 1 ms or 300.
        connection.execute(text("analyze search_entry"))
    return int(below) - 1


def _entries(connection: Connection, ids: Collection[int]) -> Iterator[Entry]:
    rows = connection.execute(_MESSAGES, {"ids": sorted(ids)}).all()
    names: dict[int, list[str]] = defaultdict(list)
    for message_id, name in connection.execute(_FILES, {"ids": sorted(ids)}):
        names[message_id].append(name)
    openings = [row.ticket_number for row in rows if row.kind == "opening"]
    others: dict[int, list[str]] = defaultdict(list)
    for each in connection.execute(_PARTICIPANTS, {"numbers": openings}) if openings else ():
        others[each.ticket_number] += [each.name, each.email, each.company or ""]
    for row in rows:
        about = [row.name, row.email, row.company or ""]
        if row.kind == "opening":
            about += [str(row.ticket_number), *others[row.ticket_number]]
        said = [] if row.state == "held" else [row.body, row.solution, *sorted(names[row.id])]
        public = row.kind != "note" and row.state not in ("queued", "held")
        yield Entry(row.id, row.ticket_number, public, row.subject, "\n".join(about), "\n".join(said))


def _enter_sqlite(connection: Connection, found: Sequence[Entry]) -> None:
    old = [row._asdict() for row in connection.execute(_OLD, {"ids": [each.message_id for each in found]})]
    if old:
        connection.execute(_FORGET["staff"], old)
    if seen := [row for row in old if row["public"]]:
        connection.execute(_FORGET["public"], seen)
    new: list[dict[str, Any]] = [
        {
            "id": each.message_id,
            "public": each.public,
            "title": " ".join(words(each.title)),
            "about": " ".join(words(each.about)),
            "body": " ".join(words(each.body)),
        }
        for each in found
    ]
    if new:
        connection.execute(_KEEP, new)
        connection.execute(_LEARN["staff"], new)
    if seen := [row for row in new if row["public"]]:
        connection.execute(_LEARN["public"], seen)


def _vectors(entry: Entry) -> dict[str, Any]:
    title, body = words(entry.title), words(entry.body)
    return {
        "id": entry.message_id,
        "number": entry.number,
        "public": entry.public,
        "words": f"{_vector(title, body)} {shelf(entry.message_id // SHELF)}",
        "title": spoken(entry.title),
        "body": spoken(entry.body),
        "about": " ".join(words(entry.about)),
    }


def _vector(title: Sequence[str], body: Sequence[str]) -> str:
    """These words as PostgreSQL writes them down: in quotes, which no word has, with their places and weights."""
    placed = [f"'{word}':{place}A" for place, word in enumerate(title, 1)]
    return " ".join([*placed, *(f"'{word}':{place}" for place, word in enumerate(body, len(title) + 2))])


def shelf(number: int) -> str:
    """The word of a shelf, as PostgreSQL writes it down; nobody can ask for it, because words are letters and figures."""
    return f"'~{number}'"
