"""Mail as it is in the world: whatever is broken, what it says comes out, and nothing is raised."""

from __future__ import annotations

import json
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.mail.parse import NoMessage, parse
from console.mail.parsed import Parsed

QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def mail(body: str | bytes, *lines: str, charset: str = "") -> Parsed:
    """A mail with these header lines."""
    typed = (f"Content-Type: text/plain; charset={charset}",) if charset else ()
    head = "\n".join(("From: a@b.example", "Subject: x", *typed, *lines)).encode()
    return parse(head + b"\n\n" + (body.encode() if isinstance(body, str) else body))


# Text


@pytest.mark.parametrize(
    ("body", "charset", "said"),
    (
        ("café".encode("latin-1"), "iso-8859-1", "café"),
        ("café".encode(), "iso-8859-1", "café"),
        ("café".encode(), "us-ascii", "café"),
        ("“café”".encode("cp1252"), "iso-8859-1", "“café”"),
        ("café".encode(), "no-such-charset", "café"),
        ("Grüße".encode("cp1252"), "utf-8", "Grüße"),
        ("日本語".encode("iso2022_jp"), "", "日本語"),
        ("中文".encode("gb18030"), "gb2312", "中文"),
        ("日本語".encode("cp932"), "shift_jis", "日本語"),
        ("Привет, как дела? Принтер не печатает.".encode("koi8_r"), "koi8-r", "Привет, как дела? Принтер не печатает."),
        ("é".encode() + b" and \xe9 too", "utf-8", "é and é too"),
        ("\ufeffwords".encode(), "utf-8", "words"),
    ),
)
def test_a_charset_that_lies_costs_no_letter(body: bytes, charset: str, said: str) -> None:
    assert mail(body, charset=charset).text == said


def test_html_alone_becomes_text() -> None:
    found = mail(
        "<p>Hello <b>you</b>,</p><p>a<br>b</p><ul><li>one</li></ul><style>x{}</style>", "Content-Type: text/html"
    )
    assert found.text == "Hello you,\n\na\nb\n\n- one" and found.html is not None


def test_the_text_part_is_preferred_and_files_are_listed() -> None:
    built = EmailMessage()
    built["From"], built["Subject"] = "a@b.example", "x"
    built.set_content("In words.")
    built.add_alternative("<p>In HTML.</p>", subtype="html")
    built.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../a\u202efdp.exe")
    built.add_attachment(b"GIF", maintype="image", subtype="gif", filename="", disposition="inline", cid="<pic@x>")
    found = parse(built.as_bytes())
    assert found.text == "In words." and found.html is not None and found.html.strip() == "<p>In HTML.</p>"
    assert [(each.filename, each.content, each.inline, each.content_id) for each in found.attachments] == [
        ("afdp.exe", b"%PDF", False, None),
        ("image.gif", b"GIF", True, "pic@x"),
    ]


def test_a_mail_inside_a_mail_is_one_file() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Inside / out"
    inner.set_content("inner words")
    inner.add_attachment(b"x", maintype="application", subtype="zip", filename="x.zip")
    outer = EmailMessage()
    outer["From"] = "a@b.example"
    outer.set_content("outer words")
    outer.add_attachment(inner)
    found = parse(outer.as_bytes())
    assert [(each.filename, each.content_type) for each in found.attachments] == [
        ("Inside _ out.eml", "message/rfc822")
    ]
    assert found.text == "outer words"


BROKEN = {
    "no boundary": b"From: a@b.example\nContent-Type: multipart/mixed\n\n--B\n\nthe words\n--B--\n",
    "another boundary": b'From: a@b.example\nContent-Type: multipart/mixed; boundary="C"\n\n'
    b"--B\nContent-Type: text/plain\n\nthe words\n--B--\n",
    "no end": b'From: a@b.example\nContent-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: text/plain\n\nthe words\n',
    "no parts": b'From: a@b.example\nContent-Type: multipart/mixed; boundary="B"\n\nthe words\n',
    "no type": b"From: a@b.example\nContent-Type: nonsense\n\nthe words\n",
    "cr alone": b"From: a@b.example\rSubject: x\r\rthe words\r",
    "mbox": b"From a@b.example Thu Nov 26 2026\nFrom: a@b.example\n\nthe words\n",
    "byte order mark": b"\xef\xbb\xbfFrom: a@b.example\n\nthe words\n",
    "base64 with a footer": b"From: a@b.example\nContent-Transfer-Encoding: base64\n\ndGhlIHdvcmRz\n",
    "broken quoted-printable": b"From: a@b.example\nContent-Transfer-Encoding: quoted-printable\n\nthe=20wor=\nds=\n",
    "deep": b"From: a@b.example\n"
    + b"".join(b'Content-Type: multipart/mixed; boundary="B%d"\n\n--B%d\n' % (nth, nth) for nth in range(500))
    + b"\nthe words\n",
    "long header": b"From: a@b.example\nX-Long: " + b"x" * 1_000_000 + b"\n\nthe words\n",
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_mail_keeps_its_words(case: str) -> None:
    found = parse(BROKEN[case])
    assert found.from_ is not None and found.from_.address == "a@b.example"
    if case != "deep":
        assert found.text.strip() == "the words"


@pytest.mark.parametrize("raw", (b"", b"   \n\n", b"just words", b"\x00\x01", b": no name\n\nx"))
def test_what_has_no_header_is_no_mail(raw: bytes) -> None:
    with pytest.raises(NoMessage):
        parse(raw)


@QUICK
@given(
    st.binary(max_size=2_000),
    st.sampled_from(("", "Content-Type: multipart/mixed; boundary=B\n", "Content-Type: text/html\n")),
)
def test_any_bytes_that_have_a_header_are_parsed(rest: bytes, typed: str) -> None:
    found = parse(b"Subject: x\n" + typed.encode() + rest)
    json.dumps(found.as_json(), ensure_ascii=False).encode("utf-8")


@QUICK
@given(st.lists(st.binary(max_size=80), max_size=12))
def test_any_headers_are_parsed(lines: list[bytes]) -> None:
    names = (b"From", b"To", b"Subject", b"Date", b"Message-ID", b"References", b"Content-Type", b"Content-Disposition")
    head = b"\n".join(names[nth % len(names)] + b": " + line.replace(b"\n", b" ") for nth, line in enumerate(lines))
    found = parse(b"X: 1\n" + head + b"\n\nwords\n")
    json.dumps(found.as_json(), ensure_ascii=False).encode("utf-8")
    assert "\n" not in found.subject and "\r" not in found.subject


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")), min_size=1, max_size=60)


@QUICK
@given(WORDS, st.sampled_from(("base64", "quoted-printable", "8bit")))
def test_no_word_of_a_well_made_mail_is_lost(words: str, encoding: str) -> None:
    built = EmailMessage()
    built["From"] = "a@b.example"
    built["Subject"] = words
    built.set_content(f"start {words} end\n", charset="utf-8", cte=encoding)
    found = parse(built.as_bytes())
    assert (
        " ".join(found.text.split()) == " ".join(f"start {words} end".replace("\ufeff", "").split())
        or "\ufeff" in words
    )
    shown = f"{found.reply}\n{found.quoted}\n{found.signature}"
    assert all(word in shown for word in found.text.split())
