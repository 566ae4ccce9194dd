"""What notes and replies tell besides their words: who may know, by which way, when it happened, how long it took."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cast import Clock, email
from console.desk import tables as t
from console.desk.actions.note import show_note
from console.desk.errors import Invalid, Missed, NotFound
from console.desk.message import NOTES
from console.desk.occurrence import EARLIEST, FAST_CLOCKS, MOST_MINUTES, SOLUTION_LIMIT, Occurrence, moment
from desk.acts import Acts

SHOWN = Occurrence(visible=True)


def letters(acts: Acts) -> list[tuple[str, str]]:
    query = select(t.letter.c.kind, t.letter.c.address).order_by(t.letter.c.id)
    return [(row.kind, row.address) for row in acts.rows(query)]


def ticket(acts: Acts) -> Any:
    return acts.row(select(t.ticket).where(t.ticket.c.number == 1))


def test_a_note_is_for_technicians_and_a_reply_for_everybody_unless_somebody_says_more(acts: Acts) -> None:
    acts.notes("ada")
    assert (acts.last().kind, acts.last().public_seq, letters(acts)) == ("noted", None, [])
    acts.replies("ada")
    assert acts.last().public_seq is not None and {kind for kind, _ in letters(acts)} == {"replied"}


def test_a_visible_note_is_public_and_goes_by_mail_to_everybody_on_the_ticket(acts: Acts) -> None:
    acts.notes("ada", occurrence=SHOWN)
    assert acts.last().kind == "recorded" and acts.last().public_seq is not None
    assert letters(acts) == [("recorded", email("rhea")), ("recorded", email("cora"))]
    row = ticket(acts)
    assert (row.activity_status, row.last_public_side) == ("awaiting_requester", "technician")


def test_what_is_visible_need_not_go_by_mail(acts: Acts) -> None:
    acts.notes("ada", occurrence=Occurrence(visible=True, by_mail=False))
    acts.replies("ada", occurrence=Occurrence(by_mail=False))
    assert letters(acts) == []
    acts.replies("ada", occurrence=Occurrence(by_mail=True))
    assert {kind for kind, _ in letters(acts)} == {"replied"}


def test_a_visible_note_that_resolves_writes_one_letter_each_with_its_words(acts: Acts) -> None:
    said = acts.notes("ada", occurrence=SHOWN, status="resolved").message_id
    assert letters(acts) == [("resolved", email("rhea")), ("resolved", email("cora"))]
    assert {row.message_id for row in acts.rows(select(t.letter.c.message_id))} == {said}


@pytest.mark.parametrize(
    ("kind", "told", "field"),
    (
        ("replies", Occurrence(visible=False), "visible"),
        ("notes", Occurrence(by_mail=True), "email"),
        ("notes", Occurrence(visible=False, by_mail=True), "email"),
        ("notes", Occurrence(minutes=-1), "minutes"),
        ("notes", Occurrence(minutes=MOST_MINUTES + 1), "minutes"),
        ("replies", Occurrence(solution="x" * (SOLUTION_LIMIT + 1)), "solution"),
        ("notes", Occurrence(occurred_at=EARLIEST - timedelta(seconds=1)), "occurred_at"),
        ("notes", Occurrence(occurred_at=datetime.max.replace(tzinfo=EARLIEST.tzinfo)), "occurred_at"),
    ),
)
def test_what_can_not_be_is_refused_and_nothing_is_written(kind: str, told: Occurrence, field: str, acts: Acts) -> None:
    before, messages = len(acts.log()), len(acts.rows(select(t.message)))
    with pytest.raises(Invalid) as refused:
        getattr(acts, kind)("ada", occurrence=told)
    assert refused.value.field == field
    assert len(acts.log()) == before and not letters(acts)
    assert len(acts.rows(select(t.message))) == messages


def test_it_may_have_happened_long_ago_and_the_order_stays_that_of_the_log(acts: Acts, clock: Clock) -> None:
    acts.notes("ada", "first", occurrence=Occurrence(clock() + FAST_CLOCKS))
    acts.notes("ada", "second", occurrence=Occurrence(EARLIEST, MOST_MINUTES, " It works.\0 ", visible=True))
    rows = acts.rows(select(t.message).where(t.message.c.kind.in_(NOTES)).order_by(t.message.c.id))
    assert [row.body for row in rows] == ["first", "second"] and rows[1].occurred_at == EARLIEST
    assert (rows[1].minutes, rows[1].solution) == (MOST_MINUTES, "It works.")


@pytest.mark.parametrize(
    ("text", "read"),
    (
        ("", None),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00+00:00"),
        ("2026-03-01T10:00", "2026-03-01T10:00:00+00:00"),
        ("2026-03-01T10:00:00.000-03:00", "2026-03-01T10:00:00-03:00"),
    ),
)
def test_moments_are_read_as_browsers_and_programs_write_them(text: str, read: str | None) -> None:
    assert moment(text) == (None if read is None else datetime.fromisoformat(read))


@pytest.mark.parametrize("text", ("yesterday", "2026-13-01T00:00Z", "99999-01-01", "١٢", "2026-03-01T10:00:00+99:00"))
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        moment(text)


def test_a_visible_note_is_guarded_as_a_reply_is_and_guards_others(acts: Acts) -> None:
    seen = acts.last().seq
    acts.asks()
    with pytest.raises(Missed):
        acts.notes("ada", occurrence=SHOWN, seen=seen)
    acts.notes("ada", seen=seen)
    acts.notes("ada", occurrence=SHOWN, seen=acts.last().seq)
    with pytest.raises(Missed):
        acts.replies("ben", seen=(acts.last().seq or 0) - 1)


def test_it_settles_what_the_requester_asked_as_a_reply_does(acts: Acts) -> None:
    acts.follows("ben")
    acts.asks()
    unread = select(t.notification.c.kind).where(t.notification.c.read_at.is_(None))
    assert [row.kind for row in acts.rows(unread)] == ["requester_replied"]
    acts.notes("ada")
    assert "requester_replied" in [row.kind for row in acts.rows(unread)]
    acts.notes("ada", occurrence=SHOWN)
    assert "requester_replied" not in [row.kind for row in acts.rows(unread)]


def test_a_note_becomes_visible_later_with_its_files_and_by_mail_if_somebody_wants_it(acts: Acts) -> None:
    said = acts.notes("ada", "First among us.").message_id or 0
    acts.follows("lea")
    acts.desk.run(show_note, 1, acts.cast["ben"], message_id=said)
    told = acts.row(select(t.notification).where(t.notification.c.person_id == acts.cast["lea"].id))
    assert told.kind == "replied", "whoever follows hears that something was said to the requester"
    assert (acts.last().kind, acts.last().message_id) == ("note_shown", said) and acts.last().public_seq
    assert letters(acts) == [("recorded", email("rhea")), ("recorded", email("cora"))]
    before = len(acts.log())
    acts.desk.run(show_note, 1, acts.cast["ben"], message_id=said)
    assert len(acts.log()) == before, "what is visible stays as it is"


@pytest.mark.parametrize("who", ("cleo", "rhea", "mallory"))
def test_a_note_is_made_visible_by_nobody_outside_its_department(who: str, acts: Acts) -> None:
    said = acts.notes("ada").message_id or 0
    with pytest.raises(NotFound):
        acts.desk.run(show_note, 1, acts.cast[who], message_id=said)
    assert acts.last().kind == "noted"


def test_only_a_note_of_this_ticket_is_made_visible(acts: Acts) -> None:
    elsewhere = acts.notes("ada", number=acts.opens("rhea").number or 0).message_id or 0
    reply = acts.replies("ada").message_id or 0
    for other in (elsewhere, reply, 999):
        with pytest.raises(NotFound):
            acts.desk.run(show_note, 1, acts.cast["ada"], message_id=other)
