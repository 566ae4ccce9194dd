"""Who is shown on a ticket, in which state, in which order, and for how long."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.presence.registry import CLAIM, GRACE, LAPSE, POLL_LEASE, Presence
from console.presence.states import is_state
from presence.conftest import PEOPLE, Ticket
from presence.stillness import Stillness

STATES = ("reply", "note", "field:status", "chat", "viewing", "idle", "away")


def test_whoever_enters_is_shown_with_name_initials_color_and_since_when(ticket: Ticket, clock: Stillness) -> None:
    clock.pass_(61)
    ticket.enter("Ana")
    (viewer,) = ticket.presence.roster(1).viewers
    assert (viewer.id, viewer.name, viewer.initials, viewer.color) == (1, "Ana", "A", 2)
    assert (viewer.state, viewer.since) == ("viewing", "2026-03-02T09:01:01Z")
    assert ticket.presence.roster(2).viewers == ()


def test_a_person_with_two_tabs_is_shown_once_in_the_state_that_says_more(ticket: Ticket) -> None:
    for place, stronger in enumerate(STATES):
        for weaker in STATES[place:]:
            ticket.enter("Ana", "a", weaker)
            ticket.enter("Ana", "b", stronger)
            assert ticket.shown == [("Ana", stronger)]
            ticket.enter("Ana", "a", stronger)
            ticket.enter("Ana", "b", weaker)
            assert ticket.shown == [("Ana", stronger)]


def test_closing_one_of_two_tabs_takes_nobody_away(ticket: Ticket, clock: Stillness) -> None:
    ticket.enter("Ana", "a", "idle")
    ticket.enter("Ana", "b")
    ticket.leave("Ana", "b")
    clock.pass_(GRACE)
    assert ticket.shown == [("Ana", "idle")]


def test_people_are_ordered_by_state_and_then_by_who_changed_last(ticket: Ticket) -> None:
    for name, state in zip(PEOPLE, ("away", "field:type", "note", "reply"), strict=True):
        ticket.enter(name, state=state)
    assert [name for name, _ in ticket.shown] == ["Dario", "Carla", "Ben", "Ana"]
    for name in ("Carla", "Ana", "Dario", "Ben"):
        ticket.intend(name, "viewing")
    assert [name for name, _ in ticket.shown] == ["Ben", "Dario", "Ana", "Carla"]


def test_writing_ends_by_itself_and_renewals_keep_it_up(ticket: Ticket, clock: Stillness) -> None:
    """Named for the bug it keeps away: typing that never ends."""
    for state in ("reply", "note", "chat", "field:status"):
        ticket.enter("Ana", state=state)
        for _ in range(3):
            clock.pass_(LAPSE - 0.1)
            ticket.intend("Ana", state)
        clock.pass_(LAPSE - 0.1)
        assert ticket.shown == [("Ana", state)], "the twin: it goes on while it is renewed"
        clock.pass_(0.1)
        assert ticket.shown == [("Ana", "viewing")]


def test_typing_that_never_ends_however_the_writer_goes(ticket: Ticket, clock: Stillness) -> None:
    ticket.enter("Ben")
    ticket.enter("Ana", state="reply")
    ticket.leave("Ana", grace=True)
    assert ticket.shown == [("Ana", "viewing"), ("Ben", "viewing")], "nobody writes who has no connection"
    ticket.enter("Ana", "b")
    assert ("Ana", "viewing") in ticket.shown, "whoever comes back has to say it again"
    ticket.intend("Ana", "reply", "b")
    ticket.leave("Ana", "b", grace=False)
    clock.pass_(LAPSE)
    assert ticket.shown == [("Ben", "viewing")]
    ticket.intend("Ana", "reply", "b")
    assert ticket.shown == [("Ben", "viewing")], "a word that comes too late brings nobody back"


def test_idle_and_away_stay_until_something_else_is_said(ticket: Ticket, clock: Stillness) -> None:
    for state in ("idle", "away"):
        ticket.enter("Ana", state=state)
        clock.pass_(3_600)
        assert ticket.shown == [("Ana", state)]


def test_whoever_leaves_is_gone_after_the_grace_and_not_before(ticket: Ticket, clock: Stillness) -> None:
    ticket.enter("Ana")
    ticket.leave("Ana")
    ticket.leave("Ana")  # said twice, it is not put off
    clock.pass_(GRACE - 0.01)
    assert ticket.shown == [("Ana", "viewing")]
    clock.pass_(0.01)
    assert ticket.shown == []


def test_whoever_comes_back_within_the_grace_was_never_away(ticket: Ticket, clock: Stillness) -> None:
    ticket.enter("Ana")
    ticket.enter("Ben")
    before = ticket.presence.roster(1)
    ticket.leave("Ana")
    clock.pass_(GRACE - 0.01)
    ticket.enter("Ana", "reloaded")
    clock.pass_(GRACE)
    assert ticket.presence.roster(1) == before
    assert ticket.told == 2, "not even the listeners heard of it"


def test_whoever_is_put_out_is_gone_at_once(ticket: Ticket) -> None:
    ticket.enter("Ana", state="reply")
    ticket.leave("Ana", grace=False)
    assert ticket.shown == []
    ticket.enter("Ben")
    ticket.leave("Ben")
    ticket.leave("Ben", grace=False)
    assert ticket.shown == [], "also out of the grace"


def test_a_lease_ends_by_itself_unless_it_is_renewed(ticket: Ticket, clock: Stillness) -> None:
    ticket.enter("Ana", lease=POLL_LEASE)
    for _ in range(5):
        clock.pass_(POLL_LEASE - 0.1)
        ticket.enter("Ana", lease=POLL_LEASE)
    clock.pass_(POLL_LEASE - 0.1)
    assert ticket.shown == [("Ana", "viewing")]
    clock.pass_(0.1)
    assert ticket.shown == []


def test_ghost_viewers_who_switch_quickly_are_in_the_end_where_they_stopped(clock: Stillness) -> None:
    presence = Presence(clock)
    for number in range(1, 101):
        presence.enter(number, "tab", PEOPLE["Ana"])
        presence.intend(number, "tab", "reply")
        presence.leave(number, "tab", grace=True)
        clock.pass_(0.05)
    presence.enter(101, "tab", PEOPLE["Ana"])
    clock.pass_(GRACE)
    assert list(presence._places) == [101]
    assert presence.where(1) == {101}
    assert clock.ringing == 0, "nothing goes on for those who left"


def test_the_revision_rises_with_every_change_and_over_a_restart(ticket: Ticket, clock: Stillness) -> None:
    revs = [ticket.presence.roster(1).rev]
    for state in STATES:
        ticket.enter("Ana", state=state)
        revs.append(ticket.presence.roster(1).rev)
    ticket.leave("Ana", grace=False)
    revs.append(ticket.presence.roster(1).rev)
    assert revs == sorted(set(revs))
    clock.pass_(1)
    assert Presence(clock).roster(1).rev > revs[-1]


def test_what_changes_nothing_is_not_told(ticket: Ticket) -> None:
    ticket.enter("Ana")
    before = ticket.presence.roster(1)
    ticket.enter("Ana", "b", "idle")
    ticket.intend("Ana", "away", "b")
    ticket.leave("Ana", "b", grace=False)
    ticket.leave("Ben")
    ticket.presence.settle(1)
    assert (ticket.told, ticket.presence.roster(1)) == (1, before)


def test_where_somebody_is_and_whether_they_are_online(ticket: Ticket, clock: Stillness) -> None:
    presence = ticket.presence
    for key in ("one", "two"):
        presence.connect(key, 1)
    ticket.enter("Ben", lease=POLL_LEASE)
    assert (presence.is_online(1), presence.is_online(2), presence.is_online(3)) == (True, True, False)
    assert (presence.where(1), presence.where(2)) == (frozenset(), frozenset({1}))
    presence.disconnect("one")
    presence.disconnect("one")
    assert presence.is_online(1)
    presence.disconnect("two")
    clock.pass_(POLL_LEASE)
    assert not presence.is_online(1) and not presence.is_online(2)


def test_the_first_who_begins_a_reply_is_shown_as_answering(ticket: Ticket, clock: Stillness) -> None:
    for name in ("Ana", "Ben"):
        ticket.enter(name)
    ticket.intend("Ben", "note")
    assert ticket.claim is None, "a note is no answer"
    ticket.intend("Ana", "reply")
    ticket.intend("Ben", "reply")
    clock.pass_(CLAIM - 1)
    assert ticket.claim == PEOPLE["Ana"]
    ticket.intend("Ana", "reply")
    clock.pass_(CLAIM - 0.1)
    assert ticket.claim == PEOPLE["Ana"]
    told = ticket.told
    clock.pass_(0.1)
    assert ticket.claim is None
    assert ticket.told == told + 1, "the lists learn of it"


def test_a_claim_ends_with_a_leave_an_answer_or_an_assignment(ticket: Ticket, clock: Stillness) -> None:
    ends: list[Callable[[], None]] = [
        lambda: ticket.leave("Ana", grace=False),
        lambda: ticket.presence.settle(1),
    ]
    for end in ends:
        ticket.enter("Ana")
        ticket.intend("Ana", "reply")
        assert ticket.claim == PEOPLE["Ana"]
        told = ticket.told
        end()
        assert ticket.claim is None and ticket.told == told + 1
    ticket.enter("Ben")
    ticket.intend("Ana", "reply")
    ticket.leave("Ana", grace=True)
    assert ticket.claim == PEOPLE["Ana"], "a reload does not lose it"
    clock.pass_(GRACE)
    assert ticket.claim is None
    ticket.intend("Ben", "reply")
    assert ticket.claim == PEOPLE["Ben"]


@pytest.mark.parametrize("text", ["viewing", "idle", "away", "reply", "note", "chat", "field:status", "field:due_date"])
def test_these_are_states(text: str) -> None:
    assert is_state(text)


@pytest.mark.parametrize(
    "text", ["", "field", "field:", "field:Status", "field:a b", "reply ", "Reply", "unknown", "field:<b>", "reply:x"]
)
def test_and_these_are_none(text: str) -> None:
    assert not is_state(text)
