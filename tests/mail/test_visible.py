"""What a person newly wrote in a mail: the corpus, and what holds for any text."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.replies import SETS, corpus, fresh, measure
from console.mail.visible import split

MEGABYTE = 1_000_000
SECONDS = 9.0  # of processor: about three times what the slowest takes

LINES = st.sampled_from(
    [
        "",
        "> quoted",
        ">> deeper",
        "text",
        "-- ",
        "--",
        "____",
        "On May 3, 2019, at 10:12 AM, Ada <a@b.org> wrote:",
        "El 3 may 2019 10:12, Ada",
        "<a@b.org> escribió:",
        "From: Ada <a@b.org>",
        "Sent: Friday",
        "To: Ben",
        "Subject: x",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "Sent from my iPhone",
        "plans mailing list",
        "This e-mail is confidential and intended for the recipient.",
        "see my answers below in red",
        "Kind regards,",
        "Ada Lee",
        "Tel. 600 11 22 33 | ada@b.org",
        "[cid:logo.png@01]",
        ">>> Ada <a@b.org> 10:12 >>>",
    ]
)
TAGS = st.sampled_from(
    [
        "<div>",
        "</div>",
        "<blockquote type=cite>",
        "</blockquote>",
        '<div class="gmail_quote">',
        "<hr id=stopSpelling>",
        "<",
        ">",
        "<!--",
        "<style>",
        "&amp",
        "quoted",
        "text",
        '<div class="gmail_signature">',
        '<div id="Signature">Ada',
        "Ada wrote:",
    ]
)


def words(*texts: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", " ".join(texts)))


def test_the_corpus_is_read_as_well_as_promised() -> None:
    replies = corpus()
    assert len(replies) >= 120
    it = measure(replies)
    assert it.exact >= 85 and it.f1 >= 95 and it.kept >= 99.5 and it.clean >= 94, it


@pytest.mark.parametrize("name", SETS)
def test_mails_that_were_new_to_the_code_are_read_as_well_as_promised(name: str) -> None:
    it = measure(fresh(name))
    assert it.exact >= 85 and it.f1 >= 95 and it.kept >= 99.5 and it.clean >= 94, it


@pytest.mark.parametrize("language", sorted({each.language for each in corpus()}))
def test_no_language_loses_words(language: str) -> None:
    it = measure(each for each in corpus() if each.language == language)
    assert it.kept >= 99.5, it


@given(st.lists(LINES, max_size=30), st.none() | st.lists(TAGS, max_size=30).map("".join))
def test_no_word_of_the_text_is_lost(lines: list[str], html: str | None) -> None:
    text = "\n".join(lines)
    found = split(text, html)
    assert words(found.reply, found.quoted, found.signature) == words(text)


@given(st.text(), st.none() | st.text())
def test_any_text_is_split_without_a_word_lost(text: str, html: str | None) -> None:
    found = split(text, html)
    assert words(found.reply, found.quoted, found.signature) == words(text)


def test_answers_between_quotes_stay_with_what_they_answer() -> None:
    text = "On 3/5/2019 10:12, Ada wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.\n\n> The end."
    assert split(text, None).reply == text.removesuffix("\n\n> The end.")
    assert split(text, None).quoted == "> The end."


def test_an_answer_below_the_quote_is_the_reply() -> None:
    found = split("On 3/5/2019 10:12, Ada wrote:\n> One?\n> Two?\n\nYes to both.", None)
    assert found.reply == "Yes to both."


def test_a_phone_signs_and_the_person_does_not() -> None:
    found = split("De acuerdo.\n\nEnviado desde mi iPhone\n", None)
    assert (found.reply, found.signature) == ("De acuerdo.", "Enviado desde mi iPhone")


CONTACT = "Ada Lee\nHead of Works\nLee & Daughters Ltd.\nTel. +44 113 496 0000\nwww.lee.example"


def test_a_company_signs_below_the_closing_words() -> None:
    for closing in ("Kind regards,", "Un cordial saludo", "Atenciosamente,", "Thanks,\nAda"):
        found = split(f"It works.\n\n{closing}\n\n{CONTACT}\n", None)
        assert (found.reply, found.signature) == (f"It works.\n\n{closing}", CONTACT)


@pytest.mark.parametrize(
    "text",
    [
        f"Send it to:\n\n{CONTACT}",  # no closing words: it may be what was asked for
        "It works.\n\nThanks,\n\nAda Lee\nTel. +44 113 496 0000",  # one kind of contact
        "I moved.\n\nRegards,\nAda\n\nMy new number: +44 113 496 0000\nMy address: 5 Mill Road, York YO1 1AA",
        "Come.\n\nThanks\n\nAnn Lee, 0113 496 0001, ann@lee.example\nBo Park, 0113 496 0002, bo@lee.example",
        "Come.\n\nThanks\n\nAnn Lee\nCall me on 0113 496 0001\nann@lee.example",
        "Come.\n\nThanks\n\nAnn Lee\nann@lee.example\n0113 496 0001\nShall I ring her?",
    ],
)
def test_what_only_looks_like_a_company_s_signature_is_the_person_s(text: str) -> None:
    found = split(text, None)
    assert (found.reply, found.signature) == (text, "")


def test_a_signature_where_outlook_puts_it_is_one_unless_the_person_wrote_there() -> None:
    html = "<div>It works.</div><div id='Signature'><div>{}</div></div><div id='divRplyFwdMsg'>From: Desk</div>"
    signed = split("It works.\nAda Lee\nFrom: Desk", html.format("Ada Lee"))
    assert (signed.reply, signed.signature) == ("It works.", "Ada Lee")
    wrote = split("It works.\nbut not on Fridays.\nFrom: Desk", html.format("but not on Fridays."))
    assert (wrote.reply, wrote.signature) == ("It works.\nbut not on Fridays.", "")


def test_a_person_tells_of_others_words_and_headers() -> None:
    quote = "\n\nFrom: Desk <d@f.com>\nSent: Friday 10:00\nTo: b@c.org\nSubject: Re: x\n\nold"
    for text in (
        'On 10/11/2024 at 10:30 your engineer wrote to me:\n"At nine."\nNobody came.',
        "El 10/11/2024 Luis escribió:\nvoy a las nueve.\nNo vino.",
        "Every hour I get:\n\nFrom: a@b.org\nTo: c@d.org\nSubject: disk full\n\nPlease stop it.",
    ):
        assert split(f"Hello,\n\n{text}{quote}", None).reply == f"Hello,\n\n{text}"


def test_a_forwarded_mail_is_seen_when_there_is_nothing_else() -> None:
    forwarded = "---------- Forwarded message ---------\nFrom: X <x@y.org>\nSubject: Help\n\nIt broke."
    assert split(forwarded, None).reply == forwarded
    assert split(f"See below.\n\n{forwarded}", None).reply == "See below."


def test_an_answer_without_a_word_is_empty() -> None:
    found = split("On 3/5/2019 10:12, Ada wrote:\n> One?\n> Two?", None)
    assert (found.reply, found.signature) == ("", "")


HOSTILE = ["> a\n", ">", "On 3 May 2019 at 10:00\n", "wrote:\n", "From: a@b\n", "From: a\nTo: b\n\n", "--\n", "____\n"]
HOSTILE += ["\n", "\r", " ", "> a\nb\n", "Sent from my \n", "a 10:00 2019 x@y:\n", "_____________\n", "- " * 60 + "\n"]
HOSTILE += [
    "aaa. bbb " * 50 + ":\n",
    "\n\nthe information ",
    "inline in red answers ",
    "From: " + "Sent: " * 200 + "\n",
]


@pytest.mark.full
@pytest.mark.parametrize("shape", HOSTILE, ids=range(len(HOSTILE)))
def test_a_megabyte_of_hostile_lines_takes_seconds(shape: str) -> None:
    started = time.process_time()
    split(shape * (MEGABYTE // len(shape)), None)
    assert time.process_time() - started < SECONDS


MARKUP = ["<", "<a ", "<div>", "</div>", "<blockquote type=cite>", "<div class='gmail_quote'>", "<style>", "<!--", "&#"]
MARKUP += ["<script>a</script", "<blockquote type=cite>a</blockquote>b", '<a class="' + "quot " * 300 + '">']


@pytest.mark.full
@pytest.mark.parametrize("shape", MARKUP, ids=range(len(MARKUP)))
def test_a_megabyte_of_hostile_markup_takes_seconds(shape: str) -> None:
    started = time.process_time()
    split("zq\n" * 100_000, shape * (MEGABYTE // len(shape)))
    assert time.process_time() - started < SECONDS
