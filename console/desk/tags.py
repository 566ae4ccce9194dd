"""Tags of tickets: small words of the technicians', in lower case, that requesters never see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, func, select

from console.desk import access
from console.desk.errors import N_, Invalid
from console.desk.people import Person
from console.desk.tables import tag, ticket

LONGEST = 30  # characters
MOST = 20  # on one ticket
SUGGESTED = 12
LOOKED_AT = 2_000  # tags, whose tickets are the newest: asking all would cost more with each ticket


def checked(name: str) -> str:
    """A tag as it is kept. Raises Invalid."""
    found = "-".join(name.replace("\0", "").replace(",", " ").casefold().split())
    if not found or len(found) > LONGEST:
        raise Invalid(N_("A tag has 1 to %(limit)s characters."), field="tag", limit=LONGEST)
    return found


def of(connection: Connection, numbers: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The tags of these tickets, in the order of the alphabet."""
    found: dict[int, list[str]] = defaultdict(list)
    query = select(tag).where(tag.c.ticket_number.in_(list(numbers))).order_by(tag.c.name)
    for row in connection.execute(query) if numbers else ():
        found[row.ticket_number].append(row.name)
    return {number: tuple(names) for number, names in found.items()}


def known(connection: Connection, viewer: Person) -> list[str]:
    """The tags that are used most on the newest tickets that have some, of those that this technician may open."""
    newest = select(tag).order_by(tag.c.ticket_number.desc()).limit(LOOKED_AT).subquery()
    of_newest = select(newest.c.name).join(ticket, ticket.c.number == newest.c.ticket_number)
    theirs = of_newest.where(access.visible(viewer, "staff"))
    often = theirs.group_by(newest.c.name).order_by(func.count().desc(), newest.c.name).limit(SUGGESTED)
    return list(connection.execute(often).scalars())
