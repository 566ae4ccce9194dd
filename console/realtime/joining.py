"""Joining a channel. For a ticket: a hold at the door, access and catch-up from one snapshot, then live, without a seam.

Why nothing is missed or doubled: the hold stands before the snapshot is read, so whatever the feed shows from then on is
kept. When the feed has passed the snapshot's position, what was kept with a number up to the snapshot's is in the
catch-up, and the rest follows it. However fast the ticket changes, one pass is enough (if the hold is not full).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection

from console import fragments
from console.desk import access, activity, board, saved_views
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.filters import Filter
from console.desk.people import Person
from console.fragments import Renderer
from console.realtime import events, wire
from console.realtime.eviction import admits
from console.realtime.feed import Feed
from console.realtime.limits import CHANNELS, JOIN_SECONDS, REPLAY_BYTES
from console.realtime.refusals import Refused
from console.realtime.rooms import BOARD, ME, Hold, Rooms, Seat
from console.realtime.rosters import Rosters
from console.viewer import still_valid

Reply = Callable[[dict[str, Any]], None]

_TICKET = re.compile(r"ticket:([1-9][0-9]{0,15})")


class Join(msgspec.Struct):
    """The argument of `join`; `after` is the number of the last event the page has, `epoch` the log it comes from."""

    channel: str
    after: Annotated[int, msgspec.Meta(ge=0, le=wire.LARGEST)] | None = None
    epoch: Annotated[str, msgspec.Meta(max_length=64)] | None = None


@dataclass(frozen=True, slots=True)
class Caught:
    """A catch-up: payloads of the events, what to acknowledge, and the ticket's number and the log's position then."""

    payloads: list[bytes]
    answer: dict[str, Any]
    seq: int
    position: int


async def join(desk: Desk, feed: Feed, rooms: Rooms, rosters: Rosters, seat: Seat, asked: Join, reply: Reply) -> None:
    """Join what `asked` names and acknowledge it. Raises Refused, NotFound, FeedStopped, TimeoutError."""
    number = ticket_number(asked.channel)
    if asked.channel not in seat.channels and len(seat.channels) >= CHANNELS:
        raise Refused("limited")
    if number is None:
        await _join_unnumbered(desk, feed, rooms, seat, asked.channel, reply)
        return
    hold = rooms.hold(seat, number)
    try:
        async with asyncio.timeout(JOIN_SECONDS):
            while True:
                caught = await desk.read(catch_up, feed.renderer, seat, number, asked, desk.clock())
                await feed.reached(caught.position)
                if hold.given_up <= caught.seq:
                    break
    except BaseException as problem:
        rooms.leave(seat, asked.channel)
        rosters.leave(seat, number, grace=isinstance(problem, TimeoutError))  # it may have been inside already
        raise
    if not hold.open:  # access was taken away meanwhile
        raise NotFound
    _let_in(rooms, rosters, seat, number, hold, caught, reply)


def ticket_number(channel: str) -> int | None:
    """The ticket that a channel names, or None for `me`, the board and the lists. Raises Refused."""
    if channel in (ME, BOARD) or channel.startswith("view:"):
        return None
    found = _TICKET.fullmatch(channel)
    if found is None or int(found[1]) > wire.LARGEST:
        raise Refused("bad_request")
    return int(found[1])


def view_of(connection: Connection, seat: Seat, channel: str, at: datetime) -> Filter | None:
    """The list that a channel names: by its name, as the text of a filter, or by the id of a saved view; None if it names
    none, but something else that this person may join. Raises Refused."""
    person = present(connection, seat, at)
    if channel == BOARD and (seat.audience == "public" or not board.may_see(person)):
        raise Refused("not_found")
    if not channel.startswith("view:"):
        return None
    name = channel.removeprefix("view:")
    saved = {str(each.id): each.filter for each in saved_views.of(connection, person)}
    chosen = saved_views.LISTS.get(name) or saved.get(name) or Filter.parse(name)
    if chosen is None or seat.audience == "public":
        raise Refused("not_found")
    return chosen


def catch_up(connection: Connection, renderer: Renderer, seat: Seat, number: int, asked: Join, at: datetime) -> Caught:
    """Access with the person as they are now, and what happened behind `after`. Raises Refused, NotFound."""
    person = present(connection, seat, at)
    language = seat.viewer.language
    if asked.after is None:
        row = access.find_ticket(connection, number, person, seat.audience)
        head = activity.head(connection)
        seq = row.seq if seat.audience == "staff" else row.public_seq
        answer: dict[str, Any] = {"ok": True, "epoch": head.epoch, "seq": seq}
        if asked.epoch not in (None, head.epoch):
            answer["reset"] = True
        return Caught([], answer, seq, head.position)
    stretch = fragments.since(connection, number, person, seat.audience, asked.after, asked.epoch, renderer.stretches)
    answer = {"ok": True, "epoch": stretch.epoch, "seq": stretch.seq}
    if stretch.too_far:
        answer["reset"] = True
    payloads: list[bytes] = []
    size = 0
    for entry in stretch.entries:
        # Past this size the rest is fetched by the page: a reader is cut off for what waits unread, and would come again.
        if size < REPLAY_BYTES:
            payloads.append(events.payload(renderer, seat.audience, entry, stretch.ticket, language))
        else:
            payloads.append(events.pull(seat.audience, number, entry.seq, entry.kind))
        size += len(payloads[-1])
    return Caught(payloads, answer, stretch.seq, stretch.position)


def present(connection: Connection, seat: Seat, at: datetime) -> Person:
    """The person of this seat as they are now. Raises Refused if they may not be here any more."""
    person = still_valid(connection, seat.viewer, at)
    if person is None or not admits(person, seat.audience):
        raise Refused("signed_out")
    return person


def _let_in(rooms: Rooms, rosters: Rosters, seat: Seat, number: int, hold: Hold, caught: Caught, reply: Reply) -> None:
    # No await in here: the feed must not come between the catch-up, the acknowledgement and the live room, and whoever
    # is evicted must not be shown as a viewer. The others learn of the newcomer here, the newcomer by the answer.
    for payload in caught.payloads:
        seat.push(payload)
    reply(caught.answer | rosters.enter(seat, number))
    for seq, payload in hold.kept:
        if seq > caught.seq:
            seat.push(payload)
    rooms.admit(seat, number)


async def _join_unnumbered(desk: Desk, feed: Feed, rooms: Rooms, seat: Seat, channel: str, reply: Reply) -> None:
    chosen = await desk.read(view_of, seat, channel, desk.clock())
    if seat.sid not in rooms.seats:
        raise Refused("signed_out")
    if chosen is not None:
        rooms.enter_view(seat, channel, chosen)
    elif channel == BOARD:
        rooms.enter_board(seat)
    else:
        rooms.enter_own(seat)
    reply({"ok": True})
    if channel == BOARD:
        feed.views.boards.enter(seat)
