"""Reports of delivery: as the standard writes them, and as servers do."""

from __future__ import annotations

import base64
import email
from email.message import Message

import pytest

from console.mail.delivery_status import Failure, failed, failures, original_id, report, status_of, verdict

FIELDS = "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; ben@gone.example\nAction: failed\nStatus: 5.1.1\n"


def mail(status: str = FIELDS, headers: str = "", last: str = "") -> Message:
    return email.message_from_string(
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n"
        f"--b\nContent-Type: message/delivery-status\n{headers}\n{status}\n{last}--b--\n"
    )


def test_a_report_tells_recipient_action_and_status() -> None:
    assert report(mail()) == [Failure(("ben@gone.example",), "failed", "5.1.1")]


def test_a_mail_without_a_report_has_none() -> None:
    assert report(email.message_from_string("Subject: x\n\nFinal-Recipient: rfc822; ben@gone.example")) is None


def test_a_report_in_base64_is_read() -> None:
    coded = base64.encodebytes(FIELDS.encode()).decode()
    assert report(mail(coded, "Content-Transfer-Encoding: base64\n")) == report(mail())


@pytest.mark.parametrize(
    "value",
    (
        "rfc822; ben@gone.example",
        "RFC822;<Ben@gone.example>",
        "ben@gone.example",
        "utf-8; ben@gone.example",
        "rfc822; ben@gone.example (expanded)",
        "rfc822;\n ben@gone.example",
    ),
)
def test_a_recipient_is_read_in_each_form(value: str) -> None:
    assert failures(f"Final-Recipient: {value}\nAction: failed")[0].addresses == ("ben@gone.example",)


def test_the_address_that_the_sender_wrote_comes_first() -> None:
    text = "Final-Recipient: rfc822; b@inner.example\nOriginal-Recipient: rfc822; ben@gone.example\nAction: failed"
    assert failures(text)[0].addresses == ("ben@gone.example", "b@inner.example")


def test_recipients_without_an_empty_line_between_them_stay_apart() -> None:
    text = "Final-Recipient: rfc822; a@b.example\nAction: failed\nFinal-Recipient: rfc822; c@d.example\nAction: delayed"
    assert [each.addresses for each in failures(text)] == [("a@b.example",), ("c@d.example",)]


def test_only_those_that_failed_are_told_beside_those_that_arrived_or_wait() -> None:
    told = [Failure(("a@b.c",), "delivered"), Failure(("d@e.f",), "failed"), Failure(("g@h.i",), "delayed")]
    assert failed(told) == [told[1]]
    assert failed([told[0], told[2]]) == [told[2]]
    assert failed(told[:1]) == []


@pytest.mark.parametrize(
    ("failure", "expected"),
    (
        (Failure((), "failed", "5.1.1"), ("5.1.1", "permanent")),
        (Failure((), "failed", "4.4.7"), ("4.4.7", "transient")),
        (Failure((), "delayed", "5.0.0"), ("5.0.0", "transient")),
        (Failure((), "failed", "5.0.0", "smtp; 550 5.7.1 no"), ("5.7.1", "permanent")),
        (Failure((), "failed", None, "smtp; 452 mailbox full"), ("4.2.2", "transient")),
        (Failure((), "failed"), (None, "permanent")),
        (Failure(), (None, "unknown")),
    ),
)
def test_a_verdict_takes_the_more_exact_status(failure: Failure, expected: tuple[str | None, str]) -> None:
    assert verdict(failure) == expected


@pytest.mark.parametrize(
    ("diagnostic", "status"),
    (
        ("550 5.1.1 <ben@gone.example>: no", "5.1.1"),
        ("550-5.2.1 disabled", "5.2.1"),
        ("(#5.1.1)", "5.1.1"),
        ("550 User unknown", "5.1.1"),
        ("554 Relay denied", "5.7.1"),
        ("451 try again", "4.0.0"),
        ("host 192.5.1.1 said 550 no such user", "5.1.1"),
        ("host [5.1.1.9] is fine", None),
        ("we took 550 messages", None),
        ("version 15.1.2", None),
        ("250 2.0.0 ok", None),
    ),
)
def test_a_status_comes_from_codes_or_words_and_never_from_an_ip_address(diagnostic: str, status: str | None) -> None:
    assert status_of(diagnostic) == status


@pytest.mark.parametrize(
    "last",
    (
        "--b\nContent-Type: message/rfc822\n\nSubject: x\nMessage-ID: <orig@desk.example>\n\nHi\n",
        "--b\nContent-Type: message/rfc822\n\n\nMessage-ID: <orig@desk.example>\n\nHi\n",
        "--b\nContent-Type: text/rfc822-headers\n\nSubject: x\nMessage-Id:\n <orig@desk.example>\n",
    ),
)
def test_the_original_is_found_in_what_is_attached(last: str) -> None:
    assert original_id(mail(last=last), "") == "orig@desk.example"


def test_the_original_is_found_where_it_is_quoted_or_answered() -> None:
    bare = email.message_from_string("In-Reply-To: <answered@desk.example>\n\n")
    assert original_id(bare, "> Message-ID: <quoted@desk.example>") == "quoted@desk.example"
    assert original_id(bare, "nothing") == "answered@desk.example"
    assert original_id(email.message_from_string("\n\n"), "nothing") is None
