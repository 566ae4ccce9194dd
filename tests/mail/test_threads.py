"""Which ticket an answer belongs to, and that strangers write on none."""

from __future__ import annotations

import pytest
from desk.acts import Acts
from sqlalchemy import select

from console.desk import tables as t
from mail.postbox import DESK, NEW, Postbox, opened, said


@pytest.mark.parametrize("by", ("in_reply_to", "references", "reply_token", "subject"))
def test_an_answer_finds_its_ticket(by: str, postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    asker = acts.row(select(t.ticket.c.requester_id).where(t.ticket.c.number == number)).requester_id
    token = postbox.signer.reply_token(number, asker, "public")
    headers = {"in_reply_to": {"In-Reply-To": f"<{sent}>"}, "references": {"References": f"<x@y.z> <{sent}>"}}.get(
        by, {}
    )
    told = postbox.from_(
        NEW,
        "More.",
        headers=headers,
        to=f"support+{token}@desk.example" if by == "reply_token" else DESK,
        subject=f"Re: [#{number}] Blank pages" if by == "subject" else "Something else",
    )
    assert (told["result"], told["ticket"], told["matched_by"]) == ("appended", str(number), by)
    assert said(acts, number)[-1] == "More." and acts.last().kind == "requester_replied"


def test_who_was_copied_on_the_first_mail_answers_too(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox, to=f"{DESK}, cora@desk.example")
    told = postbox.answer("cora", sent)
    assert (told["result"], told["ticket"], told["author_kind"]) == ("appended", str(number), "customer")


@pytest.mark.parametrize("by", ("id", "token", "subject"))
def test_a_stranger_who_names_a_ticket_gets_one_of_their_own(by: str, postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    before = acts.log()
    asker = acts.row(select(t.ticket.c.requester_id).where(t.ticket.c.number == number)).requester_id
    token = postbox.signer.reply_token(number, asker, "public")
    told = postbox.from_(
        "stranger@out.example",
        headers={"In-Reply-To": f"<{sent}>"} if by == "id" else {},
        to=f"support+{token}@desk.example" if by == "token" else DESK,
        subject=f"[#{number}] Let me in" if by == "subject" else "x",
    )
    assert (told["result"], told["matched_by"], told["related"]) == ("created", None, str(number))
    assert told["ticket"] != str(number)
    assert [each for each in acts.log() if each.number == number] == [each for each in before if each.number == number]


@pytest.mark.parametrize("forged", ("mac", "number", "nonce", "old"))
def test_a_forged_id_of_ours_never_matches(forged: str, postbox: Postbox) -> None:
    number, sent = opened(postbox)
    local, _, domain = sent.partition("@")
    one, two, three = local.split(".")
    made = {
        "mac": f"{one}.{two}.{'a' * 16}@{domain}",
        "number": f"1.{two}.{three}@{domain}",
        "nonce": f"{one}.{'b' * 16}.{three}@{domain}",
        "old": f"ticket-{number}@{domain}",
    }[forged]
    told = postbox.answer(NEW, made)
    assert (told["result"], told["matched_by"], told["related"]) == ("created", None, None)


@pytest.mark.parametrize("subject", ("[12345#1] x", "[desk #1] x", "#1 x", "a[#1]", "[[#1]]"))
def test_another_desks_number_in_the_subject_is_none_of_ours(subject: str, postbox: Postbox) -> None:
    assert postbox.from_("rhea", subject=subject)["result"] == "created"


def test_an_addition_to_a_later_mail_is_proposed_and_gets_nothing(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    told = postbox.answer(NEW, sent, to=f"{DESK}, attacker@evil.example")
    assert told["participants"] == []
    assert "attacker" in acts.row(select(t.mailed.c.proposed).order_by(t.mailed.c.message_id.desc()).limit(1)).proposed
    acts.replies("ada", number=number)
    assert {row.address for row in acts.rows(select(t.letter.c.address))} == {NEW}
