"""What becomes of a mail: whose it is, where it belongs, what it changes and what it does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from cast import Clock, email
from console.desk import tables as t
from console.desk.letter import ANSWERS_AN_HOUR
from desk.acts import Acts
from mail.postbox import DESK, Postbox, write

PASS = {"Authentication-Results": "mx.desk.example; dmarc=pass header.from=desk.example"}
FAIL = {"Authentication-Results": "mx.desk.example; dmarc=fail header.from=desk.example"}
NEW = "new@out.example"


def opened(postbox: Postbox, sender: str = NEW, **named: Any) -> tuple[int, str]:
    """A ticket opened by mail: its number, and the Message-ID of the confirmation."""
    told = postbox.from_(sender, **named)
    assert told["result"] == "created" and told["acknowledgement"]["to"] == (sender if "@" in sender else email(sender))
    return int(told["ticket"]), told["acknowledgement"]["message_id"]


def status(acts: Acts, number: int) -> str:
    found: str = acts.row(select(t.ticket.c.status).where(t.ticket.c.number == number)).status
    return found


def said(acts: Acts, number: int) -> list[str]:
    query = select(t.message.c.body).where(t.message.c.ticket_number == number).order_by(t.message.c.id)
    return [row.body for row in acts.rows(query)]


# New tickets


def test_a_mail_of_somebody_new_opens_a_ticket_in_their_name_and_confirms_it(postbox: Postbox, acts: Acts) -> None:
    told = postbox.from_("Nia New <new@out.example>", "It prints nothing.", subject="Printer", to=f"{DESK}, bob@z.example")
    row = acts.row(select(t.ticket).where(t.ticket.c.number == int(told["ticket"])))
    asker = acts.row(select(t.person).where(t.person.c.id == row.requester_id))
    assert (told["result"], told["reason"], told["matched_by"], told["reopened"]) == ("created", None, None, False)
    assert (row.subject, row.source, row.status, asker.name, asker.email, asker.role) == (
        *("Printer", "mail", "open", "Nia New", NEW, "requester"),
    )
    assert told["author"] == {"address": NEW, "name": "Nia New"} and told["author_kind"] == "customer"
    assert told["participants"] == [{"address": "bob@z.example", "name": "bob"}]
    assert said(acts, row.number) == ["It prints nothing."]
    letters = acts.rows(select(t.letter).where(t.letter.c.ticket_number == row.number))
    assert [(each.kind, each.address, each.mail_id) for each in letters] == [
        ("confirmation", NEW, told["acknowledgement"]["message_id"])
    ]


def test_a_mail_to_the_address_of_a_department_goes_there(postbox: Postbox, acts: Acts) -> None:
    number, _ = opened(postbox, to="billing@desk.example")
    place = acts.row(select(t.ticket.c.department_id).where(t.ticket.c.number == number)).department_id
    assert acts.row(select(t.department.c.name).where(t.department.c.id == place)).name == "Billing"


def test_files_come_along_whatever_they_are(postbox: Postbox, acts: Acts) -> None:
    told = postbox.from_(NEW, files={"plan.dwg": b"\x00\x01", "../../run.exe": b"MZ", "note.txt": b"words"})
    rows = acts.rows(select(t.attachment.c.name, t.attachment.c.media_type).order_by(t.attachment.c.id))
    assert told["result"] == "created"
    assert [tuple(row) for row in rows] == [
        ("plan.dwg", "application/octet-stream"),
        ("run.exe", "application/octet-stream"),
        ("note.txt", "text/plain"),
    ]


# Once only


def test_the_same_mail_twice_is_one_message(postbox: Postbox, acts: Acts) -> None:
    raw = write(NEW)
    first, again = postbox.take(raw), postbox.take(raw, "imap:other")
    assert (again["result"], again["reason"], again["ticket"]) == ("ignored", "duplicate", first["ticket"])
    assert again["acknowledgement"] is None and len(said(acts, int(first["ticket"]))) == 1


def test_a_mail_without_an_id_is_known_again_by_what_it_says(postbox: Postbox) -> None:
    raw = b"From: new@out.example\nTo: support@desk.example\nSubject: x\n\nWords.\n"
    first = postbox.take(b"Received: by a\n" + raw)
    again = postbox.take(b"Received: by another\n" + raw)
    assert (first["result"], again["reason"], again["ticket"]) == ("created", "duplicate", first["ticket"])
    assert postbox.take(raw.replace(b"Words", b"Other words"))["result"] == "created"


def test_nobody_suppresses_a_mail_by_using_its_id_before(postbox: Postbox) -> None:
    squatter = postbox.from_("evil@out.example", message_id="m@out.example")
    theirs = postbox.from_(NEW, message_id="m@out.example")
    assert theirs["result"] == "created" and theirs["ticket"] != squatter["ticket"]


# Threading and authority


@pytest.mark.parametrize("by", ("in_reply_to", "references", "reply_token", "subject"))
def test_an_answer_finds_its_ticket(by: str, postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    asker = acts.row(select(t.ticket.c.requester_id).where(t.ticket.c.number == number)).requester_id
    token = postbox.signer.reply_token(number, asker, "public")
    headers = {"in_reply_to": {"In-Reply-To": f"<{sent}>"}, "references": {"References": f"<x@y.z> <{sent}>"}}.get(by, {})
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


# Technicians


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
    from console.desk.actions.staffing import change_access

    acts.desk.run(change_access, None, email=email("ada"), active=False)
    assert {**postbox.from_("ada", headers=PASS)} | {"result": "rejected", "reason": "blocked"} == postbox.told[-1]


def test_a_mail_forwarded_by_a_technician_is_its_authors(postbox: Postbox, acts: Acts) -> None:
    text = "Please handle.\n\n---------- Forwarded message ---------\nFrom: Nia New <new@out.example>\nSubject: x\n\nHelp!"
    told = postbox.from_("ada", text, subject="Fwd: Blank pages", headers=PASS)
    assert told["result"] == "created" and told["author"]["address"] == NEW
    assert postbox.from_("ben", text, subject="Fwd: Blank pages")["author"]["address"] == email("ben")


def test_what_a_trusted_host_calls_forged_waits_for_a_person(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox, "rhea")
    told = postbox.answer("rhea", sent, headers=FAIL)
    assert (told["result"], told["reason"]) == ("ignored", "blocked")
    assert acts.row(select(t.inbound).where(t.inbound.c.state == "held")).from_address == email("rhea")
    assert len(said(acts, number)) == 1


# Automatic mail, loops, floods


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


def test_the_twenty_first_new_ticket_of_an_hour_waits_with_one_notice(postbox: Postbox, acts: Acts, clock: Clock) -> None:
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


# Bounces


def bounce(sent: str, to: str = NEW, status: str = "5.1.1", action: str = "failed") -> bytes:
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: support@desk.example\nSubject: Undelivered Mail\n"
        f"Message-ID: <b{sent[:30]}{status}@mx.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n--B\n\nYour mail came back.\n\n'
        "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n\n"
        f"--B\nContent-Type: message/rfc822\n\nFrom: support@desk.example\nMessage-ID: <{sent}>\n\nx\n--B--\n"
    ).encode()


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
    number, sent = opened(postbox)
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


# Life cycle


def test_an_answer_to_a_resolved_ticket_reopens_it(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.sets("ada", "status", "resolved", number=number)
    told = postbox.answer(NEW, sent, "It still prints nothing.")
    assert (told["result"], told["reopened"]) == ("appended", True) and status(acts, number) == "open"


@pytest.mark.parametrize("thanks", ("Thanks!", "Muchas gracias, saludos", "Obrigado!\n\nNia", "Thank you very much, it works now."))
def test_an_answer_that_only_thanks_leaves_it_resolved(thanks: str, postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.sets("ada", "status", "resolved", number=number)
    told = postbox.answer(NEW, sent, thanks)
    assert (told["result"], told["reason"], told["reopened"]) == ("appended", None, False)
    assert status(acts, number) == "resolved"
    kept = acts.rows(select(t.message.c.reopened_not).order_by(t.message.c.id.desc()))[0]
    assert kept.reopened_not == "thanks"


@pytest.mark.parametrize("more", ("Thanks, but it still fails.", "Gracias, pero no funciona", "Thanks! And who pays?", "No."))
def test_thanks_with_anything_else_reopen_it(more: str, postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.sets("ada", "status", "resolved", number=number)
    assert postbox.answer(NEW, sent, more)["reopened"]


def test_an_answer_to_a_closed_ticket_opens_a_new_one_that_refers_to_it(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.sets("ada", "status", "closed", number=number)
    told = postbox.answer(NEW, sent, "One more thing.")
    assert (told["result"], told["follow_up_of"], told["reopened"], told["reason"]) == ("created", str(number), False, None)
    assert told["acknowledgement"] is not None and status(acts, number) == "closed"
    from console.followers.runner import run_due

    run_due(acts.desk)
    assert acts.last().kind == "followed_up" and acts.last().facts["to"] == int(told["ticket"])


def test_an_automatic_answer_to_a_closed_ticket_is_filed_there(postbox: Postbox, acts: Acts) -> None:
    number, sent = opened(postbox)
    acts.sets("ada", "status", "closed", number=number)
    told = postbox.answer(NEW, sent, headers={"Auto-Submitted": "auto-replied"})
    assert (told["result"], told["ticket"], status(acts, number)) == ("appended", str(number), "closed")


def test_a_resolved_ticket_is_closed_after_four_days_once_and_not_before(postbox: Postbox, acts: Acts, clock: Clock) -> None:
    from console.followers.runner import run_due

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
    assert last.actor_id is None and last.at - last.at < timedelta(1)
    assert [row.kind for row in acts.rows(select(t.letter.c.kind).order_by(t.letter.c.id))][-1] == "closed"


# What can't be taken in


def test_what_is_no_mail_is_refused_and_nothing_is_kept(postbox: Postbox, acts: Acts) -> None:
    assert postbox.take(b"just words\n") | {"result": "rejected", "reason": "not_a_message"} == postbox.told[-1]
    assert not acts.rows(select(t.inbound)) and not list(postbox.files.folder.glob("*/*"))


def test_files_that_are_too_large_are_refused_and_nothing_is_kept(postbox: Postbox, acts: Acts) -> None:
    postbox.files.message_bytes = 100_000
    told = postbox.from_(NEW, files={"big.bin": b"x" * 100_001})
    assert (told["result"], told["reason"]) == ("rejected", "too_large")
    assert not acts.rows(select(t.inbound)) and not list(postbox.files.folder.glob("*/*"))


def test_a_mail_without_an_author_waits_for_a_person(postbox: Postbox) -> None:
    told = postbox.take(b"Subject: x\nTo: support@desk.example\n\nWho am I?\n")
    assert (told["result"], told["reason"]) == ("ignored", "no_sender")


def test_words_beyond_the_limit_are_cut_and_come_along_as_a_file(postbox: Postbox, acts: Acts) -> None:
    words = "word " * 20_000
    told = postbox.from_(NEW, words)
    (shown,) = said(acts, int(told["ticket"]))
    assert len(shown) <= 64_000 and shown.endswith("…")
    assert acts.row(select(t.attachment)).name == "message.txt"
