"""How a ticket moves by itself: activity status, reopening, closing, the requester's plain words, views, notifications."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from cast import Clock, email
from console.desk import notification as notices
from console.desk import tables as t
from console.desk import ticket as rules
from console.desk.actions.staffing import change_access
from console.desk.actions.viewing import read_notifications
from console.desk.errors import Invalid
from desk.acts import Acts


def ticket(acts: Acts, number: int = 1) -> Any:
    return acts.row(select(t.ticket).where(t.ticket.c.number == number))


def kinds(acts: Acts, number: int = 1) -> list[str]:
    return [each.kind for each in acts.log() if each.number == number]


def test_a_new_request_is_unread_until_a_technician_opens_it(acts: Acts) -> None:
    acts.opens("rhea")
    assert ticket(acts, 2).activity_status == "unread"
    acts.views("ada", number=2)
    assert ticket(acts, 2).activity_status == "read"


def test_a_reply_waits_for_the_requester_and_their_answer_for_a_technician(acts: Acts) -> None:
    assert ticket(acts).activity_status == "awaiting_requester"
    acts.asks()
    assert ticket(acts).activity_status == "awaiting_technician"
    acts.asks("cora")
    assert ticket(acts).activity_status == "awaiting_technician"
    acts.views("ada")
    assert ticket(acts).activity_status == "awaiting_technician", "looking at it does not answer it"
    acts.replies("ben")
    assert ticket(acts).activity_status == "awaiting_requester"


def test_a_second_message_before_any_reply_is_unread_again(acts: Acts) -> None:
    acts.opens("rhea")
    acts.views("ada", number=2)
    acts.asks(number=2)
    assert ticket(acts, 2).activity_status == "unread"


def test_a_note_and_a_field_move_no_activity_status(acts: Acts) -> None:
    acts.asks()
    acts.notes("ada")
    acts.sets("ada", "priority", "high")
    assert ticket(acts).activity_status == "awaiting_technician"


def test_a_requesters_message_reopens_a_resolved_request(acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    assert ticket(acts).resolved_at
    acts.asks()
    assert (ticket(acts).status, ticket(acts).resolved_at) == ("open", None)
    assert kinds(acts)[-2:] == ["requester_replied", "status_changed"]
    assert (acts.last().side, acts.last().facts) == ("requester", {"from": "resolved", "to": "open"})


@pytest.mark.parametrize("status", ("open", "pending"))
def test_a_requesters_message_changes_no_other_status(status: str, acts: Acts) -> None:
    acts.sets("ada", "status", status)
    acts.asks()
    assert (ticket(acts).status, kinds(acts)[-1]) == (status, "requester_replied")


def test_a_closed_request_takes_no_message_of_its_requester_but_one_of_a_technician(acts: Acts) -> None:
    acts.sets("ada", "status", "closed")
    before = acts.log()
    with pytest.raises(Invalid, match="closed") as refused:
        acts.asks()
    assert refused.value.field == "body" and acts.log() == before
    acts.replies("ada", status="open")
    assert ticket(acts).status == "open"
    acts.asks()


def test_a_status_sets_and_clears_its_moments(acts: Acts) -> None:
    acts.sets("ada", "status", "resolved")
    resolved = ticket(acts).resolved_at
    acts.sets("ada", "status", "closed")
    assert ticket(acts).resolved_at == resolved < ticket(acts).closed_at
    acts.sets("ada", "status", "pending")
    assert (ticket(acts).resolved_at, ticket(acts).closed_at) == (None, None)


def test_the_first_reply_is_the_first_response_for_good(acts: Acts) -> None:
    acts.opens("rhea")
    acts.notes("ada", number=2)
    assert ticket(acts, 2).first_response_at is None
    acts.replies("ada", number=2)
    first = ticket(acts, 2).first_response_at
    acts.replies("ada", number=2)
    assert first is not None and ticket(acts, 2).first_response_at == first


def test_the_requester_reads_the_status_in_plain_words(acts: Acts) -> None:
    acts.opens("rhea")
    assert rules.public_words(ticket(acts, 2)) == "awaiting_reply"
    acts.notes("ada", number=2)
    assert rules.public_words(ticket(acts, 2)) == "awaiting_reply", "a note tells the requester nothing"
    acts.replies("ada", number=2)
    assert rules.public_words(ticket(acts, 2)) == "answered"
    acts.asks(number=2)
    assert rules.public_words(ticket(acts, 2)) == "awaiting_reply"
    for status, words in (("pending", "answered_waiting"), ("resolved", "resolved"), ("closed", "closed")):
        acts.sets("ada", "status", status, number=2)
        assert rules.public_words(ticket(acts, 2)) == words


def test_a_view_is_logged_once_in_thirty_minutes_for_each_person(acts: Acts, clock: Clock) -> None:
    before = len(acts.log())
    for who in ("ada", "ada", "ben", "ada", "ben"):
        acts.views(who)
    assert [each.kind for each in acts.log()[before:]] == ["viewed", "viewed"]
    clock.pass_(minutes=31)
    acts.views("ada")
    assert len(acts.log()) == before + 3


def test_a_view_is_no_change_of_the_ticket(acts: Acts) -> None:
    updated = ticket(acts).updated_at
    acts.views("ada")
    assert ticket(acts).updated_at == updated and ticket(acts).public_seq == 2
    acts.sets("ada", "priority", "high")
    assert ticket(acts).updated_at > updated


def test_an_activity_of_staff_does_not_touch_the_requesters_moment(acts: Acts) -> None:
    before = ticket(acts).public_updated_at, ticket(acts).public_seq
    acts.notes("ada")
    acts.assigns("ada", "ben")
    acts.sets("ada", "impact", "site")
    assert (ticket(acts).public_updated_at, ticket(acts).public_seq) == before
    acts.sets("ada", "priority", "low")
    assert ticket(acts).public_seq == before[1] + 1


def unread(acts: Acts, who: str) -> list[tuple[str, str]]:
    told = acts.read(notices.latest, acts.cast[who])
    return [(each.kind, each.actor.name if each.actor else "") for each in told if each.unread]


def test_those_called_in_a_note_and_the_one_assigned_are_notified_but_never_oneself(acts: Acts) -> None:
    acts.notes("ada", "@Ben, @Ada and @Lea: look.", notify=[email("ben")])
    acts.assigns("ada", "ben")
    acts.assigns("ben", "ben")
    acts.assigns("ada", "ada")
    assert unread(acts, "ben") == [("assigned", "Ada Moreno"), ("noted", "Ada Moreno")]
    assert unread(acts, "lea") == [("noted", "Ada Moreno")]
    assert unread(acts, "ada") == unread(acts, "tess") == []


def test_opening_the_ticket_settles_its_notifications_and_no_others(acts: Acts) -> None:
    acts.opens("rhea")
    for number in (1, 2):
        acts.notes("ada", "@Ben look.", number=number)
    acts.views("ben")
    assert [each.number for each in acts.read(notices.latest, acts.cast["ben"]) if each.unread] == [2]
    acts.desk.run(read_notifications, acts.cast["ben"])
    assert unread(acts, "ben") == []
    position = acts.last().position
    acts.desk.run(read_notifications, acts.cast["ben"])
    assert acts.last().position == position, "there was nothing to settle"


def test_notifications_of_a_ticket_that_may_not_be_opened_any_more_are_not_shown(acts: Acts) -> None:
    acts.notes("ada", "@Ben look.")
    assert unread(acts, "ben")
    acts.desk.run(change_access, None, email=email("ben"), departments=["Billing"])
    assert acts.read(notices.latest, acts.cast["ben"]) == []
