"""What sort of mail it is. People must never be taken for programs; programs should not be taken for people."""

# ruff: noqa: RUF001 (letters of other alphabets are meant as they stand)

from __future__ import annotations

import time
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.mail import automatic, bounce_words
from console.mail.kind import classify
from console.mail.parse import parse
from console.mail.parsed import Kind

# Blocks of what a mail server would send; a line before each has its name, and what is expected: address, status, kind.
NOTICES = [block.partition("\n") for block in (Path(__file__).parent / "notices.txt").read_text().split("===== ")[1:]]


def kind(head: str, body: str = "Words.") -> Kind:
    return parse(f"{head}\n\n{body}\n".encode()).kind


@pytest.mark.parametrize(
    ("line", "name"),
    (
        ("Auto-Submitted: auto-replied", "auto_reply"),
        ("Auto-Submitted: auto-replied (vacation)", "auto_reply"),
        ("Auto-Submitted: auto-generated", "auto_generated"),
        ("Auto-Submitted: auto-notified; x=y", "auto_generated"),
        ("X-Autoreply: yes", "auto_reply"),
        ("X-Autorespond: 1", "auto_reply"),
        ("X-AutoResponse: x", "auto_reply"),
        ("X-Mail-Autoreply: x", "auto_reply"),
        ("X-FC-MachineGenerated: true", "auto_reply"),
        ("Precedence: auto_reply", "auto_reply"),
        ("X-Precedence: bulk", "auto_generated"),
        ("Precedence: bulk", "auto_generated"),
        ("Precedence: junk", "auto_generated"),
        ("X-Loop: x@y.example", "auto_generated"),
        ("Return-Path: <>", "auto_generated"),
        ("Precedence: list", "list"),
        ("List-Id: <l.example>", "list"),
        ("Auto-Submitted: no", "human"),
        ("Auto-Submitted: auto-forwarded", "human"),
        ("X-Auto-Response-Suppress: All", "human"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "human"),
        ("Precedence: first-class", "human"),
        ("Return-Path: <a@b.example>", "human"),
        ("List-Unsubscribe: <mailto:x@y.example>", "human"),
    ),
)
def test_a_header_says_who_wrote_it(line: str, name: str) -> None:
    assert kind(f"From: a@b.example\nSubject: x\n{line}").name == name


@pytest.mark.parametrize(
    "subject",
    (
        *(
            "Automatic reply: Printer",
            "Out of Office: away",
            "Out of the office",
            "Autoreply: x",
            "Re: Auto-Reply",
            "Vacation reply",
        ),
        *("Abwesenheitsnotiz: Drucker", "Automatische Antwort: x", "Réponse automatique : x", "Absence du bureau"),
        *(
            "Respuesta automática: x",
            "Fuera de la oficina",
            "Resposta automática: x",
            "Ausência temporária",
            "Fora do escritório",
        ),
        *(
            "Risposta automatica: x",
            "Fuori ufficio",
            "Automatisch antwoord: x",
            "Afwezig: x",
            "Automatiskt svar: x",
            "Autosvar",
        ),
        *("Automaattinen vastaus: x", "Odpowiedź automatyczna: x", "Automatická odpověď: x", "Automatikus válasz: x"),
        *("Автоматический ответ: x", "Автоответ", "Otomatik yanıt: x", "自動応答: x", "自动回复: x", "자동 회신: x"),
    ),
)
def test_an_automatic_answer_is_known_by_its_subject(subject: str) -> None:
    assert kind(f"From: a@b.example\nSubject: {subject}").name == "auto_reply"


@pytest.mark.parametrize(
    "subject",
    (
        *(
            "Printer automatic feed broken",
            "Can I reply to an automatic mail?",
            "Re: your vacation request",
            "Out of paper",
        ),
        *(
            "Office closed?",
            "Re: Automatic door",
            "Delivery of the parcel failed",
            "Undelivered parcel",
            "Returned goods",
        ),
        *(
            "Mi oficina",
            "Ausencia de señal",
            "Absence de connexion",
            "Отсутствие звука",
            "On vacation next week: please wait",
            "Férias coletivas: acesso",
            "Ausente na lista",
            "My mail could not be delivered",
            "Fwd: Undelivered Mail",
        ),
        *(
            "Failure of the server",
            "Warning light",
            "Message not clear",
            "Mail server settings",
            "Bounce rate",
            "Quota question",
        ),
    ),
)
def test_a_person_who_writes_about_such_things_stays_a_person(subject: str) -> None:
    body = "Hello, my mail came back: user unknown, mailbox full, could not be delivered 550 5.1.1. What does it mean?"
    assert kind(f"From: Rhea <rhea@b.example>\nSubject: {subject}", body).name == "human", subject


@pytest.mark.parametrize(
    ("head", "raw"), [(head, raw) for head, _, raw in NOTICES], ids=[each[0].split()[0] for each in NOTICES]
)
def test_a_notice_is_a_bounce_with_its_address_and_status(head: str, raw: str) -> None:
    _, address, status, sort = head.split()
    found = parse(raw.encode()).kind
    assert found.name == "bounce" and found.bounce is not None, found
    assert found.bounce.recipients == (address,)
    assert (found.bounce.status or "-", found.bounce.kind) == (status, sort)


def test_a_read_receipt_is_an_automatic_answer_and_a_complaint_is_one() -> None:
    report = (
        'From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type={}; boundary="B"'
    )
    receipt = "--B\n\nRead.\n\n--B\nContent-Type: message/disposition-notification\n\nDisposition: displayed\n\n--B--"
    abuse = (
        "--B\n\nSpam.\n\n--B\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n"
        "--B\nContent-Type: message/rfc822\n\nMessage-ID: <m@x.example>\n\nx\n--B--"
    )
    assert kind(report.format("disposition-notification"), receipt).name == "auto_reply"
    found = kind(report.format("feedback-report"), abuse)
    assert found.name == "complaint" and found.bounce is not None
    assert found.bounce.original_message_id == "m@x.example"


def test_a_report_that_all_was_delivered_is_no_bounce() -> None:
    head = "From: mailer-daemon@b.example\nSubject: Delivery report\n"
    head += 'Content-Type: multipart/report; report-type=delivery-status; boundary="B"'
    body = "--B\n\nDelivered.\n\n--B\nContent-Type: message/delivery-status\n\n"
    body += "Final-Recipient: rfc822;a@b.example\nAction: delivered\nStatus: 2.0.0\n\n--B--"
    assert kind(head, body).name == "auto_generated"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=1_500), st.text(max_size=200))
def test_any_message_has_a_kind(rest: bytes, subject: str) -> None:
    message = message_from_bytes(b"From: mailer-daemon@x.example\nContent-Type: multipart/report; boundary=B\n" + rest)
    assert classify(message, rest.decode("latin-1"), subject).name


@pytest.mark.parametrize(
    "text", ("delivery to " * 90_000, "a@" * 500_000, "user " * 200_000, "550 " * 250_000, "Message-ID:" * 90_000)
)
def test_a_megabyte_of_anything_is_classified_in_time(text: str) -> None:
    began = time.process_time()
    bounce_words.is_notice(text, text)
    bounce_words.recipients(text, [], set())
    bounce_words.status(text)
    bounce_words.kind(text, None)
    assert automatic.is_robot(text[:300]) is False
    assert time.process_time() - began < 6
