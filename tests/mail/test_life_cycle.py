"""What an answer does to a resolved and to a closed ticket, and what happens by itself."""

from __future__ import annotations

import pytest
from desk.acts import Acts
from sqlalchemy import select

from cast import Clock
from console.desk import tables as t
from console.followers.runner import run_due
from mail.postbox import NEW, Postbox, opened, status


def test_an_answer_to_a_resolved_ticket_reopens_it(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.sets("ada", "status", "resolved", number=number)
    told = postbox.answer(NEW, sent, "It still prints nothing.")
    assert (told["result"], told["reopened"]) == ("appended", True) and status(acts, number) == "open"


@pytest.mark.parametrize(
    "thanks", ("Thanks!", "Muchas gracias, saludos", "Obrigado!\n\nNia", "Thank you, it works now.")
)
def test_an_answer_that_only_thanks_leaves_it_resolved(thanks: str, postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.sets("ada", "status", "resolved", number=number)
    told = postbox.answer(NEW, sent, thanks)
    assert (told["result"], told["reason"], told["reopened"]) == ("appended", None, False)
    assert status(acts, number) == "resolved"
    kept = acts.rows(select(t.message.c.reopened_not).order_by(t.message.c.id.desc()))[0]
    assert kept.reopened_not == "thanks"


@pytest.mark.parametrize(
    "more", ("Thanks, but it still fails.", "Gracias, pero no funciona", "Thanks! And who pays?", "No.")
)
def test_thanks_with_anything_else_reopen_it(more: str, postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.sets("ada", "status", "resolved", number=number)
    assert postbox.answer(NEW, sent, more)["reopened"]


def test_an_answer_to_a_closed_ticket_opens_a_new_one_that_refers_to_it(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.sets("ada", "status", "closed", number=number)
    told = postbox.answer(NEW, sent, "One more thing.")
    assert (told["result"], told["follow_up_of"], told["reopened"], told["reason"]) == (
        "created",
        str(number),
        False,
        None,
    )
    assert told["acknowledgement"] is not None and status(acts, number) == "closed"
    run_due(acts.desk)
    assert acts.last().kind == "followed_up" and acts.last().facts["to"] == int(told["ticket"])


def test_an_automatic_answer_to_a_closed_ticket_is_filed_there(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.sets("ada", "status", "closed", number=number)
    told = postbox.answer(NEW, sent, headers={"Auto-Submitted": "auto-replied"})
    assert (told["result"], told["ticket"], status(acts, number)) == ("appended", str(number), "closed")


def test_a_resolved_ticket_is_closed_after_four_days_once_and_not_before(
    postbox: Postbox, acts: Acts, clock: Clock
) -> None:
    number, _ = opened(postbox)
    acts.sets("ada", "status", "resolved", number=number)
    clock.pass_(days=2)
    acts.sets("ada", "status", "open", number=number)
    acts.sets("ada", "status", "resolved", number=number)
    clock.pass_(days=2.1)
    run_due(acts.desk)
    assert status(acts, number) == "resolved", "it was resolved again since"
    clock.pass_(days=2)
    run_due(acts.desk)
    assert status(acts, number) == "closed"
    last = [each for each in acts.log() if each.kind == "status_changed"][-1]
    assert last.actor_id is None
    assert [row.kind for row in acts.rows(select(t.letter.c.kind).order_by(t.letter.c.id))][-1] == "closed"
