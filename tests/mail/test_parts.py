"""The parts of a mail, whole and broken: no word of it may be lost."""

from __future__ import annotations

import base64
import re
import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.mail.filenames import harmless
from console.mail.html_text import as_text
from console.mail.parts import Contents, contents
from console.mail.structure import read_message

HEAD = b"From: ada@x.org\nMIME-Version: 1.0\n"


def holds(raw: bytes) -> Contents:
    return contents(read_message(HEAD + raw))


def multipart(kind: str, *parts: str, before: str = "", behind: str = "") -> bytes:
    inside = "".join(f"--b\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary=b\n\n{before}{inside}--b--\n{behind}".encode()


PLAIN = "Content-Type: text/plain\n\nhello plain"
HTML = "Content-Type: text/html\n\n<p>hello <b>rich</b></p>"
PICTURE = "Content-Type: image/png\nContent-ID: <logo@x>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
NAMED = 'Content-Type: application/pdf; name="a.pdf"\nContent-Transfer-Encoding: base64\n\nJVBERi0='


def test_an_alternative_is_read_once() -> None:
    found = holds(multipart("alternative", PLAIN, HTML))
    assert found.text == "hello plain" and found.html == "<p>hello <b>rich</b></p>" and not found.attachments


def test_html_alone_gives_the_text() -> None:
    assert holds(HTML.encode()).text == "hello rich"
    assert holds(multipart("alternative", "Content-Type: text/plain\n\n  ", HTML)).text == "hello rich"


def test_enriched_text_is_read() -> None:
    assert holds(b"Content-Type: text/enriched\n\n<bold>Hi</bold> 1 << 2\nthere\n\nAda").text == "Hi 1 < 2 there\nAda"


def test_texts_one_after_the_other_are_joined() -> None:
    assert holds(multipart("mixed", PLAIN, NAMED, "Content-Type: text/plain\n\nfooter")).text == "hello plain\nfooter"


def test_a_footer_of_a_list_does_not_hide_an_html_mail() -> None:
    found = holds(multipart("mixed", HTML, "Content-Type: text/plain\n\nabout the mailing list"))
    assert found.text == "hello rich\nabout the mailing list" and "about the mailing list" in (found.html or "")


def test_a_text_sent_twice_in_the_wrong_way_is_read_once() -> None:
    found = holds(multipart("mixed", "Content-Type: text/plain\n\nhello rich", HTML))
    assert found.text == "hello rich" and found.html == "<p>hello <b>rich</b></p>"


def test_a_picture_that_the_html_shows_is_inline() -> None:
    html = 'Content-Type: text/html\n\n<img src="cid:logo@x">hi'
    (picture,) = holds(multipart("related", html, PICTURE)).attachments
    assert (picture.inline, picture.content_id, picture.filename) == (True, "logo@x", "image.png")
    (picture,) = holds(multipart("mixed", PLAIN, PICTURE)).attachments
    assert not picture.inline and picture.content == b"\x89PNG\r\n\x1a\n"


def test_a_mail_inside_is_one_file_whose_parts_are_not_listed() -> None:
    inner = multipart("mixed", PLAIN, NAMED).decode().replace("--b", "--c").replace("=b", "=c")
    found = holds(
        multipart("mixed", PLAIN, f"Content-Type: message/rfc822\n\nSubject: A/B: x\nFrom: ben@y.org\n{inner}")
    )
    assert [each.filename for each in found.attachments] == ["A_B_ x.eml"] and found.text == "hello plain"
    assert found.attachments[0].content.startswith(b"Subject: A/B: x\nFrom: ben@y.org")
    assert found.forwarded is not None and found.forwarded["From"] == "ben@y.org"


def test_a_mail_inside_may_be_encoded_against_the_rules() -> None:
    letters = base64.b64encode(b"Subject: inside\n\nhi").decode()
    part = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{letters}"
    (mail,) = holds(multipart("mixed", PLAIN, part)).attachments
    assert mail.filename == "inside.eml" and mail.content == b"Subject: inside\n\nhi"


def test_the_status_of_a_report_is_no_file() -> None:
    status = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed"
    original = "Content-Type: message/rfc822\n\nSubject: Hello\n\nhi"
    found = holds(multipart("report", PLAIN, status, original))
    assert [each.filename for each in found.attachments] == ["Hello.eml"]
    assert not holds(multipart("report", PLAIN, status, "Content-Type: text/rfc822-headers\n\nSubject: x")).attachments


def test_signed_and_encrypted_parts_are_files() -> None:
    signature = "Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----"
    found = holds(multipart("signed", PLAIN, signature))
    assert found.text == "hello plain" and [each.filename for each in found.attachments] == ["signature.asc"]
    found = holds(b"Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nAAAA")
    assert [each.filename for each in found.attachments] == ["smime.p7m"]


def test_an_invitation_is_a_file() -> None:
    found = holds(multipart("alternative", PLAIN, "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR"))
    assert [each.filename for each in found.attachments] == ["invite.ics"] and found.text == "hello plain"


def test_a_named_text_is_a_file_unless_it_is_all_there_is() -> None:
    named = 'Content-Type: text/plain; name="log.txt"\n\nline of a log'
    found = holds(multipart("mixed", PLAIN, named))
    assert found.text == "hello plain" and [each.filename for each in found.attachments] == ["log.txt"]
    assert holds(multipart("mixed", named)).text == "line of a log"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Content-Type: multipart/mixed\n\n--q\nContent-Type: text/plain\n\none\n--q\n\ntwo\n--q--", "one\ntwo"),
        (b"Content-Type: multipart/mixed; boundary=z\n\n--q\nContent-Type: text/plain\n\none\n--q--", "one"),
        (b"Content-Type: multipart/mixed\n\nno parts at all", "no parts at all"),
        (b"Content-Type: multipart/mixed; boundary=z\n\nno parts at all", "no parts at all"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nnever ended", "never ended"),
        (multipart("mixed", PLAIN, behind="--b\n\nbehind the end\n--b--\n"), "hello plain\nbehind the end"),
        (b"Content-Type: nonsense\n\nhello", "hello"),
        (b"Content-Type: ; charset=utf-8\n\nh\xc3\xa9", "hé"),
        (b"Content-Type: message/delivery-status\n\nAction: failed", "Action: failed"),
        (b'Content-Type: multipart/mixed; boundary*=a; boundary*0="b"\n\nhello', "hello"),
        (b"Content-Type: text/plain\r\rhello\rworld", "hello\nworld"),
    ],
)
def test_a_broken_structure_loses_no_words(raw: bytes, text: str) -> None:
    assert holds(raw).text == text


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", b"aGVsbG8=", "hello"),
        ("BASE64", b"aGVsbG8", "hello"),
        ("base64", b"aGVsbG8g" * 8 + b"\n!bG8", "hello " * 8 + "\n!bG8"),
        ("base64", b"aGVsbG8=\naGVsbG8=", "hellohello"),
        ("base64", b"aGVsbG8=\n____\nabout the list\n", "hello\n____\nabout the list"),
        ("base64", b"This is no base64 at all.\nNot a word.", "This is no base64 at all.\nNot a word."),
        ("quoted-printable", b"h=E9ll=\no =ZZ =", "héllo =ZZ "),
        ("quoted-printable", b"a= \nb", "ab"),
        ("Quoted-Printable ; x", b"h=C3=A9", "hé"),
        ("8bit", b"h\xc3\xa9", "hé"),
        ("nonsense", b"plain", "plain"),
    ],
)
def test_a_transfer_encoding_is_undone_as_far_as_it_goes(encoding: str, body: bytes, text: str) -> None:
    found = holds(b"Content-Type: text/plain\nContent-Transfer-Encoding: %s\n\n%s" % (encoding.encode(), body)).text
    assert found == text


def test_flowed_lines_are_joined() -> None:
    text = holds(b"Content-Type: text/plain; format=flowed\n\nOne \nline.\n  indented\n> quoted \n> too\n-- \nAda").text
    assert text == "One line.\n indented\n> quoted too\n-- \nAda"
    assert holds(b"Content-Type: text/plain; format=flowed; delsp=yes\n\none \nword").text == "oneword"


def test_a_uuencoded_file_is_taken_out_of_the_text() -> None:
    found = holds(b"\nsee this\nbegin 644 cat.txt\n#0V%T\n`\nend\nbye")
    assert found.text == "see this\nbye"
    assert [(each.filename, each.content, each.content_type) for each in found.attachments] == [
        ("cat.txt", b"Cat", "text/plain")
    ]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.doc", "a.doc"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\u200b.txt", "a.txt"),
        ("..", ""),
        (" ", ""),
        ("x" * 300 + ".pdf", "x" * 188 + ".pdf"),
        ("résumé.pdf", "résumé.pdf"),
    ],
)
def test_a_filename_is_harmless(name: str, kept: str) -> None:
    assert harmless(name) == kept


@given(st.text())
def test_any_filename_becomes_harmless(name: str) -> None:
    assert not re.search(r"[\\/\x00-\x1f\u202e]", harmless(name)) and len(harmless(name)) <= 200


def test_deep_and_many_parts_are_told_and_not_followed() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(400))
    found = holds(deep + b"\nlast words")
    assert any("deep" in each for each in found.warnings) and b"last words" in found.attachments[0].content
    assert holds(b"".join([*[b"Content-Type: message/rfc822\n\n"] * 5_000, b"hi"])).text.endswith("hi")
    many = holds(multipart("mixed", *[PLAIN] * 300))
    assert any("200 parts" in each for each in many.warnings) and many.text.count("hello") == 199


def test_a_mail_that_the_standard_library_writes_comes_back() -> None:
    message = EmailMessage()
    message.set_content("Grüße aus Köln\n")
    message.add_alternative("<p>Grüße aus <b>Köln</b></p>", subtype="html")
    message.add_attachment(b"\x00\x01", maintype="application", subtype="zip", filename="Übersicht für Ada.zip")
    found = contents(read_message(message.as_bytes()))
    assert found.text == "Grüße aus Köln" and "<b>Köln</b>" in (found.html or "")
    assert [(each.filename, each.content) for each in found.attachments] == [("Übersicht für Ada.zip", b"\x00\x01")]


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1), st.sampled_from([0, 1, 2]))
def test_no_word_of_a_text_is_lost(words: list[str], form: int) -> None:
    message = EmailMessage()
    message.set_content(" ".join(words), cte=("base64", "quoted-printable", "8bit")[form])
    assert contents(read_message(message.as_bytes())).text.split() == " ".join(words).split()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("a<div>b</div>c", "a\nb\nc"),
        ("<ul><li>a</li><li>b</li></ul><ol><li>c<li>d</ol>", "- a\n- b\n\n1. c\n2. d"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1  2\n3"),
        ("a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e", "a\n\n> b\n> c\n>\n> > d\n\ne"),
        ('<a href="https://x.org/y">here</a>, <a href="http://x.org/">x.org</a>', "here [https://x.org/y], x.org"),
        ('<a href="mailto:a@b.c">a@b.c</a>', "a@b.c"),
        ('<div style="display:none">secret<div>x</div></div>shown', "shown"),
        ("<style>p{}</style><script>x</script><title>t</title><!-- c -->shown", "shown"),
        ("&lt;b&gt; &eacute; &#233; &amp;amp; &nbsp;x", "<b> é é &amp;  x"),
        ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"),
        ('smile <img alt="🙂"><img alt="logo">', "smile 🙂"),
        ("<p>Ada<br>--&nbsp;<br>Sig</p>", "Ada\n-- \nSig"),
        ("&#55357;&#56898; &#xD83D;&#xDE42; a&#0;b&#55357;c &#99999999999;", "🙂 🙂 abc"),
        ("1 < 2 and <ada@x.org> wrote", "1 < 2 and <ada@x.org> wrote"),
    ],
)
def test_html_reads_as_a_person_reads_it(html: str, text: str) -> None:
    assert as_text(html) == text


@pytest.mark.parametrize(
    "piece", ["<div>", "<blockquote>", "<a href=x>y", "<table><tr><td>", "<", "<a x='", "&#9", "<pre>\n"]
)
def test_a_megabyte_of_html_takes_seconds_only(piece: str) -> None:
    begun = time.process_time()
    as_text((piece * 1_000_000)[:1_000_000])
    assert time.process_time() - begun < 12.0
