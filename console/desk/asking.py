"""What a requester may choose for a new request, and which open one looks like what they are about to ask."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import Connection, select

from console.desk import access
from console.desk.people import Person
from console.desk.public_side import PublicTicket, public_ticket
from console.desk.tables import department, ticket

ALIKE = 0.5  # share of the words of the shorter subject
SHOWN = 3  # requests
LOOKED_AT = 300  # of the requests that changed last
STEM = 6  # letters: "imprimen" and "imprime" are one word; so are "page" and "pages", without the s
# What tells nothing apart; the others of fewer than three letters do not count either.
EMPTY = frozenset(
    "the and for with from that this not are was has have can our your when since after before please help "
    "los las una uno del con por para que desde cuando este esta esto hay mas muy favor ayuda como sin "
    "dos das uma umas uns nao com por para que desde quando este esta isto mais muito favor ajuda sem num numa".split()
)


def departments(connection: Connection) -> tuple[str, ...]:
    """The departments that requesters may choose. Where there is none, requests go to the one of the desk's mail."""
    query = select(department.c.name).where(department.c.offered).order_by(department.c.id)
    return tuple(connection.execute(query).scalars())


def similar(connection: Connection, viewer: Person, subject: str) -> list[PublicTicket]:
    """The open requests that this person may see and whose subjects share most words with this one, best first."""
    wanted = _words(subject)
    if not wanted:
        return []
    theirs = select(ticket).where(access.visible(viewer, "public"), ticket.c.status.not_in(("resolved", "closed")))
    newest = theirs.order_by(ticket.c.public_updated_at.desc(), ticket.c.number.desc()).limit(LOOKED_AT)
    rated = [(_likeness(wanted, _words(row.subject)), row) for row in connection.execute(newest)]
    alike = sorted((each for each in rated if each[0] >= ALIKE), key=lambda each: -each[0])
    return [public_ticket(row) for _, row in alike[:SHOWN]]


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """One word in common says little, unless there is no other."""
    shared, least = len(one & other), min(len(one), len(other))
    return shared / least if shared >= min(2, max(len(one), len(other))) else 0.0


def _words(text: str) -> frozenset[str]:
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in parts if not unicodedata.combining(char))
    words = (each for each in re.findall(r"\w+", plain) if each not in EMPTY)
    return frozenset(each.removesuffix("s")[:STEM] for each in words if len(each) > 2 or each.isdigit())
