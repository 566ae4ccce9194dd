"""The heartbeat of the numbers: every room of a ticket hears its head, so that a page notices a lost last event."""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection

from console.desk import activity
from console.desk.activity import Head
from console.desk.desk import Desk
from console.realtime import wire
from console.realtime.events import report
from console.realtime.eviction import Disconnect, evict_expired
from console.realtime.feed import Feed, FeedStopped
from console.realtime.rooms import Rooms, ticket_channel
from console.realtime.rosters import Rosters

HEAD_EVERY = 30.0  # seconds
TOGETHER = 500  # tickets asked for in one query


async def beat(desk: Desk, feed: Feed, rooms: Rooms, rosters: Rosters, disconnect: Disconnect, every: float) -> None:
    """Tell the heads and end expired sessions again and again, until cancelled or until the feed stops."""
    while True:
        await asyncio.sleep(every)
        try:
            await evict_expired(desk, rooms, rosters, disconnect)
            await tell_heads(desk, feed, rooms)
        except FeedStopped:
            return
        except Exception as problem:
            report("the heads could not be told", problem)


async def tell_heads(desk: Desk, feed: Feed, rooms: Rooms) -> None:
    """Send `head` to every room. It waits for the feed: a number ahead of it would send each page to the server."""
    numbers = sorted({number for _, number, _ in rooms.occupied()})
    if not numbers:
        return
    head, heads = await desk.read(_heads, numbers)
    await feed.reached(head.position)
    for name, number, audience in rooms.occupied():
        if number in heads:
            seq = heads[number][0 if audience == "staff" else 1]
            facts = {"channel": ticket_channel(number), "epoch": head.epoch, "seq": seq}
            rooms.send(name, wire.event(wire.NAMESPACES[audience], "head", facts))


def _heads(connection: Connection, numbers: list[int]) -> tuple[Head, dict[int, tuple[int, int]]]:
    found: dict[int, tuple[int, int]] = {}
    for first in range(0, len(numbers), TOGETHER):
        found |= activity.heads(connection, numbers[first : first + TOGETHER])
    return activity.head(connection), found
