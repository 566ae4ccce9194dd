"""A whole mail, from its bytes to what it says."""

from __future__ import annotations

import json
import time
from email.message import EmailMessage
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.mail.parse import NoMessage, parse
from console.mail.parsed import Address, Parsed
from console.mail.visible import Visible

MILLISECONDS = 6.0  # to read a 20 kB mail; about three times what it takes alone on an idle core


def mail(*headers: str, text: str = "Hello", from_: str = "Ada <ada@x.org>") -> Parsed:
    return parse("\n".join([f"From: {from_}", *headers, "", text]).encode("utf-8", "surrogateescape"))


def test_a_plain_mail_says_what_it_says() -> None:
    parsed = mail(
        "Message-ID: <1@x.org>",
        "In-Reply-To: <0@y.org>",
        "References: <00@y.org> <0@y.org>",
        "Date: Thu, 26 Nov 2026 20:42:22 +0100",
        "To: Support <Help@Desk.org>",
        "Cc: ben@x.org",
        "Reply-To: team@x.org",
        "Subject: =?utf-8?Q?Caf=C3=A9?=",
        text="Hello\n\nOn Monday, Ben <ben@y.org> wrote:\n> before\n",
    )
    told = parsed.as_json()
    assert (told["message_id"], told["in_reply_to"], told["references"]) == (
        "1@x.org",
        ["0@y.org"],
        ["00@y.org", "0@y.org"],
    )
    assert told["date"] == "2026-11-26T19:42:22Z" and told["subject"] == "Café" and told["reply"] == "Hello"
    assert told["from"] == told["sender"] == {"address": "ada@x.org", "name": "Ada"}
    assert told["to"] == [{"address": "help@desk.org", "name": "Support"}] and told["cc"][0]["address"] == "ben@x.org"
    assert told["reply_to"][0]["address"] == "team@x.org" and told["html"] is None and told["warnings"] == []


@pytest.mark.parametrize("raw", [b"", b"\n\n  \n", b"hello world", b"\xff\xfe\x00", b"From a@b Mon\n\n"])
def test_what_has_no_header_is_no_mail(raw: bytes) -> None:
    with pytest.raises(NoMessage):
        parse(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfFrom: ada@x.org\nSubject: Hi\n\nwords",
        b"\r\n\r\nFrom: ada@x.org\r\nSubject: Hi\r\n\r\nwords",
        b"From ada@x.org Mon Nov 26 2026\nFrom: ada@x.org\nSubject: Hi\n\nwords",
        b">From ada@x.org Mon Nov 26 2026\nFrom: ada@x.org\nSubject: Hi\n\nwords",
        b"From: ada@x.org\rSubject: Hi\r\rwords",
        b"From : ada@x.org\nSubject : Hi\n\nwords",
        b"From: ada@x.org\nX-Broken: one\nsecond line without a blank\nSubject: Hi\n\nwords",
        b"X-Null: \x00\nFrom: ada@x.org\nSubject: H\x00i\n\nwords\x00",
        b"stored by some machine\nFrom: ada@x.org\nSubject: Hi\n\nwords",
        b"from: ada@x.org\nSUBJECT: Hi\n\nwords",
        b"From: ada@x.org\nSubject:\n Hi\n\nwords",
    ],
)
def test_a_header_is_read_however_it_begins_and_breaks(raw: bytes) -> None:
    parsed = parse(raw)
    assert parsed.from_ == Address("ada@x.org") and (parsed.subject, parsed.text) == ("Hi", "words")


def test_a_text_without_a_blank_line_above_is_kept() -> None:
    assert parse(b"From: ada@x.org\nSubject: Hi\nthe words begin here\nand end").text == "the words begin here\nand end"


@pytest.mark.parametrize(
    ("from_", "headers", "author"),
    [
        ("a@x.org, b@y.org", [], None),
        ("a@x.org, b@y.org", ["Sender: b@y.org"], "b@y.org"),
        ("a@x.org, b@x.org", [], "a@x.org"),
        ("a@x.org)b@y.org", [], None),
        ("", [], None),
        ("Ada Lovelace", [], None),
    ],
)
def test_an_author_is_told_only_if_it_is_plain_who(from_: str, headers: list[str], author: str | None) -> None:
    parsed = mail(*headers, from_=from_)
    assert (parsed.from_.address if parsed.from_ else None) == author and parsed.warnings


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        (["X-Original-Sender: ben@y.org"], "ben@y.org"),
        (["X-Original-From: Ben <ben@y.org>", "Reply-To: ben@y.org"], "ben@y.org"),
        (["X-Original-From: Ben <ben@y.org>", "Reply-To: lea@y.org"], "ada@x.org"),
        (["X-Original-From: Ben <ben@y.org>"], "ada@x.org"),
        (["Reply-To: lea@y.org"], "ada@x.org"),
    ],
)
def test_the_author_behind_a_group_is_found(headers: list[str], sender: str) -> None:
    parsed = mail(*headers)
    assert parsed.sender is not None and parsed.sender.address == sender


@pytest.mark.parametrize(
    ("header", "spam"),
    [
        ("X-Spam-Flag: YES", True),
        ("X-Spam-Flag: NO", False),
        ("X-Spam-Status: Yes, score=9", True),
        ("X-Spam-Status: No, score=1", False),
        ("X-SES-Spam-Verdict: FAIL", True),
        ("X-SES-Spam-Verdict: PASS", False),
        ("X-SES-Spam-Verdict: GRAY", None),
        ("X-Other: YES", None),
    ],
)
def test_a_verdict_on_spam_is_taken_over(header: str, spam: bool | None) -> None:
    assert mail(header).spam is spam


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("X-Auto-Response-Suppress: OOF, AutoReply", True),
        ("X-Auto-Response-Suppress: None", False),
        ("List-Id: <l.x.org>", True),
        ("Precedence: bulk", True),
        ("Auto-Submitted: no", False),
        ("Auto-Submitted: auto-generated; x", True),
        ("Subject: hi", False),
    ],
)
def test_a_mail_may_ask_for_no_answer(header: str, asked: bool) -> None:
    assert mail(header).no_answer is asked


def test_what_filing_needs_is_read_too() -> None:
    parsed = mail(
        "Delivered-To: Help@desk.org",
        "X-Original-To: help+7@desk.org",
        "Authentication-Results: mx.desk.org; dmarc=pass",
        "Authentication-Results: other; spf=fail",
        "X-Loop: help@desk.org",
        "X-Agent-Console: a1",
    )
    assert parsed.delivered_to == ("help@desk.org", "help+7@desk.org") and parsed.loop == ("help@desk.org", "a1")
    assert parsed.authentication == ("mx.desk.org; dmarc=pass", "other; spf=fail")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Fwd: Hi",
            "look\n\n---------- Forwarded message ---------\nFrom: Ben B <ben@y.org>\nDate: x\nSubject: Hi\n\nhi",
        ),
        ("Hi", "---------- Forwarded message ---------\nDe: Ben B <ben@y.org>\nDate: jue\nSubject: Hi\n\nhola"),
        ("Fwd: Hi", "Begin forwarded message:\n\n> From: Ben B <ben@y.org>\n> Subject: Hi\n> Date: x\n>\n> hi"),
        (
            "Fwd: Hi",
            "-------- Forwarded Message --------\nSubject: Hi\nDate: x\nFrom: Ben B <ben@y.org>\nTo: a@x.org\n\nhi",
        ),
        ("FW: Hi", "see\n\nFrom: Ben B <ben@y.org>\nSent: Monday\nTo: Ada <a@x.org>\nSubject: Hi\n\nhi"),
        ("RV: Hola", "De: Ben B [mailto:ben@y.org]\nEnviado el: lunes\nPara: Ada <a@x.org>\nAsunto: Hola\n\nhola"),
        ("ENC: Oi", "De: Ben B <ben@y.org>\nEnviada em: segunda\nPara: Ada <a@x.org>\nAssunto: Oi\n\noi"),
    ],
)
def test_the_author_of_a_forwarded_mail_is_found(subject: str, text: str) -> None:
    assert mail(f"Subject: {subject}", text=text).forwarded == Address("ben@y.org", "Ben B")


def test_the_author_of_an_attached_mail_is_found() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner["From"], inner["Subject"] = "Ben <ben@y.org>", "Hi"
    inner.set_content("hi")
    outer["From"] = "ada@x.org"
    outer.set_content("see")
    outer.add_attachment(inner)
    parsed = parse(outer.as_bytes())
    assert parsed.forwarded == Address("ben@y.org", "Ben") and parsed.attachments[0].filename == "Hi.eml"


@pytest.mark.parametrize("subject", ["Re: Hi", "Hi"])
def test_an_answer_forwards_nothing(subject: str) -> None:
    text = "yes\n\nFrom: Ben <ben@y.org>\nSent: Monday\nTo: Ada <a@x.org>\nSubject: Hi\n\nhi"
    assert mail(f"Subject: {subject}", text=text).forwarded is None


def test_remote_pictures_are_told() -> None:
    parsed = mail("Content-Type: text/html", text='<p onclick="x">Hi</p><img src="https://e.org/p.gif">')
    assert parsed.html == '<p>Hi</p><img data-remote-src="https://e.org/p.gif">' and len(parsed.warnings) == 1


PIECES = [
    b"From: Ada <a@b.c>\n",
    b"Subject: =?utf-8?B?w6k=?= =?gb2312?Q?=C4=E3?=\n",
    b'Content-Type: multipart/mixed; boundary="x"\n',
    b"Content-Type: multipart/alternative; boundary=y\n",
    b"Content-Type: multipart/report; boundary=x\n",
    b"Content-Type: multipart/digest; boundary*=x; boundary*0=y\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: message/delivery-status\n",
    b"Content-Type: text/html; charset=\x00\n",
    b'Content-Type: text/plain; charset="idna"; format=flowed\n',
    b"Content-Type: text/plain; charset=utf-7\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: quoted-printable\n",
    b"Content-Transfer-Encoding: x-uuencode\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=\"b\"\n",
    b"Date: Mon, 1 Jan 2020 99:00 +9999\n",
    b"References: <a@b> <c",
    b'To: "x',
    b"\n",
    b"\r",
    b"\n--x\n",
    b"--x--\n",
    b"--y\n",
    b"aGVsbG8gd29ybGQ=\n",
    b"=E4=F6=\n",
    b"\xff\xfe\x00",
    b"\x1b$B$3\x1b(B",
    b"+2AA-",
    b"<p>hi<br></p>\n",
    b"&#99999999999;",
    b"begin 644 a.txt\n#0V%T\n`\nend\n",
    b"---------- Forwarded message ---------\nFrom: Ada <a@b>\n",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)), max_size=25))
def test_any_bytes_with_a_header_are_parsed(pieces: list[bytes]) -> None:
    parsed = parse(b"From: Ada <a@b.c>\n" + b"".join(pieces))
    assert json.loads(json.dumps(parsed.as_json(), ensure_ascii=False).encode())["class"]
    assert "\n" not in parsed.subject and all(each.filename for each in parsed.attachments)


@pytest.mark.parametrize(
    "raw",
    [
        b"From: " + b"(" * 60_000 + b"\n\n",
        b"From: " + b'"<(,' * 250_000 + b"\n\n",
        b"From: " + b"a@" * 30_000 + b"\n\n",
        b"Subject: " + b"=?utf-8?Q?a?= " * 70_000 + b"\n\n",
        b"References: " + b"<" * 65_000 + b"\n\n",
        b"Content-Type: text/plain" + b"; a*0*=x" * 8_000 + b"\n\n",
        b"X: y\n" * 100_000 + b"\n",
        b"junk\n" * 100_000 + b"From: a@b\nSubject: x\n\n",
        b"Content-Type: multipart/mixed\n\n" + b"--a\n" * 250_000,
        b"X: y\n\n" + b"begin 644 a\n" * 80_000,
        b"X: y\nContent-Type: text/plain; format=flowed\n\n" + b"a \n" * 300_000,
        b"X: y\nContent-Type: text/html\n\n" + b"<blockquote>" * 80_000,
    ],
    ids=range(12),
)
def test_a_megabyte_meant_to_be_slow_takes_seconds_only(raw: bytes) -> None:
    begun = time.process_time()
    parse(raw)
    assert time.process_time() - begun < 12.0


def test_reading_a_mail_of_20_kb_takes_milliseconds() -> None:
    raw = b"From: ada@x.org\nSubject: Hi\n\n" + b"Some words that a person may have typed in a mail to us.\n" * 350
    times = list[float]()
    for _ in range(10):
        begun = time.process_time()
        with patch("console.mail.parse.split", return_value=Visible("", "", "")):  # it is measured on its own
            parse(raw)
        times.append(time.process_time() - begun)
    assert min(times) * 1_000 < MILLISECONDS
