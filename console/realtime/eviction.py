"""Taking access away: whoever an activity concerns is asked again, and leaves what they may no longer see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from console.desk import access, board
from console.desk.activity import Activity
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.kinds import Audience
from console.desk.people import Person
from console.realtime.rooms import BOARD, Rooms, Seat, ticket_channel
from console.realtime.rosters import Rosters
from console.viewer import Viewer, still_valid

Disconnect = Callable[[Seat], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is left of a seat: the person as they are now, the tickets they lost, or the `reason` why nothing is left."""

    person: Person | None
    lost: list[int]
    reason: str | None


def concerned(rooms: Rooms, activities: Iterable[Activity]) -> list[Seat]:
    """The seats that these activities may have taken something from; all of them, if the facts name nobody."""
    found: dict[Seat, None] = {}
    for each in activities:
        if each.number is not None:
            found |= dict.fromkeys(rooms.seated(each.number))
        elif not each.facts.keys() & {"person", "session", "token"}:
            found |= dict.fromkeys(rooms.seats.values())
        else:
            found |= dict.fromkeys(seat for seat in rooms.seats.values() if _named(seat.viewer, each))
    return list(found)


async def evict(
    desk: Desk, rooms: Rooms, rosters: Rosters, activities: Sequence[Activity], disconnect: Disconnect
) -> None:
    """Ask again for everybody concerned; who lost a ticket leaves it, who may not be here at all is disconnected."""
    rosters.withdraw(activities)
    await _ask_again(desk, rooms, rosters, concerned(rooms, activities), disconnect)


async def evict_expired(desk: Desk, rooms: Rooms, rosters: Rosters, disconnect: Disconnect) -> None:
    """End the seats whose session has run out; nothing in the log tells of that."""
    now = desk.clock()
    ends = [(seat, seat.viewer.expires_at) for seat in rooms.seats.values()]
    await _ask_again(desk, rooms, rosters, [seat for seat, end in ends if end is not None and end <= now], disconnect)


async def _ask_again(desk: Desk, rooms: Rooms, rosters: Rosters, seats: list[Seat], disconnect: Disconnect) -> None:
    if not seats:
        return
    asked = [(seat.viewer, seat.audience, seat.numbers) for seat in seats]
    verdicts = await desk.read(_judge, asked, desk.clock())
    for seat, verdict in zip(seats, verdicts, strict=True):
        if verdict.reason is None and verdict.person is not None:
            seat.viewer = replace(seat.viewer, person=verdict.person)
            if not board.may_see(verdict.person):
                _out(rooms, seat, BOARD, "access")
            for number in verdict.lost:
                _out(rooms, seat, ticket_channel(number), "access")
                rosters.leave(seat, number, grace=False)
            continue
        # out of the rooms first: who leaves gets no roster of those who stay
        numbers = seat.numbers
        for channel in list(seat.channels):
            _out(rooms, seat, channel, verdict.reason or "signed_out")
        for number in numbers:
            rosters.leave(seat, number, grace=False)
        await disconnect(seat)


def admits(person: Person | None, audience: Audience) -> bool:
    """Whether this person may be in the namespace of this audience."""
    return person is not None and (audience == "public" or person.is_staff)


def _out(rooms: Rooms, seat: Seat, channel: str, reason: str) -> None:
    if channel in seat.channels:
        rooms.leave(seat, channel)
        seat.tell("gone", {"channel": channel, "reason": reason})


def _named(viewer: Viewer, each: Activity) -> bool:
    return (
        each.facts.get("person") == viewer.person.id
        or (viewer.session_id is not None and each.facts.get("session") == viewer.session_id)
        or (viewer.token_id is not None and each.facts.get("token") == viewer.token_id)
    )


def _judge(connection: Connection, asked: Sequence[tuple[Viewer, Audience, list[int]]], at: datetime) -> list[Verdict]:
    return [_verdict(connection, *each, at) for each in asked]


def _verdict(connection: Connection, viewer: Viewer, audience: Audience, numbers: list[int], at: datetime) -> Verdict:
    person = still_valid(connection, viewer, at)
    if person is None:
        return Verdict(None, [], "signed_out")
    if not admits(person, audience):
        return Verdict(person, [], "access")
    lost: list[int] = []
    for number in numbers:
        try:
            access.find_ticket(connection, number, person, audience)
        except NotFound:
            lost.append(number)
    return Verdict(person, lost, None)
