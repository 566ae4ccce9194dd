"""Notices in prose: where the server's words end, what they say and whom they mean."""

from __future__ import annotations

import pytest

from console.mail.bounce_words import SUBJECT, TRANSIENT, notice, phrase
from console.mail.failed_addresses import failed_addresses, returned_to

OWN = {"desk@desk.example", "mailer-daemon@mx.example"}


@pytest.mark.parametrize(
    "marker",
    (
        "--- Below this line is a copy of the message.",
        "------ This is a copy of the message, including all the headers. ------",
        "   ----- Unsent message follows -----",
        "------- Returned Message --------",
        "Received: from mx.example",
    ),
)
def test_the_mail_that_is_sent_back_is_no_part_of_the_notice(marker: str) -> None:
    assert notice(f"Sorry.\n\n{marker}\nTo: cleo@gone.example").strip() == "Sorry."


def test_a_notice_that_opens_with_such_a_line_stays_whole() -> None:
    assert "ben@gone.example" in notice("Original message\nben@gone.example")


@pytest.mark.parametrize(
    "text",
    (
        "Your message\ncould not be delivered",
        "I wasn't able to deliver your message",
        "No se pudo entregar el mensaje",
        "Die Nachricht konnte nicht zugestellt werden",
        "Votre message n'a pas pu être remis",
        "Não foi possível entregar",
        "メールを配信できませんでした",
        "<<< 550 unknown user",
    ),
)
def test_words_of_failure_are_known_in_many_languages_and_over_line_ends(text: str) -> None:
    assert phrase(text)


@pytest.mark.parametrize("text", ("", "Our printer burns.", "Please deliver two chairs.", "Wann wird geliefert?"))
def test_other_words_are_none(text: str) -> None:
    assert phrase(text) is None


@pytest.mark.parametrize(
    "subject", ("Re: failure notice", "Fwd: Undeliverable: x", "Printer undeliverable", "My returned mail")
)
def test_a_subject_counts_from_its_start(subject: str) -> None:
    assert SUBJECT.match(subject) is None


def test_a_server_that_still_tries_says_so() -> None:
    assert TRANSIENT.search("has not yet been delivered")
    assert TRANSIENT.search("could not be delivered") is None


@pytest.mark.parametrize(
    "line",
    (
        "<ben@gone.example>:",
        "    ben@gone.example",
        '"ben@gone.example":',
        "550 5.1.1 <ben@gone.example>... User unknown",
        "RCPT TO:<ben@gone.example>",
        "Recipient: [SMTP:ben@gone.example]",
        "Failed to deliver to 'ben@gone.example'",
        "Unknown user: BEN@gone.example",
        "mailto:ben@gone.example",
    ),
)
def test_the_failed_address_is_found_beside_others(line: str) -> None:
    text = f"This is mx.example. For help write to postmaster@mx.example.\nFrom: desk@desk.example\n\n{line}\n"
    assert failed_addresses(text, OWN) == ("ben@gone.example",)


def test_several_failed_addresses_come_in_their_order() -> None:
    assert failed_addresses("<b@gone.example>: no\n<a@gone.example>: no", OWN) == ("b@gone.example", "a@gone.example")


def test_the_sender_is_named_only_if_nobody_else_is() -> None:
    assert failed_addresses("<desk@desk.example>: no", OWN) == ("desk@desk.example",)
    assert failed_addresses("<desk@desk.example>: no\n<a@gone.example>: no", OWN) == ("a@gone.example",)


def test_a_return_address_may_hold_the_recipient() -> None:
    assert returned_to("bounces+ben=gone.example@desk.example") == "ben@gone.example"
    assert returned_to("desk@desk.example") is None
