"""What the feed reads at a time: a stretch of the log, and what its activities look like to those who are here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from console import fragments
from console.desk import activity
from console.desk.activity import Activity, Head
from console.desk.conversation import Entry, Ticket
from console.desk.kinds import KINDS, Audience
from console.desk.public_side import PublicEntry, PublicTicket
from console.desk.tables import activity as log_table
from console.desk.tables import ticket
from console.realtime import notices, requests
from console.realtime.events import report
from console.realtime.notices import Notice
from console.realtime.rooms import Rooms
from console.realtime.wire import AUDIENCES

AT_MOST = 100  # activities; whoever loses access meanwhile waits until they are all shown
EVICTING = [kind.name for kind in KINDS.values() if kind.evicts]

Shown = tuple[Entry | PublicEntry, Ticket | PublicTicket]


@dataclass(frozen=True, slots=True)
class Batch:
    """Activities in order from one snapshot, whose log ended at `head`.

    `evictions` are all that take access away up to `head`, also behind the last of `activities`: they are not to wait.
    `shown` has (entry, ticket) by (position, audience) where somebody was looking when it was read; `notices` are by position, as
    are `readers`: people whose list of requests it changes.
    """

    head: Head
    activities: list[Activity]
    evictions: list[Activity]
    shown: dict[tuple[int, Audience], Shown]
    notices: dict[int, list[Notice]]
    readers: dict[int, set[int]]


def read(connection: Connection, rooms: Rooms, cursor: int, evicted: int) -> Batch:
    """What is behind `cursor`, and the evictions behind `evicted`."""
    head = activity.head(connection)
    activities = activity.after(connection, cursor, AT_MOST)
    if not activities:
        return Batch(head, [], [], {}, {}, {})
    evictions = _evictions(connection, head, activities, evicted)
    shown = _shown(connection, rooms, activities)
    told, readers = notices.load(connection, rooms, activities), requests.readers(connection, rooms, activities)
    return Batch(head, activities, evictions, shown, told, readers)


def _evictions(connection: Connection, head: Head, activities: Sequence[Activity], evicted: int) -> list[Activity]:
    if activities[-1].position >= head.position:  # as nearly always: then there are no others to ask for
        return [each for each in activities if each.position > evicted and each.kind in EVICTING]
    query = (
        select(log_table)
        .where(log_table.c.position > evicted, log_table.c.kind.in_(EVICTING))
        .order_by(log_table.c.position)
    )
    return [activity.to_activity(row) for row in connection.execute(query)]


def _shown(connection: Connection, rooms: Rooms, activities: Sequence[Activity]) -> dict[tuple[int, Audience], Shown]:
    by_ticket: dict[int, list[Activity]] = defaultdict(list)
    for each in activities:
        if each.number is not None:
            by_ticket[each.number].append(each)
    found: dict[tuple[int, Audience], Shown] = {}
    for number, happened in by_ticket.items():
        for audience in AUDIENCES:
            theirs = [each for each in happened if each.number_for(audience) is not None]
            if theirs and rooms.languages(number, audience):
                found |= _stretch(connection, number, audience, theirs)
    return found


def _stretch(
    connection: Connection, number: int, audience: Audience, happened: list[Activity]
) -> dict[tuple[int, Audience], Shown]:
    try:
        row = connection.execute(select(ticket).where(ticket.c.number == number)).one()
        stretch = fragments.load(connection, row, audience, happened)
    except SQLAlchemyError:
        raise  # the database is in trouble; the whole batch is read again
    except Exception as problem:  # one ticket must not stop the others; its pages are told to pull
        report(f"nothing of ticket {number} could be loaded for {audience}", problem)
        return {}
    by_seq = {entry.seq: entry for entry in stretch.entries}
    return {
        (each.position, audience): (by_seq[seq], stretch.ticket)
        for each in happened
        if (seq := each.number_for(audience)) in by_seq
    }
