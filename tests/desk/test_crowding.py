"""A desk that was filled in bulk is like one in which all of it was done: its log, its lists, its search, what comes next."""

from __future__ import annotations

from sqlalchemy import func, select

from cast import Clock
from console.demo.crowding import crowd
from console.desk import activity, queue, search_index
from console.desk import tables as t
from console.desk.filters import Filter
from console.desk.keeping import index_more
from desk.acts import Acts
from desk.conftest import Finds


def test_a_crowd_of_tickets_is_like_any_other(acts: Acts, clock: Clock, finds: Finds) -> None:
    before = acts.read(activity.head).position
    counted: list[int] = []
    crowd(acts.desk.database, 1_040, until=clock(), messages=3, progress=counted.append)
    assert counted == [1_000, 40]
    log = acts.log(before)
    assert [each.position for each in log[:500]] == list(range(before + 1, before + 501))
    assert acts.read(activity.head).position == before + 3 * 1_040
    last = acts.read(queue.staff_page, acts.cast["root"], Filter(), None, clock(), 5).rows[0]
    assert last.number == 1_041
    told = acts.read(activity.of_ticket, last.number, "public")
    assert [(each.kind, each.seq) for each in told] == [("opened", 1), ("replied", 2), ("requester_replied", 3)]
    words = acts.rows(select(t.message.c.body).where(t.message.c.ticket_number == last.number))[2][0].split()
    assert words[-1] == f"{last.number}-3"
    number = acts.opens("rhea", "And the next one.").number
    assert number == 1_042
    assert acts.row(select(func.count()).select_from(t.message).where(t.message.c.ticket_number == number))[0] == 1
    left = acts.read(search_index.left)
    assert finds("root", f"{last.number}-3") == [] and finds("root", "blank") == [1]
    while left:
        left = index_more(acts.desk.database)
    assert finds("root", f"{last.number}-3") == [last.number]
    assert acts.replies("root", "One more.", number=last.number).seq == 4
