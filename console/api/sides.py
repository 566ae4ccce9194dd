"""Which side of a ticket somebody sees: staff where they may work on it, otherwise the public one of their own requests.

It is the authorship rule for programs: a technician's request to another department is theirs as a requester.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from console.desk import access
from console.desk.errors import NotFound
from console.desk.kinds import Audience
from console.desk.people import Person


def of_lists(person: Person) -> Audience:
    """The side of this person's list of tickets."""
    return "staff" if person.is_staff else "public"


def find(connection: Connection, number: int, person: Person) -> tuple[Row[Any], Audience]:
    """The ticket's row and the side this person sees. Raises NotFound."""
    if person.is_staff:
        try:
            return access.find_ticket(connection, number, person, "staff"), "staff"
        except NotFound:
            pass
    return access.find_ticket(connection, number, person, "public"), "public"


def of_ticket(connection: Connection, number: int, person: Person) -> Audience:
    """The side on which this person acts; if they may not open the ticket, the one whose action refuses them."""
    try:
        return find(connection, number, person)[1]
    except NotFound:
        return of_lists(person)
