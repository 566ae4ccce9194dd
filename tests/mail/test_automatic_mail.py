"""Mail that nobody wrote: answers of programs, loops, floods, spam, bounces."""

from __future__ import annotations

import pytest
from desk.acts import Acts
from sqlalchemy import func, select

from cast import Clock, email
from console.desk import tables as t
from console.desk.letter import ANSWERS_AN_HOUR
from mail.postbox import DESK, NEW, Postbox, bounce, opened, status, write

AUTOMATIC = ({"Auto-Submitted": "auto-replied"}, {"X-Autoreply": "yes"}, {"Precedence": "auto_reply"})


@pytest.mark.parametrize("headers", AUTOMATIC)
def test_an_automatic_answer_is_filed_and_moves_nothing(headers: dict[str, str], postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.replies("ada", number=number, status="resolved")
    told = postbox.answer(NEW, sent, "I am away.", headers=headers)
    assert (told["result"], told["reason"], told["reopened"]) == ("appended", "auto_reply", False)
    assert told["acknowledgement"] is None and status(acts, number) == "resolved"
    row = acts.row(select(t.ticket).where(t.ticket.c.number == number))
    assert (row.activity_status, row.last_public_side) == ("awaiting_requester", "technician")
    assert acts.last().kind == "auto_replied"


def test_an_automatic_mail_that_belongs_nowhere_is_a_ticket_without_a_confirmation(postbox: Postbox) -> None:
    told = postbox.from_("monitor@out.example", "Disk full", headers={"Auto-Submitted": "auto-generated"})
    assert (told["result"], told["reason"], told["acknowledgement"]) == ("created", "auto_reply", None)


def test_list_mail_counts_as_a_persons_and_is_never_confirmed(postbox: Postbox, acts: Acts) -> None:
    headers = {"List-Id": "<l.out.example>", "Precedence": "list"}
    told = postbox.from_(NEW, headers=headers)
    assert (told["result"], told["reason"], told["acknowledgement"]) == ("created", None, None)


def test_our_own_mail_is_not_taken_in_again(postbox: Postbox, acts: Acts) -> None:
    _, sent = opened(postbox)
    before = len(acts.rows(select(t.ticket.c.number)))
    for raw in (
        write(DESK),
        write("support+1.x@desk.example"),
        write(NEW, message_id=sent),
        write(NEW, headers={"X-Agent-Console": postbox.signer.loop_mark()}),
    ):
        told = postbox.take(raw)
        assert (told["result"], told["reason"]) == ("ignored", "loop")
    assert len(acts.rows(select(t.ticket.c.number))) == before


def test_a_sender_gets_five_confirmations_an_hour_and_no_more(postbox: Postbox, clock: Clock) -> None:
    for _ in range(ANSWERS_AN_HOUR):
        opened(postbox)
    told = postbox.from_(NEW)
    assert (told["result"], told["acknowledgement"]) == ("created", None)
    opened(postbox, "other@out.example")
    clock.pass_(hours=1.1)
    opened(postbox)


def test_the_twenty_first_new_ticket_of_an_hour_waits_with_one_notice(
    postbox: Postbox, acts: Acts, clock: Clock
) -> None:
    for _ in range(20):
        assert postbox.from_(NEW)["result"] == "created"
    for _ in range(3):
        told = postbox.from_(NEW)
        assert (told["result"], told["reason"], told["ticket"]) == ("ignored", "blocked", None)
    assert [each.kind for each in acts.log()].count("mail_held") == 1
    assert acts.row(select(func.count()).select_from(t.inbound).where(t.inbound.c.state == "held"))[0] == 3
    assert postbox.from_("other@out.example")["result"] == "created"
    clock.pass_(hours=1.1)
    assert postbox.from_(NEW)["result"] == "created"


def test_spam_waits_for_a_person(postbox: Postbox) -> None:
    told = postbox.from_(NEW, headers={"X-Spam-Flag": "YES"})
    assert (told["result"], told["reason"], told["ticket"]) == ("ignored", "spam", None)


def test_a_bounce_is_told_at_the_message_that_came_back_and_marks_the_address(postbox: Postbox, acts: Acts) -> None:
    number, _ = opened(postbox)
    acts.replies("ada", "An answer.", number=number, status="resolved")
    letter = acts.row(select(t.letter).where(t.letter.c.kind == "resolved"))
    told = postbox.take(bounce(letter.mail_id))
    assert (told["result"], told["reason"], told["matched_by"]) == ("appended", "bounce", "bounce")
    assert (told["ticket"], told["visibility"], told["reopened"]) == (str(number), "internal", False)
    assert status(acts, number) == "resolved"
    last = acts.last()
    assert (last.kind, last.message_id, last.public_seq) == ("bounced", letter.message_id, None)
    assert last.facts["address"] == NEW and last.facts["status"] == "5.1.1"
    assert acts.row(select(t.bounced).where(t.bounced.c.address == NEW)).permanent
    assert acts.row(select(t.letter.c.state).where(t.letter.c.id == letter.id)).state == "failed"
    assert postbox.from_(NEW)["acknowledgement"] is None, "nobody answers an address that does not exist"


def test_a_full_mailbox_marks_nothing_until_it_is_one_too_often(postbox: Postbox, acts: Acts) -> None:
    number, _ = opened(postbox)
    for nth in range(5):
        acts.replies("ada", number=number)
        last = acts.rows(select(t.letter).where(t.letter.c.kind == "replied").order_by(t.letter.c.id.desc()))[0]
        postbox.take(bounce(last.mail_id, status="4.2.2"))
        assert not acts.row(select(t.bounced.c.permanent)).permanent, nth
    acts.replies("ada", number=number)
    last = acts.rows(select(t.letter).where(t.letter.c.kind == "replied").order_by(t.letter.c.id.desc()))[0]
    postbox.take(bounce(last.mail_id, status="5.2.2"))
    assert acts.row(select(t.bounced.c.permanent)).permanent


@pytest.mark.parametrize("sent", ("unknown@desk.example", "1.aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb@desk.example"))
def test_a_bounce_of_a_mail_that_we_did_not_send_is_ignored(sent: str, postbox: Postbox, acts: Acts) -> None:
    before = acts.log()
    told = postbox.take(bounce(sent, email("rhea")))
    assert (told["result"], told["reason"], told["ticket"]) == ("ignored", "bounce", None)
    assert acts.log() == before and not acts.rows(select(t.bounced))
