"""The send guard in the desk: what guards, for whom, and what is remembered of what an author had seen."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cast import Clock
from console.desk import tables as t
from console.desk.actions import reply
from console.desk.desk import Desk
from console.desk.errors import Missed
from console.desk.kinds import KINDS
from console.desk.message import Draft
from console.followers import runner
from desk.acts import Acts


def head(acts: Acts) -> int:
    """The ticket's number that is the last by now."""
    seq = acts.last().seq
    assert seq is not None
    return seq


def says(acts: Acts, seen: int | None, written: int | None = None, who: str = "ada") -> None:
    draft = Draft("An answer.", seen=seen, written=written)
    acts.desk.run(reply.post_reply, 1, acts.cast[who], draft=draft, audience="staff")


def test_what_guards_is_what_changes_an_answer() -> None:
    assert {kind.name for kind in KINDS.values() if kind.guards} == {
        "replied",
        "recorded",
        "note_shown",
        "chat_line",
        "requester_replied",
        "status_changed",
    }


def test_everything_missed_is_named_and_nothing_else(acts: Acts) -> None:
    seen = head(acts)
    acts.asks()
    acts.notes("ben")
    acts.sets("ben", "priority", "high")
    acts.replies("ben", status="pending")
    acts.replies("ada")
    with pytest.raises(Missed) as missed:
        says(acts, seen)
    kinds = [each.kind for each in acts.log() if each.position in missed.value.positions]
    assert kinds == ["requester_replied", "replied", "status_changed"]
    assert missed.value.head == head(acts)
    says(acts, missed.value.head)


def test_a_status_that_moved_by_itself_guards_too(acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    seen = head(acts)
    acts.asks()
    with pytest.raises(Missed) as missed:
        says(acts, seen)
    assert len(missed.value.positions) == 2


def test_nobody_has_seen_more_than_there_is(acts: Acts) -> None:
    says(acts, 10**12)
    stored = acts.rows(select(t.message.c.seen).order_by(t.message.c.id.desc()))[0].seen
    assert stored == head(acts) - 1


def test_what_was_seen_when_the_words_were_written_is_stored(acts: Acts) -> None:
    seen = head(acts)
    acts.asks()
    says(acts, head(acts), written=seen)
    assert acts.rows(select(t.message.c.seen).order_by(t.message.c.id.desc()))[0].seen == seen
    assert acts.last().facts == {"missed": seen + 1}


def test_a_status_alone_is_not_a_message_that_a_text_was_written_before(acts: Acts) -> None:
    seen = head(acts)
    acts.sets("ben", "status", "pending")
    says(acts, head(acts), written=seen)
    assert acts.last().facts == {}


def test_a_reply_that_waits_tells_also_of_what_arrived_in_its_window(acts: Acts, clock: Clock) -> None:
    slow = Acts(Desk(acts.desk.database, clock=clock, undo_seconds=5), acts.cast)
    says(slow, head(acts))
    assert (acts.last().kind, acts.last().facts) == ("reply_queued", {})
    acts.asks()
    arrived = head(acts)
    clock.pass_(seconds=6)
    runner.run_due(slow.desk)
    assert (acts.last().kind, acts.last().facts) == ("replied", {"missed": arrived})


def test_a_person_who_asks_for_help_on_a_ticket_of_their_own_is_guarded_on_the_staff_s_page(acts: Acts) -> None:
    acts.opens("tess", subject="Mine")
    seen = head(acts)
    acts.replies("ada", number=2)
    with pytest.raises(Missed):
        draft = Draft("Thanks", seen=seen)
        acts.desk.run(reply.post_reply, 2, acts.cast["tess"], draft=draft, audience="staff")
