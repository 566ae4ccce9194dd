"""What the portal's pages hear of their list of requests: that something changed, and nothing else. They read it anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select

from console.desk import access
from console.desk.activity import Activity
from console.desk.tables import ticket
from console.realtime import wire
from console.realtime.rooms import Rooms

CHANGED = {"id": None, "kind": "requests", "ticket": None, "text": None, "unread": None}
_PAYLOAD = wire.event(wire.NAMESPACES["public"], "notice", CHANGED)
_FRAME = wire.frame(_PAYLOAD)


def readers(connection: Connection, rooms: Rooms, activities: Sequence[Activity]) -> dict[int, set[int]]:
    """Who may read the public side of the tickets of these activities, by position; of public ones only."""
    public = [each for each in activities if each.number is not None and each.public_seq is not None]
    if not public or not rooms.has_requesters():  # a worker that shows nothing should cost nothing
        return {}
    found: dict[int, set[int]] = defaultdict(set)
    known: dict[int, set[int]] = {}
    for each in public:
        assert each.number is not None
        if each.number not in known:
            row = connection.execute(select(ticket).where(ticket.c.number == each.number)).one()
            known[each.number] = access.readers(connection, row)
        found[each.position] = known[each.number]
    return found


def tell(rooms: Rooms, person_id: int, number: int) -> None:
    """Have this person's pages look at their list, because of this ticket."""
    for seat in rooms.requester_pages(person_id, number):
        rooms.deliveries += 1
        seat.socket.push(_FRAME, _PAYLOAD)
