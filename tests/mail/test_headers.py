"""Headers as mail programs write them, with what each should say."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.mail.addresses import read_list
from console.mail.charsets import decode
from console.mail.encoded_words import read
from console.mail.headers import Headers, Valued, moment


def headers(raw: bytes) -> Headers:
    return Headers(message_from_bytes(raw + b"\n\n"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"=?utf-8?Q?Caf=C3=A9?=", "Café"),
        (b"=?UTF-8?b?Q2Fmw6k=?=", "Café"),
        (b"=?utf-8?B?Q2Fmw6k?=", "Café"),
        (b"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        (b"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
        (b"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        (b"=?utf-8?Q?=C3?= =?utf-8?Q?=A9t=C3=A9?=", "été"),
        (b"=?utf-8?B?4oK?= =?utf-8?B?s?=", "€"),
        (b"=?iso-8859-1?Q?=93so=94_=80?=", "“so” €"),
        (b"=?us-ascii?Q?Caf=C3=A9?=", "Café"),
        (b"=?gb2312?B?xOO6w5lG?=", "你好橣"),
        (b"=?ks_c_5601-1987?B?vsiz58fPvLy/5A==?=", "안녕하세요"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?iso-2022-jp?B?GyRCLWobKEI=?=", "㈱"),
        (b"=?koi8-r?B?8NLJ18XU?=", "Привет"),
        (b"=?unknown-8bit?Q?Caf=E9?=", "Café"),
        (b"=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?Q?Hello world?=", "Hello world"),
        (b"=?utf-8?Q?Really??=", "Really?"),
        (b"=?utf-8?Q?cut=20o", "cut o"),
        (b"Caf\xc3\xa9", "Café"),
        (b"Caf\xe9", "Café"),
        (b"plain =? no word ?=", "plain =? no word ?="),
        (b"=?nonsense?X?abc?=", "=?nonsense?X?abc?="),
        (b"one\r\n\ttwo", "one two"),
        (b"bell\x07 and \x00nothing", "bell and nothing"),
        (b"=?utf-8?Q?line=0Abreak?=", "line break"),
        (b"=?utf-7?Q?+AOk-t?=", "ét"),
        (b"=?utf-16?B?/v8A6Q==?=", "é"),
        (b"=?windows-1251?Q?=CF=F0=E8?= =?koi8-r?B?18XU?=", "Привет"),
    ],
)
def test_a_subject_says_what_was_meant(written: bytes, meant: str) -> None:
    assert headers(b"Subject: " + written).text("subject") == meant


def test_bytes_that_declare_nothing_are_read_in_the_charset_of_the_text() -> None:
    raw = b"Subject: " + "Привет".encode("koi8-r") + b"\n\n"
    assert Headers(message_from_bytes(raw), "koi8-r").text("subject") == "Привет"


@pytest.mark.parametrize(
    ("raw", "claim", "meant"),
    [
        ("naïve – “q”".encode("cp1252"), "iso-8859-1", "naïve – “q”"),
        ("Žluť".encode("iso-8859-2"), "iso-8859-2", "Žluť"),
        ("שלום".encode("iso-8859-8"), "iso-8859-8-i", "שלום"),
        ("Grüße – alt".encode("cp1252"), "utf-8", "Grüße – alt"),
        ("Grüße".encode() + b" caf\xe9 x", "utf-8", "Grüße café x"),
        ("Grüße €".encode()[:-1], "utf-8", "Grüße "),
        (
            "Всё хорошо, спасибо вам большое за помощь".encode("koi8-r"),
            None,
            "Всё хорошо, спасибо вам большое за помощь",
        ),
        ("①㈱テスト".encode("cp932"), "shift_jis", "①㈱テスト"),
        ("한글 똠방각하".encode("cp949"), "euc-kr", "한글 똠방각하"),
        (b"a\r\nb\rc\n", None, "a\nb\nc\n"),
        (b"\xef\xbb\xbfhi", "us-ascii", "hi"),
        (b"h\xe9", "idna", "hé"),
        (b"h\xe9", "punycode", "hé"),
        (b"h\xe9", "undefined", "hé"),
        (b"\\u0041", "unicode_escape", "\\u0041"),
        (b"h\xe9", "rot13", "hé"),
        (b"h\xe9", "\x00", "hé"),
        (b"h\xe9", "x" * 5_000, "hé"),
        (b"plain", "utf-16", "plain"),
    ],
)
def test_bytes_are_read_whatever_they_claim(raw: bytes, claim: str | None, meant: str) -> None:
    assert decode(raw, claim) == meant


@given(
    st.binary(), st.sampled_from(["utf-8", "utf-7", "utf-16", "iso-2022-jp", "gb18030", "big5", "x-y", "cp1252", None])
)
def test_any_bytes_are_text_without_lone_surrogates(raw: bytes, claim: str | None) -> None:
    text = decode(raw, claim)
    assert text.encode() and "\x00" not in text if text else True


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co"))), st.sampled_from("bq"))
def test_an_encoded_word_comes_back(text: str, encoding: str) -> None:
    from email.charset import BASE64, QP, Charset
    from email.header import Header

    charset = Charset("utf-8")
    charset.header_encoding = BASE64 if encoding == "b" else QP
    assert read(Header(text, charset).encode()) == text.removeprefix("\ufeff").strip()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ada@x.org", [("ada@x.org", "")]),
        ("Ada Lovelace <Ada@X.org>", [("ada@x.org", "Ada Lovelace")]),
        ("Lovelace, Ada <ada@x.org>", [("ada@x.org", "Lovelace, Ada")]),
        ('"Lovelace, Ada" <ada@x.org>, ben@x.org', [("ada@x.org", "Lovelace, Ada"), ("ben@x.org", "")]),
        ("ada@x.org (Ada)", [("ada@x.org", "Ada")]),
        ("=?utf-8?Q?L=2C_Ada?= <ada@x.org>", [("ada@x.org", "L, Ada")]),
        ('"=?utf-8?Q?L=2C_Ada?=" <ada@x.org>', [("ada@x.org", "L, Ada")]),
        ("=?utf-8?Q?Ada_=3Cada=40x.org=3E?=", [("ada@x.org", "Ada")]),
        ('"b@y.org" <ada@x.org>', [("ada@x.org", "b@y.org")]),
        (
            "The team: Ada <ada@x.org>, ben@x.org;, lea@x.org",
            [("ada@x.org", "Ada"), ("ben@x.org", ""), ("lea@x.org", "")],
        ),
        ("undisclosed-recipients:;", []),
        ("Ada ada@x.org", [("ada@x.org", "Ada")]),
        ("Ada <ada@x.org", [("ada@x.org", "Ada")]),
        ("Ada ada@x.org>", [("ada@x.org", "Ada")]),
        ("'Ada' <'ada@x.org'>", [("ada@x.org", "Ada")]),
        ("Ada [mailto:ada@x.org]", [("ada@x.org", "Ada")]),
        ("<mailto:ada@x.org>", [("ada@x.org", "")]),
        ("ada@x.org; ben@x.org", [("ada@x.org", ""), ("ben@x.org", "")]),
        ("<@a.org,@b.org:ada@x.org>", [("ada@x.org", "")]),
        ('"ada l"@x.org', [('"ada l"@x.org', "")]),
        ('"ada"@x.org', [("ada@x.org", "")]),
        ("ada @ x.org", [("ada@x.org", "")]),
        ("Ada (the first) Lovelace <ada@x.org>", [("ada@x.org", "Ada Lovelace")]),
        ('Ada "Countess" L <ada@x.org>', [("ada@x.org", "Ada Countess L")]),
        ('"Ada \\"C\\" L" <ada@x.org>', [("ada@x.org", 'Ada "C" L')]),
        ("MAILER-DAEMON (Mail System)", [("mailer-daemon", "Mail System")]),
        ("root", [("root", "")]),
        ("<>", []),
        ("", []),
        ("Ada Lovelace", []),
    ],
)
def test_an_address_list_names_whom_it_means(written: str, meant: list[tuple[str, str]]) -> None:
    listed = read_list([written])
    assert [(each.address, each.name) for each in listed.addresses] == meant and not listed.unclear


@pytest.mark.parametrize(
    "written",
    [
        "alice@x.org)bob@y.org",
        "alice@x.org<bob@y.org>",
        "<alice@x.org><bob@y.org>",
        "a@b@c.org",
        "alice@x.org bob@y.org",
    ],
)
def test_an_address_that_programs_read_differently_is_unclear(written: str) -> None:
    assert read_list([written]).unclear


@given(st.text(st.sampled_from('"<>()@,;:\\ab =?q.\r\n\t\udce9')))
def test_any_address_list_can_be_read(written: str) -> None:
    for each in read_list([written]).addresses:
        assert each.address.encode() and each.address == each.address.lower() and each.name.isprintable()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"<a@b> <c@d>", ("a@b", "c@d")),
        (b"<a@b><c@d>\r\n\t<a@b>", ("a@b", "c@d")),
        (b"a@b c@d", ("a@b", "c@d")),
        (b'Your message of "Mon, 1 Jan" <a@b>', ("a@b",)),
        (b"<a\r\n @b>", ("a@b",)),
        (b"=?utf-8?Q?=3Ca=40b=3E?=", ("a@b",)),
        (b"<>", ()),
        (b"junk", ()),
        (b"", ()),
    ],
)
def test_ids_are_found_among_junk(written: bytes, meant: tuple[str, ...]) -> None:
    assert headers(b"References: " + written).ids("references") == meant


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"filename=a.txt", "a.txt"),
        (b'filename="a;b.txt"; size=3', "a;b.txt"),
        (b"filename=my file.pdf", "my file.pdf"),
        (b"filename*=utf-8''caf%C3%A9.pdf", "café.pdf"),
        (b"filename*=\"utf-8''caf%C3%A9.pdf\"", "café.pdf"),
        (b"filename*=iso-8859-1'en'caf%E9.pdf", "café.pdf"),
        (b"filename*=caf%C3%A9.pdf", "café.pdf"),
        (b"filename*0*=utf-8''a%20; filename*1=b.txt", "a b.txt"),
        (b'filename*1="b.txt"; filename*0="a "', "a b.txt"),
        (b"filename*0*=utf-8''%C3; filename*1*=%A9.txt", "é.txt"),
        (b"filename=old.txt; filename*=utf-8''new.txt", "new.txt"),
        (b'filename="=?utf-8?B?Y2Fmw6kucGRm?="', "café.pdf"),
        (b'filename="=?utf-8?Q?a_?=\r\n =?utf-8?Q?b.pdf?="', "a b.pdf"),
        (b"filename==?utf-8?Q?a;b.txt?=; x=y", "a;b.txt"),
        (b'filename="caf\xc3\xa9.pdf"', "café.pdf"),
        (b'filename="a "b" c.txt"', 'a "b" c.txt'),
        (b'filename="open.txt', "open.txt"),
        (b'FILENAME = "a.txt"', "a.txt"),
        (b'filename="C:\\temp\\a.doc"', "C:\\temp\\a.doc"),
    ],
)
def test_a_parameter_is_read_in_every_form(written: bytes, name: str) -> None:
    told = headers(b"Content-Disposition: attachment; " + written).valued("content-disposition")
    assert told.value == "attachment" and told.parameters["filename"] == name


def test_a_type_without_a_semicolon_keeps_its_charset() -> None:
    assert headers(b"Content-Type: Text/Plain charset=KOI8-R").valued("content-type") == Valued(
        "text/plain", {"charset": "KOI8-R"}
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Thu, 26 Nov 2026 20:42:22 +0100", "2026-11-26T20:42:22+01:00"),
        ("26 Nov 26 20:42 GMT", "2026-11-26T20:42:00+00:00"),
        ("Thu Nov 26 20:42:22 2026", "2026-11-26T20:42:22+00:00"),
        ("2026-11-26T20:42:22Z", "2026-11-26T20:42:22+00:00"),
        ("Fri, 21 Nov 1997 09:55:06 -0600 (CST)", "1997-11-21T09:55:06-06:00"),
    ],
)
def test_a_date_is_read(written: str, meant: str) -> None:
    date = moment(written)
    assert date is not None and date.isoformat() == meant


@pytest.mark.parametrize(
    "written", ["", "yesterday", "Mon, 32 Foo 2020", "1 Jan 2020 99:99:99", "9999-12-31T23:59:59-23:59", "0001-01-01"]
)
def test_a_date_that_is_none_is_none(written: str) -> None:
    assert moment(written) is None


@given(st.text())
def test_any_date_can_be_read(written: str) -> None:
    moment(written)


def test_headers_behind_the_limit_are_left_out() -> None:
    found = headers(b"X-Long: " + b"a" * 300_000 + b"\nSubject: late")
    assert found.cut and found.text("subject") == "" and len(found.raw("x-long")[0]) <= 262_144
