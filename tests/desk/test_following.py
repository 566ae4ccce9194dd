"""Following a ticket: who is told of what, who is not, and what a colleague's answer settles."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from cast import Clock, email
from console.desk import activity
from console.desk import tables as t
from console.desk.actions.reply import post_reply
from console.desk.actions.staffing import change_access
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.message import Draft
from console.desk.notification import latest, unread
from console.followers import runner
from desk.acts import Acts


def told(acts: Acts, name: str) -> list[str]:
    """The kinds of this person's notices, oldest first."""
    mine = t.notification.c.person_id == acts.cast[name].id
    return [row.kind for row in acts.rows(select(t.notification).where(mine).order_by(t.notification.c.id))]


def waiting(acts: Acts, name: str) -> int:
    return acts.read(unread, acts.cast[name])


def settled(receipt: Receipt) -> Counter[tuple[int, int | None]]:
    """(person, ticket) of those whose pages have to look at their notices again."""
    return Counter((hint.person_id, hint.number) for hint in receipt.hints if hint.topic == "read")


def test_a_follower_is_told_of_what_others_do(acts: Acts) -> None:
    acts.follows("lea")
    acts.replies("ada")
    acts.asks()
    acts.asks("cora")
    acts.notes("ben")
    acts.sets("ada", "status", "pending")
    assert told(acts, "lea") == ["replied", "requester_replied", "requester_replied", "note_written", "status_changed"]
    assert [notice.kind for notice in acts.read(latest, acts.cast["lea"])] == told(acts, "lea")[::-1]
    assert told(acts, "ben") == told(acts, "root") == [], "who does not follow is not told"


def test_nobody_is_told_of_their_own_acts_or_of_small_changes(acts: Acts) -> None:
    acts.follows("ada")
    acts.replies("ada", status="resolved")
    acts.notes("ada")
    acts.sets("ada", "status", "open")
    for field, value in (("priority", "high"), ("type", "change"), ("impact", "site")):
        acts.sets("ben", field, value)
    acts.assigns("ben", "ben")
    acts.views("ben")
    acts.follows("ben")
    acts.marks_unread("ben")
    assert told(acts, "ada") == []


def test_following_ends_and_what_is_so_already_is_not_logged_again(acts: Acts) -> None:
    before = len(acts.log())
    acts.follows("lea", on=False)
    acts.follows("lea")
    acts.follows("lea")
    acts.follows("lea", on=False)
    assert [each.kind for each in acts.log()[before:]] == ["followed", "unfollowed"]
    acts.replies("ada")
    assert told(acts, "lea") == []


def test_following_touches_neither_updated_nor_news(acts: Acts) -> None:
    row = acts.row(select(t.ticket))
    acts.follows("lea")
    acts.follows("lea", on=False)
    acts.marks_unread("lea")
    after = acts.row(select(t.ticket))
    assert (after.updated_at, after.news_seq, after.seq) == (row.updated_at, row.news_seq, row.seq + 3)
    assert (after.public_seq, after.public_updated_at) == (row.public_seq, row.public_updated_at)


@pytest.mark.parametrize("name", ("cleo", "rhea", "mallory"))
def test_who_may_not_open_the_ticket_can_not_follow_it(name: str, acts: Acts) -> None:
    before = acts.log()
    for on in (True, False):
        with pytest.raises(NotFound):
            acts.follows(name, on=on)
    assert acts.log() == before and not acts.rows(select(t.follower))
    acts.follows("root")
    assert len(acts.rows(select(t.follower))) == 1


def test_who_lost_the_department_or_the_house_is_told_nothing_more(acts: Acts) -> None:
    for name in ("lea", "ben", "tess"):
        acts.follows(name)
    acts.desk.run(change_access, None, email=email("lea"), departments=["Billing"])
    acts.desk.run(change_access, None, email=email("ben"), active=False)
    acts.asks()
    ids = {row.person_id for row in acts.rows(select(t.notification))}
    assert ids == {acts.cast["tess"].id}


def test_the_assigned_technician_hears_of_the_requesters_messages_without_following(acts: Acts) -> None:
    acts.assigns("ben", "ben")
    acts.asks()
    acts.replies("ada")
    acts.notes("ada")
    acts.sets("ada", "status", "pending")
    assert told(acts, "ben") == ["requester_replied"]


def test_the_assigned_technician_who_follows_is_told_once(acts: Acts) -> None:
    acts.assigns("ben", "ben")
    acts.follows("ben")
    acts.asks()
    assert told(acts, "ben") == ["requester_replied"]


def test_a_mention_wins_over_following_and_one_command_is_one_notice(acts: Acts) -> None:
    for name in ("ben", "lea"):
        acts.follows(name)
    acts.notes("ada", "@Ben look", status="pending")
    assert (told(acts, "ben"), told(acts, "lea")) == (["noted"], ["note_written"])
    acts.replies("ada", status="resolved")
    acts.asks()
    assert told(acts, "lea") == ["note_written", "replied", "requester_replied"], "reopening is part of the message"


def test_a_reply_that_waits_tells_when_it_leaves(acts: Acts, clock: Clock) -> None:
    acts.follows("lea")
    slow = Acts(Desk(acts.desk.database, clock=clock, undo_seconds=5), acts.cast)
    slow.replies("ada")
    assert told(acts, "lea") == []
    clock.pass_(seconds=6)
    assert len(runner.run_due(slow.desk)) == 1
    assert told(acts, "lea") == ["replied"]


def test_a_public_reply_settles_everybodys_unread_messages_of_the_requester(acts: Acts) -> None:
    acts.assigns("lea", "ben")
    for name in ("lea", "tess"):
        acts.follows(name)
    acts.asks()
    acts.notes("root", "@Tess look")
    assert [waiting(acts, name) for name in ("ben", "lea", "tess")] == [2, 2, 2]
    receipt = acts.replies("ada")
    assert settled(receipt) == Counter({(acts.cast[name].id, 1): 1 for name in ("ben", "lea", "tess")})
    # what is left: being assigned; the note and the reply; the mention and the reply
    assert [waiting(acts, name) for name in ("ben", "lea", "tess")] == [1, 2, 2]
    assert not settled(acts.replies("ada")), "nothing was left to settle"


def test_what_the_requester_wrote_while_a_reply_was_leaving_is_answered_by_nobody_yet(acts: Acts, clock: Clock) -> None:
    acts.assigns("lea", "ben")
    acts.asks()
    slow = Desk(acts.desk.database, clock=clock, undo_seconds=5)
    seen = acts.read(activity.heads, [1])[1][0]
    slow.run(post_reply, 1, acts.cast["ada"], draft=Draft("A moment.", seen=seen), audience="staff")
    acts.asks("rhea", "Wait, it is on fire")
    assert waiting(acts, "ben") == 3
    clock.pass_(seconds=6)
    runner.run_due(slow)
    assert waiting(acts, "ben") == 2, "his assignment and the message that nobody has answered"


def test_an_answer_elsewhere_and_a_note_settle_nothing(acts: Acts) -> None:
    acts.opens("rhea")
    acts.assigns("ben", "ben")
    acts.asks()
    acts.replies("ada", number=2)
    acts.notes("ada")
    acts.asks("cora")
    assert waiting(acts, "ben") == 2


def test_a_repeated_command_tells_once(acts: Acts) -> None:
    acts.follows("lea")
    for _ in range(2):
        acts.replies("ada", command_id="again")
    assert told(acts, "lea") == ["replied"]
