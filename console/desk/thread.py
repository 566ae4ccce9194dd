"""Which ticket a mail belongs to, and what its author may do there.

In this order: the reply token in the address it was sent to, In-Reply-To, References newest first, the number in the
subject. The first that names a ticket decides. Only people of that ticket may write on it; a stranger who names it gets a
ticket of their own, whatever they quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from console.desk import access, people
from console.desk.kinds import Audience
from console.desk.mail import Mail, Match
from console.desk.people import Person
from console.desk.post import Post, token_in
from console.desk.signed import Signer, looks_own, ticket_in_token
from console.desk.tables import letter, mail_id, participant, ticket

MOST_REFERENCES = 5
_NUMBER = re.compile(r"(?<![\w\[#])\[#([1-9][0-9]{0,14})\]")


@dataclass(frozen=True, slots=True)
class _Named:
    """A ticket that a mail names. `own_token`: by the token that only this author was given."""

    row: Any
    by: str
    audience: Audience
    own_token: bool = False


def find(connection: Connection, signer: Signer, post: Post, mail: Mail, author: Person | None) -> Match | None:
    """The ticket that this mail names, or None."""
    for named in _named(connection, signer, post, mail, author):
        side = _side(connection, named, mail, author)
        return Match(named.row.number, named.by, side, named.audience if side == "technician" else "public")
    return None


def is_believed(mail: Mail, own_token: bool = False) -> bool:
    """Whether a technician's mail may do what technicians do."""
    return mail.verdict == "pass" or (own_token and mail.verdict != "fail")


def _named(connection: Connection, signer: Signer, post: Post, mail: Mail, author: Person | None) -> Iterator[_Named]:
    for address in mail.addressed:
        if post.is_own(address, mail.own):
            found = _by_token(connection, signer, token_in(address), author)
            if found is not None:
                yield found
    for by, ids in (("in_reply_to", mail.in_reply_to), ("references", mail.references[::-1])):
        for each in ids[:MOST_REFERENCES]:
            found = _by_id(connection, signer, each, by, author)
            if found is not None:
                yield found
    for number in _NUMBER.findall(mail.subject)[:1]:
        row = _row(connection, int(number))
        if row is not None:
            yield _Named(row, "subject", "public")


def _by_token(connection: Connection, signer: Signer, token: str, author: Person | None) -> _Named | None:
    number = ticket_in_token(token)
    row = None if number is None else _row(connection, number)
    if number is None or row is None:
        return None
    told = select(letter.c.person_id).where(letter.c.ticket_number == number).distinct()
    for person_id in {None if author is None else author.id, *connection.execute(told).scalars()} - {None}:
        for audience in ("public", "staff"):
            if token == signer.reply_token(number, person_id, audience):
                own = author is not None and person_id == author.id
                return _Named(row, "reply_token", audience if own else "public", own)
    return None


def _by_id(connection: Connection, signer: Signer, wanted: str, by: str, author: Person | None) -> _Named | None:
    number = signer.ticket_of_mail_id(wanted)
    if number is None and looks_own(wanted):
        return None
    known = select(mail_id.c.ticket_number, mail_id.c.audience).where(mail_id.c.id == wanted)
    for each in connection.execute(known.order_by(mail_id.c.at)):
        row = _row(connection, each.ticket_number)
        if row is not None and (number is None or number == row.number):
            return _Named(row, by, each.audience)
    row = None if number is None else _row(connection, number)
    return None if row is None else _Named(row, by, "staff")  # nobody knows what it said, so it stays inside


def _row(connection: Connection, number: int) -> Any:
    return connection.execute(select(ticket).where(ticket.c.number == number)).one_or_none()


def _side(connection: Connection, named: _Named, mail: Mail, author: Person | None) -> Any:
    if author is None:
        return None
    row = named.row
    if people.side_of(author, row) == "technician":
        believed = is_believed(mail, named.own_token)
        return "technician" if believed and access.may_open(connection, author, row, "staff") else None
    return "requester" if access.may_open(connection, author, row, "public") else None


def participants(connection: Connection, number: int) -> list[int]:
    """The ids of those who are copied on a ticket."""
    query = select(participant.c.person_id).where(participant.c.ticket_number == number)
    return list(connection.execute(query.order_by(participant.c.person_id)).scalars())
