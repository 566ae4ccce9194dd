"""The lead's board: its figures and lists, and that nobody's board tells of another department."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from cast import Clock
from console.desk import board, notification
from console.desk import tables as t
from console.desk.actions.viewing import read_notifications
from console.desk.actions.whispering import WORDS_LIMIT, whisper
from console.desk.board import Board
from console.desk.errors import Invalid, NotFound
from console.presence.place import Viewer
from desk.acts import Acts

Here = Mapping[int, tuple[Viewer, ...]]


@pytest.fixture
def noon(clock: Clock) -> Clock:
    """A clock that stands a little past noon, so that today has hours behind it."""
    clock.at = clock.at.replace(hour=12, minute=2, second=0, microsecond=0) + timedelta(days=1)
    return clock


def seen(acts: Acts, who: str = "lea", here: Here | None = None, online: tuple[str, ...] = ()) -> Board:
    ids = {acts.cast[name].id for name in online}
    wanted = board.scope(acts.cast[who])
    return acts.read(lambda db: board.read(db, wanted, here or {}, ids.__contains__, acts.desk.clock()))


def on(acts: Acts, name: str, state: str = "viewing") -> Viewer:
    who = acts.cast[name].who
    return Viewer(who.id, who.name, who.initials, who.hue, state, "2026-11-22T10:00:00Z")


def moves(acts: Acts, number: int, **values: Any) -> None:
    with acts.desk.database.writing() as connection:
        connection.execute(update(t.ticket).where(t.ticket.c.number == number).values(values))


def opens(acts: Acts, subject: str, **named: Any) -> int:
    number = acts.opens("rhea", subject=subject, **named).number
    assert number is not None
    return number


def settles(acts: Acts) -> None:
    """Ticket 1 is over, long ago, so that each test begins with an empty board."""
    long_ago = acts.desk.clock() - timedelta(days=30)
    moves(acts, 1, status="closed", resolved_at=long_ago, created_at=long_ago, first_response_at=long_ago, due_at=None)


def test_an_empty_desk_has_an_empty_board(acts: Acts) -> None:
    settles(acts)
    found = seen(acts)
    figures = found.figures
    assert (figures.open, figures.unassigned, figures.oldest, figures.risk, figures.late) == (0, 0, None, 0, 0)
    assert figures.first_response is None and figures.unassigned_since is None
    assert (found.risk, found.unassigned, found.chats, found.flags) == ((), (), (), ())
    assert [queue.name for queue in found.queues] == ["Support"] and len(found.slots) == board.SLOTS


def test_the_figures_count_what_is_not_solved(acts: Acts, noon: Clock) -> None:
    settles(acts)
    oldest = opens(acts, "Waits longest")
    noon.pass_(minutes=10)
    mine, answered, later = (opens(acts, each) for each in ("Ada's", "Answered", "Later"))
    acts.assigns("ada", "ada", number=mine)
    acts.assigns("ada", "ben", number=answered)
    noon.pass_(minutes=11)
    acts.replies("ben", number=answered)
    acts.sets("ben", "status", "pending", number=answered)
    found = seen(acts)
    figures = found.figures
    assert (figures.open, figures.assigned, figures.pending, figures.unassigned) == (4, 2, 1, 2)
    assert figures.oldest is not None and figures.oldest.number == oldest
    assert figures.unassigned_since == figures.oldest.since
    assert figures.first_response == 11
    assert [row.number for row in found.unassigned] == [oldest, later]
    (queue,) = found.queues
    assert (queue.waiting, queue.unassigned, queue.in_progress) == (3, 2, 1)
    assert queue.oldest == figures.oldest.since


def test_an_answer_ends_the_waiting_and_a_question_begins_it_again(acts: Acts, noon: Clock) -> None:
    settles(acts)
    number = opens(acts, "Asked")
    assert seen(acts).figures.oldest is not None
    acts.replies("ada", number=number)
    assert seen(acts).figures.oldest is None
    noon.pass_(hours=3)
    acts.asks(number=number)
    asked_at = acts.desk.clock()
    acts.views("ada", number=number)
    oldest = seen(acts).figures.oldest
    assert oldest is not None and oldest.since <= asked_at < oldest.since + timedelta(minutes=1), "seen is not answered"


def test_what_is_late_or_nearly_so_is_counted_and_listed_next_due_first(acts: Acts, noon: Clock) -> None:
    settles(acts)
    now = acts.desk.clock()
    numbers = [opens(acts, f"Due {minutes}") for minutes in (30, -5, 90)]
    for number, minutes in zip(numbers, (30, -5, 90), strict=True):
        moves(acts, number, due_at=now + timedelta(minutes=minutes), due_kind="first_response")
    found = seen(acts)
    assert (found.figures.risk, found.figures.late) == (2, 1)
    assert [row.number for row in found.risk] == [numbers[1], numbers[0]]
    assert found.queues[0].risk == 2


def test_resolved_today_stands_against_the_same_weekday_by_this_time(acts: Acts, noon: Clock) -> None:
    settles(acts)
    now = noon()
    numbers = [opens(acts, f"Done {each}") for each in range(5)]
    moments = [
        now - timedelta(minutes=1),
        now - timedelta(days=1),
        now - timedelta(days=7, minutes=1),
        now - timedelta(days=7, minutes=2),
        now - timedelta(days=7) + timedelta(minutes=30),  # later that day
    ]
    for number, at in zip(numbers, moments, strict=True):
        moves(acts, number, status="resolved", resolved_at=at)
    figures = seen(acts).figures
    assert (figures.resolved, figures.resolved_before) == (1, 2)


def test_the_chart_counts_by_five_minutes_of_the_clock(acts: Acts, noon: Clock) -> None:
    settles(acts)
    now = noon()
    last = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    numbers = [opens(acts, f"Arrived {each}") for each in range(4)]
    for number, at in zip(numbers, (last, last - timedelta(seconds=1), now, last - timedelta(hours=2)), strict=True):
        moves(acts, number, created_at=at)
    moves(acts, numbers[0], status="resolved", resolved_at=last)
    slots = seen(acts).slots
    assert [each.at for each in slots[-2:]] == [last - board.SLOT, last]
    assert [each.arrived for each in slots[-2:]] == [1, 2] and sum(each.arrived for each in slots) == 3
    assert slots[-1].resolved == 1


def test_lists_have_eight_rows_and_the_figures_count_all(acts: Acts) -> None:
    settles(acts)
    for nth in range(10):
        opens(acts, f"One of ten {nth}")
    found = seen(acts)
    assert len(found.unassigned) == 8 and found.figures.unassigned == 10


def test_a_lead_sees_their_departments_and_an_admin_all(acts: Acts) -> None:
    settles(acts)
    ours, theirs = opens(acts, "Ours"), opens(acts, "Theirs", department="Billing")
    here = {ours: (on(acts, "ada"),), theirs: (on(acts, "cleo", "reply"), on(acts, "root", "note"))}
    lea, root = seen(acts, "lea", here, ("ada", "cleo")), seen(acts, "root", here, ("ada", "cleo"))
    assert [row.number for row in lea.unassigned] == [ours] and lea.figures.open == 1
    assert [row.number for row in root.unassigned] == [ours, theirs] and root.figures.open == 2
    assert [queue.name for queue in lea.queues] == ["Support"]
    assert {queue.name for queue in root.queues} == {"Support", "Billing"}
    assert "Theirs" not in repr(lea) and "Cleo" not in repr(lea), "nothing of another department"
    assert "Theirs" in repr(root) and [flag.kind for flag in root.flags] == ["writing"]


def test_only_leads_and_admins_may_see_a_board(acts: Acts) -> None:
    assert [name for name in ("rhea", "ada", "cleo", "lea", "root") if board.may_see(acts.cast[name])] == [
        "lea",
        "root",
    ]


def test_technicians_are_shown_with_their_load_and_what_they_do(acts: Acts) -> None:
    settles(acts)
    one, two = opens(acts, "The first"), opens(acts, "The second")
    for number in (one, two):
        acts.assigns("ada", "ben", number=number)
    here = {one: (on(acts, "ben"),), two: (on(acts, "ben", "reply"), on(acts, "ada", "idle"))}
    found = seen(acts, here=here, online=("ada", "ben"))
    assert found.online == 2
    assert [(each.who.name, each.load, each.online) for each in found.technicians][:2] == [
        ("Ben Okafor", 2, True),
        ("Ada Moreno", 0, True),
    ]
    doing = found.technicians[0].doing
    assert doing is not None and (doing.number, doing.state, doing.more) == (two, "reply", 1)
    assert [who.name for who in found.queues[0].on_it] == ["Ada Moreno", "Ben Okafor"]
    assert [row.writing and row.writing.name for row in found.unassigned] == []


def test_three_who_looked_and_did_not_answer_raise_a_flag(acts: Acts, noon: Clock) -> None:
    settles(acts)
    number = opens(acts, "Looked at")
    for name in ("ada", "ben", "ada"):
        acts.views(name, number=number)
        noon.pass_(minutes=31)
    assert seen(acts).flags == (), "two people, however often"
    acts.views("tess", number=number)
    (flag,) = seen(acts).flags
    assert (flag.kind, flag.number, flag.count) == ("looked", number, 3)
    acts.replies("ada", number=number)
    assert seen(acts).flags == ()


def test_two_who_write_at_once_raise_a_flag(acts: Acts) -> None:
    here = {1: (on(acts, "ada", "reply"), on(acts, "ben", "note"), on(acts, "tess"))}
    (flag,) = seen(acts, here=here).flags
    assert (flag.kind, [who.name for who in flag.people]) == ("writing", ["Ada Moreno", "Ben Okafor"])
    assert seen(acts, here={1: (on(acts, "ada", "reply"), on(acts, "ben"))}).flags == ()


def test_a_whisper_is_read_by_one_technician_and_nobody_else(acts: Acts) -> None:
    acts.desk.run(whisper, acts.cast["lea"], person_id=acts.cast["ben"].id, words="  Take a break.  ")
    (notice,) = acts.read(notification.latest, acts.cast["ben"])
    assert (notice.kind, notice.number, notice.words, notice.unread) == ("whispered", None, "Take a break.", True)
    assert notice.actor is not None and notice.actor.name == "Lea Brandt"
    assert acts.read(notification.unread, acts.cast["ben"]) == 1
    for other in ("ada", "lea", "root"):
        assert acts.read(notification.latest, acts.cast[other]) == []
    last = acts.last()
    assert (last.kind, last.number, last.facts) == ("whispered", None, {"person": acts.cast["ben"].id}), "no words"
    assert acts.rows(t.letter.select()) == []
    acts.desk.run(read_notifications, acts.cast["ben"])
    assert acts.read(notification.unread, acts.cast["ben"]) == 0


def test_leads_whisper_in_their_departments_and_admins_to_all(acts: Acts) -> None:
    def whispers(who: str, to: str, words: str = "Well done") -> None:
        acts.desk.run(whisper, acts.cast[who], person_id=acts.cast[to].id, words=words)

    for who, to in (("lea", "ben"), ("lea", "root"), ("root", "cleo")):
        whispers(who, to)
    for who, to in (("lea", "cleo"), ("lea", "rhea"), ("root", "rhea"), ("ada", "ben")):
        with pytest.raises(NotFound):
            whispers(who, to)
    whispers("lea", "ben", "x" * WORDS_LIMIT)
    for words in ("x" * (WORDS_LIMIT + 1), "  "):
        with pytest.raises(Invalid):
            whispers("lea", "ben", words)
