"""Technicians who answer by mail: who is believed, and what becomes of what they write."""

from __future__ import annotations

import pytest
from desk.acts import Acts
from sqlalchemy import select

from cast import email
from console.desk import tables as t
from console.desk.actions.staffing import change_access
from mail.postbox import NEW, PASS, Postbox, opened, said

FAIL = {"Authentication-Results": "mx.desk.example; dmarc=fail header.from=desk.example"}


def test_a_technician_is_believed_with_a_pass_of_a_trusted_host(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    told = postbox.answer("ada", sent, "Which driver?", headers=PASS)
    assert (told["result"], told["author_kind"], told["visibility"]) == ("appended", "agent", "public")
    assert acts.last().kind == "replied" and said(acts, number)[-1] == "Which driver?"
    assert acts.rows(select(t.letter).where(t.letter.c.kind == "replied"))[0].address == NEW


@pytest.mark.parametrize(
    "headers",
    (
        {},
        {"Authentication-Results": "mx.evil.example; dmarc=pass header.from=desk.example"},
        {"Authentication-Results": "mx.desk.example; dmarc=pass header.from=evil.example"},
        {"Authentication-Results": "mx.desk.example; spf=pass"},
    ),
)
def test_a_technicians_address_alone_opens_nothing(headers: dict[str, str], postbox: Postbox) -> None:
    number, sent = opened(postbox)
    told = postbox.answer("ada", sent, headers=headers)
    assert (told["result"], told["author_kind"], told["related"]) == ("created", "customer", str(number))


def test_a_technician_who_answers_a_note_writes_a_note(postbox: Postbox, acts: Acts) -> None:
    number, _ = opened(postbox)
    acts.notes("ben", "Look at this.", notify=[email("ada")], number=number)
    letter = acts.row(select(t.letter).where(t.letter.c.kind == "noted"))
    token = postbox.signer.reply_token(number, acts.cast["ada"].id, "staff")
    told = postbox.answer("ada", letter.mail_id, "I will.", to=f"support+{token}@desk.example")
    assert (told["result"], told["visibility"], told["author_kind"]) == ("appended", "internal", "agent")
    assert acts.last().kind == "noted" and acts.last().public_seq is None


def test_another_ones_token_makes_nobody_a_technician(postbox: Postbox, acts: Acts) -> None:
    number, _ = opened(postbox)
    acts.notes("ben", "Look.", notify=[email("ada")], number=number)
    token = postbox.signer.reply_token(number, acts.cast["ada"].id, "staff")
    told = postbox.from_("ben", to=f"support+{token}@desk.example")
    assert (told["result"], told["author_kind"]) == ("created", "customer")


def test_an_answer_past_something_new_comes_back_as_a_draft(postbox: Postbox, acts: Acts) -> None:
    number, _ = opened(postbox)
    acts.assigns("ben", "ada", number=number)
    asked = acts.row(select(t.letter).where(t.letter.c.kind == "assigned"))
    acts.replies("ben", "I answered already.", number=number)
    told = postbox.answer("ada", asked.mail_id, "My answer.", headers=PASS)
    assert (told["result"], told["reason"]) == ("ignored", "blocked")
    assert acts.last().kind == "reply_returned" and "My answer." not in said(acts, number)
    assert acts.row(select(t.draft.c.body).where(t.draft.c.author_id == acts.cast["ada"].id)).body == "My answer."
    assert acts.row(select(t.letter).where(t.letter.c.kind == "missed")).address == email("ada")


def test_who_was_disabled_is_refused(postbox: Postbox, acts: Acts) -> None:
    acts.desk.run(change_access, None, email=email("ada"), active=False)
    assert {**postbox.from_("ada", headers=PASS)} | {"result": "rejected", "reason": "blocked"} == postbox.told[-1]


def test_a_mail_forwarded_by_a_technician_is_its_authors(postbox: Postbox, acts: Acts) -> None:
    text = (
        "Please handle.\n\n---------- Forwarded message ---------\nFrom: Nia New <new@out.example>\nSubject: x\n\nHelp!"
    )
    told = postbox.from_("ada", text, subject="Fwd: Blank pages", headers=PASS)
    assert told["result"] == "created" and told["author"]["address"] == NEW
    assert postbox.from_("ben", text, subject="Fwd: Blank pages")["author"]["address"] == email("ben")


def test_what_a_trusted_host_calls_forged_waits_for_a_person(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox, "rhea")
    told = postbox.answer("rhea", sent, headers=FAIL)
    assert (told["result"], told["reason"]) == ("ignored", "blocked")
    assert acts.row(select(t.inbound).where(t.inbound.c.state == "held")).from_address == email("rhea")
    assert len(said(acts, number)) == 1
