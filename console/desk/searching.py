"""Searching tickets: by the words of their messages, subjects, files and people, among those that a person may open.

Of the matches the newest are taken, and of these the most relevant come first: so a word that every ticket has costs no
more than a rare one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from console.desk import access, queue, search_index, search_matching
from console.desk.kinds import Audience
from console.desk.people import Person
from console.desk.public_side import PublicTicket, public_ticket
from console.desk.queue import TicketRow
from console.desk.search_matching import Match, matches_of
from console.desk.search_words import Marks, Piece, distinct, excerpt, marked, marks, number, terms
from console.desk.tables import attachment, message, ticket

PAGE = 25  # tickets
LOOKED_AT = 2  # of the newest messages of a ticket that match; its excerpt is chosen from them and from the oldest
TITLED = 3.0  # what a match in the subject is worth,
AGAIN = 0.25  # each further message that matches,
MOST_AGAIN = 4
FRESH = 2.0  # and the newest of all that match; the oldest gets nothing for it
EMPHASIS = re.compile(r"\*\*|`")


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
    matches, stems = matches_of(connection, audience, asked, _allowed(viewer, audience, narrowed))
    ranked = _ranked(matches)
    pages = max(1, -(-len(ranked) // limit))
    page = min(max(1, page), pages)
    shown = dict(list(ranked.items())[(page - 1) * limit : page * limit])
    hits = _hits(connection, audience, shown, marks(asked, stems))
    return Found(hits, len(ranked), len(matches) >= search_matching.MATCHES, page, pages, left)


def numbers(connection: Connection, viewer: Person, audience: Audience, question: str, limit: int) -> list[int]:
    """The numbers of the tickets that `search` finds, at most `limit`."""
    asked = terms(question)
    if not asked:
        return []
    matches, _ = matches_of(connection, audience, asked, _allowed(viewer, audience, Narrowed()))
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


def _ranked(matches: Sequence[Match]) -> dict[int, list[Match]]:
    """The matches of each ticket, newest first, the most relevant ticket first."""
    by_ticket: dict[int, list[Match]] = defaultdict(list)
    worth: dict[int, float] = {}
    for place, each in enumerate(matches):
        by_ticket[each.number].append(each)
        worth.setdefault(each.number, FRESH * (1 - place / len(matches)))
    for ticket_number, its in by_ticket.items():
        worth[ticket_number] += TITLED * any(each.titled for each in its) + AGAIN * min(len(its) - 1, MOST_AGAIN)
    order = sorted(by_ticket, key=lambda ticket_number: (-worth[ticket_number], -ticket_number))
    return {ticket_number: by_ticket[ticket_number] for ticket_number in order}


def _hits(connection: Connection, audience: Audience, shown: dict[int, list[Match]], wanted: Marks) -> list[Hit]:
    if not shown:
        return []
    tickets: dict[int, Any]
    if audience == "staff":
        tickets = {row.number: row for row in queue.rows(connection, list(shown))}
    else:
        rows = connection.execute(select(ticket).where(ticket.c.number.in_(shown)))
        tickets = {row.number: public_ticket(row) for row in rows}
    looked_at = {number: _looked_at(matches) for number, matches in shown.items()}
    ids = [each for some in looked_at.values() for each in some]
    said = {row.id: row for row in connection.execute(select(message).where(message.c.id.in_(ids)))}
    files: dict[int, list[str]] = defaultdict(list)
    query = select(attachment.c.message_id, attachment.c.name).where(attachment.c.message_id.in_(ids))
    for message_id, name in connection.execute(query):
        files[message_id].append(name)
    hits = []
    for each, some in looked_at.items():
        if each not in tickets:
            continue
        found = [(one, excerpt(_text(said[one], files[one]), wanted)) for one in some]
        best, pieces = max(found, key=_fitness)
        subject = marked(tickets[each].subject, wanted)
        hits.append(Hit(tickets[each], subject, pieces, best, said[best].kind == "note"))
    return hits


def _looked_at(matches: Sequence[Match]) -> set[int]:
    return {each.message_id for each in (*matches[:LOOKED_AT], matches[-1])}


def _fitness(found: tuple[int, list[Piece]]) -> tuple[int, int]:
    """The newest of those with the most marks; without any it is the subject that matched, and the oldest tells more."""
    message_id, pieces = found
    count = distinct(pieces)
    return count, message_id if count else -message_id


def _text(row: Any, files: Iterable[str]) -> str:
    """Without the signs of Markdown that stand for how words look."""
    return EMPHASIS.sub("", "\n".join(filter(None, (row.body, row.solution, *files))))
