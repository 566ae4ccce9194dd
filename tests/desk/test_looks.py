"""How far a technician has seen a ticket: it only grows, moves nothing of the ticket, and can be put back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from cast import Clock
from console.desk import look
from console.desk import tables as t
from console.desk.change import Hint, Receipt
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.notification import unread
from console.followers import runner
from desk.acts import Acts


def seen(acts: Acts, name: str, number: int = 1) -> int | None:
    found = acts.read(look.of, acts.cast[name].id, [number])
    return found.get(number)


def ticket(acts: Acts) -> Any:
    return acts.row(select(t.ticket).where(t.ticket.c.number == 1))


def looked(receipt: Receipt) -> list[Hint]:
    return [hint for hint in receipt.hints if hint.topic == "looked"]


def test_a_look_grows_and_never_shrinks(acts: Acts) -> None:
    for _ in range(3):
        acts.asks()
    for asked, kept in ((3, 3), (5, 5), (4, 5), (None, 5)):
        acts.looks_on("ada", asked)
        assert seen(acts, "ada") == kept
    assert seen(acts, "ben") is None, "everybody has their own"


def test_a_look_reaches_no_further_than_the_ticket_goes(acts: Acts) -> None:
    acts.looks_on("ada", 10**15)
    assert seen(acts, "ada") == ticket(acts).seq == 2
    acts.views("ben", seen=10**15)
    assert seen(acts, "ben") == ticket(acts).seq == 3


def test_who_opens_the_ticket_has_seen_their_own_view_too_but_nothing_between(acts: Acts) -> None:
    acts.views("ada", seen=2)
    assert seen(acts, "ada") == ticket(acts).seq == 3
    acts.asks()
    acts.views("ben", seen=3)  # the page was rendered before the message came
    assert seen(acts, "ben") == 3


def test_only_a_look_that_grew_is_hinted_at(acts: Acts) -> None:
    first = acts.looks_on("ada", 1)
    assert looked(first) == [Hint("looked", acts.cast["ada"].id, 1)]
    assert looked(acts.looks_on("ada", 1)) == []
    assert looked(acts.looks_on("ada", 2))


def test_a_look_logs_nothing_moves_nothing_and_leaves_an_unread_ticket_unread(acts: Acts) -> None:
    acts.marks_unread("ben")
    before, log = ticket(acts), acts.log()
    acts.looks_on("ada", 2)
    assert (ticket(acts), acts.log()) == (before, log)
    acts.views("ada", seen=2)
    after = ticket(acts)
    assert after.activity_status == "read", "the twin: opening it does"
    assert (after.updated_at, after.news_seq) == (before.updated_at, before.news_seq)


def test_a_look_settles_what_the_bell_says_of_the_ticket(acts: Acts) -> None:
    acts.opens("rhea")
    for number in (1, 2):
        acts.notes("ben", "@Ada look", number=number)
    acts.looks_on("ada")
    assert acts.read(unread, acts.cast["ada"]) == 1
    assert acts.last().kind == "notifications_read"


@pytest.mark.parametrize("name", ("cleo", "rhea", "cora", "mallory"))
def test_who_may_not_open_the_ticket_does_not_look_at_it(name: str, acts: Acts) -> None:
    for act in (acts.looks_on, acts.views, acts.marks_unread):
        with pytest.raises(NotFound):
            act(name)
    assert not acts.rows(select(t.look))


def test_marking_as_unread_is_for_everybody_and_puts_ones_own_look_back(acts: Acts) -> None:
    acts.asks()
    for name in ("ada", "ben"):
        acts.views(name, seen=99)
    receipt = acts.marks_unread("ada")
    assert ticket(acts).activity_status == "unread"
    assert (acts.last().kind, acts.last().actor_id) == ("marked_unread", acts.cast["ada"].id)
    assert seen(acts, "ada") == 2, "the requester's message is number 3"
    assert seen(acts, "ben") == 5, "others have seen what they saw"
    assert looked(receipt) == [Hint("looked", acts.cast["ada"].id, 1)]
    log = acts.log()
    assert acts.marks_unread("ada").hints == [] and acts.log() == log, "it is so already"


def test_marking_as_unread_goes_back_behind_what_others_did_even_if_ones_own_act_came_later(acts: Acts) -> None:
    acts.asks()
    acts.replies("ada")
    acts.views("ada", seen=99)
    acts.marks_unread("ada")
    assert seen(acts, "ada") == 2


def test_on_a_ticket_where_nobody_else_did_anything_ones_own_last_act_is_the_news(acts: Acts) -> None:
    acts.opens("ada", requester="rhea@desk.example", source="staff")
    acts.notes("ada", number=2)
    acts.views("ada", number=2, seen=99)
    acts.marks_unread("ada", number=2)
    assert seen(acts, "ada", 2) == 1


def test_ones_own_acts_are_no_news_to_oneself(acts: Acts) -> None:
    acts.views("ada", seen=99)
    for act in (acts.replies, acts.notes):
        act("ada")
        assert seen(acts, "ada") == ticket(acts).news_seq
    acts.sets("ada", "status", "pending")
    assert seen(acts, "ada") == ticket(acts).news_seq


def test_ones_own_reply_that_leaves_later_is_no_news_either(acts: Acts, clock: Clock) -> None:
    slow = Acts(Desk(acts.desk.database, clock=clock, undo_seconds=5), acts.cast)
    slow.replies("ada")
    slow.views("ada", seen=99)
    clock.pass_(seconds=6)
    (receipt,) = runner.run_due(slow.desk)
    assert seen(acts, "ada") == ticket(acts).news_seq
    assert looked(receipt)


def test_ones_own_act_does_not_cover_what_somebody_else_did_before_it(acts: Acts) -> None:
    acts.views("ada", seen=99)
    known = seen(acts, "ada")
    acts.asks()
    acts.replies("ada")
    assert seen(acts, "ada") == known


def test_who_never_looked_has_no_look_by_acting(acts: Acts) -> None:
    acts.replies("ben")
    assert seen(acts, "ben") is None
