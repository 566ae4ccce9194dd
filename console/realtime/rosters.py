"""Between the sockets and presence: staff seats enter, act and leave; every change goes to all staff on that ticket.

Requesters have no part in it, but for typing in a chat. Their seats pass through here too, so that nobody has to remember
it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from console.desk.activity import Activity
from console.presence.registry import Presence, polling_key
from console.presence.states import is_state
from console.realtime import wire
from console.realtime.pacing import Pace
from console.realtime.refusals import Refused
from console.realtime.rooms import Rooms, Seat, ticket_channel
from console.realtime.typing import Typing

AT_MOST_EVERY = 0.05  # seconds between two rosters of one ticket
CROWD = 20  # people, from which on rosters rest longer: everybody gets everybody
OF_A_CROWD = 0.25  # seconds
OF_REQUESTERS = ("viewing", "chat")
SETTLING = ("assigned", "reply_queued", "replied")  # after these nobody claims the ticket any more


class Rosters:
    """Presence as the doors of the sockets use it."""

    def __init__(self, presence: Presence, rooms: Rooms, typing: Typing) -> None:
        self.presence, self._rooms, self.typing = presence, rooms, typing
        presence.on_change(Pace(self._rest, self._send).ask)

    def connect(self, seat: Seat) -> None:
        if seat.audience == "staff":
            self.presence.connect(seat.sid, seat.viewer.person.id)

    def enter(self, seat: Seat, number: int) -> dict[str, Any]:
        """Be on a ticket; gives what the acknowledgement tells of it."""
        if seat.audience != "staff":
            return {}
        self.presence.enter(number, seat.sid, seat.viewer.person.who)
        if seat.viewer.session_id is not None:  # the page has its socket back, and polls no longer
            self.presence.drop(number, polling_key(seat.viewer.session_id, seat.page))
        return self.presence.told(number)

    def intend(self, seat: Seat, number: int, state: str) -> None:
        """Raises Refused."""
        if not is_state(state) or (seat.audience == "public" and state not in OF_REQUESTERS):
            raise Refused("bad_request")
        if ticket_channel(number) not in seat.channels:
            raise Refused("not_found")
        if state != "chat":
            self.typing.off(seat, number)
        if seat.audience == "staff":
            self.presence.intend(number, seat.sid, state)

    def leave(self, seat: Seat, number: int, *, grace: bool) -> None:
        self.typing.off(seat, number)
        if seat.audience == "staff":
            self.presence.leave(number, seat.sid, grace=grace)

    def disconnect(self, seat: Seat, *, grace: bool) -> None:
        for number in seat.numbers:
            self.typing.off(seat, number)
        if seat.audience == "staff":
            for number in seat.numbers:
                self.presence.leave(number, seat.sid, grace=grace)
            self.presence.disconnect(seat.sid)

    def withdraw(self, activities: Iterable[Activity]) -> None:
        """Access was taken away: end the entries concerned that no seat holds. Whoever still has access polls again."""
        self.presence.withdrawn += 1
        named: set[tuple[str, int | None]] = set()
        polled: tuple[str, ...] = ()
        for each in activities:
            if each.number is not None:
                named.add(("ticket", each.number))
            elif "person" in each.facts:
                named.add(("person", each.facts["person"]))
            elif "session" in each.facts:
                polled += (polling_key(each.facts["session"]),)
            elif "token" not in each.facts:
                named.add(("all", None))
        for number, key, person_id in self.presence.loose():
            if key.startswith(polled) or named & {("ticket", number), ("person", person_id), ("all", None)}:
                self.presence.leave(number, key, grace=False)

    def settle(self, number: int, kind: str) -> None:
        """Something of this kind happened on a ticket; it may have ended a claim."""
        if kind in SETTLING:
            self.presence.settle(number)

    def _rest(self, number: int) -> float:
        return OF_A_CROWD if len(self.presence.roster(number).viewers) > CROWD else AT_MOST_EVERY

    def _send(self, number: int) -> None:
        if not self._rooms.languages(number, "staff"):
            return
        facts = {"channel": ticket_channel(number), **self.presence.told(number)}
        self._rooms.send_to_staff(number, wire.event(wire.NAMESPACES["staff"], "presence", facts))
