"""What sort of mail it is: the corpus of notices, and what holds for any mail."""

from __future__ import annotations

import email
import time
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.notices import Notice, corpus, kind_of, measure
from console.mail.kind import classify
from console.mail.parsed import Bounce, Kind

MEGABYTE = 1_000_000
SECONDS = 6.0
CORPUS = corpus()
LINES = st.sampled_from(
    [
        "From: MAILER-DAEMON",
        "From: \udce4@b.example",
        "Return-Path: <>",
        "Subject: failure notice",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "Content-Type: message/delivery-status",
        "Content-Type: message/rfc822",
        "Content-Type: \udcff; x*0*=y",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: \udcff",
        "",
        "--b",
        "--b--",
        "Final-Recipient: rfc822; a@b.example",
        "Action: failed",
        "Status: 9.9",
        "\udcff\ud800",
        "Message-ID: <",
        "<a@b.example>: 550 unknown",
        "QUJD",
    ]
)


@pytest.mark.parametrize("notice", CORPUS, ids=lambda each: f"{each.wanted}: {each.name}")
def test_each_mail_of_the_corpus_is_what_it_is(notice: Notice) -> None:
    found = kind_of(notice)
    assert found.name == notice.wanted, found
    assert found.reason
    assert (found.bounce is not None) == (found.name == "bounce")


def test_the_corpus_is_wide_enough() -> None:
    by_class = {each.wanted: [every for every in CORPUS if every.wanted == each.wanted] for each in CORPUS}
    assert len(by_class["bounce"]) >= 60 and len(by_class["auto_reply"]) >= 25
    assert len(by_class["human"]) >= 30 and len(by_class["complaint"]) >= 5


def test_the_failed_addresses_of_the_corpus_are_found() -> None:
    figures = measure(each for each in CORPUS if each.wanted == "bounce")
    assert (figures.right, figures.address, figures.permanence) == (100, 100, 100)
    assert figures.status >= 98


def classified(headers: str, text: str = "It burns.", subject: str = "Printer") -> Kind:
    return classify(email.message_from_string(f"{headers}\n\n{text}"), text, subject)


@pytest.mark.parametrize("value", ("no", "No", "auto-forwarded", "", "auto-forwarded; by=rule"))
def test_auto_submitted_may_say_that_a_person_wrote(value: str) -> None:
    assert classified(f"From: ada@firm.example\nAuto-Submitted: {value}").name == "human"


@pytest.mark.parametrize("name", ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Mail-Autoreply"))
def test_a_header_of_answers_makes_an_answer_unless_it_says_no(name: str) -> None:
    assert classified(f"From: ada@firm.example\n{name}: yes").name == "auto_reply"
    assert classified(f"From: ada@firm.example\n{name}: no").name == "human"


@pytest.mark.parametrize(
    "header",
    (
        "Precedence: bulk",
        "Precedence: junk",
        "X-Precedence: bulk",
        "X-Loop: a@b.example",
        "X-FC-Machinegenerated: true",
    ),
)
def test_a_header_of_programs_makes_it_generated(header: str) -> None:
    assert classified(f"From: ada@firm.example\n{header}").name == "auto_generated"


@pytest.mark.parametrize(
    "sender", ("no-reply", "noreply", "do-not-reply", "shop-noreply", "nepasrepondre", "postmaster")
)
def test_no_person_writes_from_such_an_address(sender: str) -> None:
    assert classified(f"From: Shop <{sender}@store.example>").name == "auto_generated"


@pytest.mark.parametrize("sender", ("noreen", "norbert.reply", "postman", "mailer.jones", "root", "bounce"))
def test_a_person_may_be_called_almost_so(sender: str) -> None:
    text = "My message could not be delivered to ben@gone.example."
    assert classified(f"From: {sender}@firm.example", text).name == "human"


def test_the_subject_alone_tells_an_answer_of_notes() -> None:
    subject = "AUTO: Ada Park is out of the office (returning 12 May)"
    assert classified("From: ada@firm.example", subject=subject).name == "auto_reply"


def test_a_bounce_within_a_forwarded_mail_does_not_count() -> None:
    forwarded = next(each for each in CORPUS if each.name == "attaches a bounce")
    assert kind_of(forwarded).name == "human"


def test_a_bounce_names_the_mail_that_came_back() -> None:
    found = next(kind_of(each) for each in CORPUS if each.name == "postfix")
    assert found.bounce == Bounce(("ben@gone.example",), "5.1.1", "permanent", "orig@desk.example")


@given(st.lists(LINES), st.text(), st.text())
def test_no_mail_makes_it_raise(lines: list[str], text: str, subject: str) -> None:
    raw = "\n".join(lines).encode("utf-8", "surrogatepass")
    classify(email.message_from_bytes(raw), text, subject)
    classify(email.message_from_bytes(raw), raw.decode("utf-8", "replace"), subject)


@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    classify(email.message_from_bytes(raw), "", "")


@pytest.mark.parametrize(
    "unit",
    (
        "a",
        " ",
        "\n",
        "a@",
        "a.",
        "a@a.",
        "<a@b.cc>\n",
        "message ",
        "delivery to ",
        "message-id:\n ",
        "Message-ID: <a\n",
        "5.1",
        "550 ",
        "> ",
        "final-recipient: rfc822;\n ",
        "Action: failed\n\n",
        "following recipients ",
        "nicht ",
        "your message ",
        "-",
    ),
)
def test_a_megabyte_of_anything_is_read_in_time(unit: str) -> None:
    text = unit * (MEGABYTE // len(unit))
    message = Message()
    message["From"] = "MAILER-DAEMON@mx.example"
    message["Content-Type"] = "message/delivery-status"
    message.set_payload(text)
    begun = time.process_time()
    classify(message, text, text)
    del message["Content-Type"]
    message["X-Mailer"] = message["To"] = message["References"] = text
    classify(message, text, text)
    assert time.process_time() - begun < SECONDS
