"""Mail that opens a ticket: whose it is, where it goes, that it does so once, and what can't be taken in."""

from __future__ import annotations

import pytest
from desk.acts import Acts
from sqlalchemy import select

from console.desk import tables as t
from mail.postbox import DESK, NEW, Postbox, opened, said, write


def test_a_mail_of_somebody_new_opens_a_ticket_in_their_name_and_confirms_it(postbox: Postbox, acts: Acts) -> None:
    told = postbox.from_(
        "Nia New <new@out.example>", "It prints nothing.", subject="Printer", to=f"{DESK}, bob@z.example"
    )
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


def test_whoever_is_copied_is_shown_with_the_address_technicians_too(postbox: Postbox, acts: Acts) -> None:
    opened(postbox, to=f"{DESK}, Ada Moreno <ada@desk.example>, bob@z.example")
    copied = acts.row(select(t.mailed.c.copied)).copied
    assert "Ada Moreno <ada@desk.example>" in copied and "<bob@z.example>" in copied and DESK not in copied


@pytest.mark.parametrize(
    ("words", "language"),
    (
        ("Hello, the printer is not working and we can not print. Could you please have a look at it?", "en"),
        (
            "Hola, la impresora no funciona desde ayer y no podemos imprimir. ¿Puede venir alguien por favor? Gracias",
            "es",
        ),
        ("Olá, a impressora não funciona desde ontem e nós não podemos imprimir. Pode ajudar? Obrigada", "pt"),
        ("Printer 42", None),
    ),
)
def test_somebody_new_is_answered_in_the_language_they_write(
    words: str, language: str | None, postbox: Postbox, acts: Acts
) -> None:
    opened(postbox, body=words, subject="x")
    assert acts.row(select(t.person.c.language).where(t.person.c.email == NEW)).language == language


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
