"""Mail as it is in the world: whatever is broken, what it says comes out, and nothing is raised."""

from __future__ import annotations

import json
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.mail.addresses import addresses
from console.mail.flowed import unflowed
from console.mail.headers import date, ids, parameters, text
from console.mail.parse import NoMessage, parse
from console.mail.parsed import Parsed

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def mail(body: str | bytes, *lines: str, charset: str = "") -> Parsed:
    """A mail with these header lines."""
    typed = (f"Content-Type: text/plain; charset={charset}",) if charset else ()
    head = "\n".join(("From: a@b.example", "Subject: x", *typed, *lines)).encode()
    return parse(head + b"\n\n" + (body.encode() if isinstance(body, str) else body))


# Headers


@pytest.mark.parametrize(
    ("raw", "said"),
    (
        ("=?utf-8?Q?Caf=C3=A9?=", "Café"),
        ("=?UTF-8?B?Q2Fmw6k=?= =?utf-8?b?IGFnYWlu?=", "Café again"),
        ("=?utf-8?B?w4PDqQ?=", "Ãé"),
        ("=?utf-8?B?5pel5pw=?= =?utf-8?B?rOiqng==?=", "日本語"),
        ("=?iso-8859-1?Q?a=E9b_c?= d", "aéb c d"),
        ("a =?utf-8?Q?=C3=A9?= =?iso-8859-1?Q?=E8?= b", "a éè b"),
        ("=?utf-8?Q?a b=20c?=", "a b c"),
        ("=?unknown-charset?Q?caf=C3=A9?=", "café"),
        ("=?gb2312?B?1tC5+g==?=", "中国"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"),
        ("=?ks_c_5601-1987?B?x9GxuQ==?=", "한국"),
        ("no =? encoded ?= word", "no =? encoded ?= word"),
        ("tabs\tand\x00controls\x07", "tabs andcontrols"),
        ("turned \u202earound", "turned around"),
    ),
)
def test_a_header_is_read_however_it_was_encoded(raw: str, said: str) -> None:
    assert text(raw) == said


@pytest.mark.parametrize(
    ("raw", "found"),
    (
        ('"Doe, John" <j@d.example>, b@c.example', [("j@d.example", "Doe, John"), ("b@c.example", "")]),
        ("Doe, John <J@D.example>", [("j@d.example", "Doe, John")]),
        ("=?utf-8?Q?J=C3=B6rg,_M?= <j@x.example>", [("j@x.example", "Jörg, M")]),
        (
            "Team: a@b.example, B <c@d.example>;, e@f.example",
            [("a@b.example", ""), ("c@d.example", "B"), ("e@f.example", "")],
        ),
        ("undisclosed-recipients:;", []),
        ("a@b.example (Jo (the) Smith)", [("a@b.example", "Jo (the) Smith")]),
        ('"a@b.example" <c@d.example>', [("c@d.example", "a@b.example")]),
        ("<@r.example:joe@z.example>", [("joe@z.example", "")]),
        ("'Bob' <b@b.example>", [("b@b.example", "Bob")]),
        ("mailto:me@x.example", [("me@x.example", "")]),
        ("nobody", []),
    ),
)
def test_addresses_are_found_with_their_names(raw: str, found: list[tuple[str, str]]) -> None:
    assert [(each.address, each.name) for each in addresses([raw])] == found


@pytest.mark.parametrize(
    ("raw", "name"),
    (
        ("attachment; filename=plain.pdf", "plain.pdf"),
        ('attachment; filename="two words.pdf"', "two words.pdf"),
        ("attachment; filename=two words.pdf", "two words.pdf"),
        ("attachment; filename*=UTF-8''caf%C3%A9.pdf", "café.pdf"),
        ("attachment; filename*0*=UTF-8''caf%C3%A9; filename*1=\" menu.pdf\"", "café menu.pdf"),
        ('attachment; filename="=?utf-8?Q?caf=C3=A9.pdf?="', "café.pdf"),
        ("attachment; filename*=iso-8859-1'en'caf%E9.pdf", "café.pdf"),
        ('attachment; filename="a;b.pdf"; size=3', "a;b.pdf"),
    ),
)
def test_the_name_of_a_file_is_read_in_every_form(raw: str, name: str) -> None:
    assert parameters(raw) == ("attachment", {**parameters(raw)[1], "filename": name})


def test_ids_are_found_without_their_marks() -> None:
    assert ids(["<a@b> <c@d>\t<a@b>"]) == ["a@b", "c@d"]
    assert ids(["Message of Monday <x@y> from me@z"]) == ["x@y"]
    assert mail("x", "Message-ID: no-marks@x.example").message_id == "no-marks@x.example"
    assert mail("x", "Message-ID: <with space@x.example>").message_id == "withspace@x.example"
    assert mail("x", "Message-ID:").message_id is None


@pytest.mark.parametrize(
    "raw", ("Thu, 26 Nov 2026 10:00:00 +0100", "26 Nov 2026 09:00:00 GMT", "Thu, 26 Nov 26 09:00:00 -0000 (UTC)")
)
def test_a_date_is_a_moment(raw: str) -> None:
    found = date(raw)
    assert found is not None and found.isoformat() == "2026-11-26T09:00:00+00:00"


@pytest.mark.parametrize("raw", ("tomorrow", "Thu, 99 Nov 2026 99:99:99 +9999", "0", "-"))
def test_a_date_that_is_none_is_a_warning(raw: str) -> None:
    found = mail("x", f"Date: {raw}")
    assert found.date is None and found.warnings


def test_the_effective_author_is_the_one_whom_a_list_names() -> None:
    listed = ("X-Original-Sender: real@x.example", "X-Original-From: Real One <real@x.example>")
    found = mail("x", *listed)
    assert found.sender is not None and (found.sender.address, found.sender.name) == ("real@x.example", "Real One")
    replying = mail("x", "Reply-To: r@x.example", "X-Original-From: R <r@x.example>").sender
    alone = mail("x", "Reply-To: r@x.example").sender
    assert replying is not None and replying.address == "r@x.example"
    assert alone is not None and alone.address == "a@b.example"


def test_two_headers_that_claim_to_be_the_author_make_none() -> None:
    found = mail("x", "From: other@b.example")
    assert found.sender is None and found.from_ is not None


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
        ("é".encode() + b" and \xe9", "utf-8", "é and é"),
        ("\ufeffwords".encode(), "utf-8", "words"),
    ),
)
def test_a_charset_that_lies_costs_no_letter(body: bytes, charset: str, said: str) -> None:
    assert mail(body, charset=charset).text == said


def test_flowed_lines_are_paragraphs() -> None:
    assert unflowed("one \ntwo\n> three \n> four\n-- \nme") == "one two\n> three four\n-- \nme"
    assert unflowed("won \nderful", delsp=True) == "wonderful"


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
    assert found.text == "In words." and found.html == "<p>In HTML.</p>"
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
    "broken base64": b"From: a@b.example\nContent-Transfer-Encoding: base64\n\ndGhlIHdvcmRz!!\n",
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
