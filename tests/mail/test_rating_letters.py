"""The letter that says resolved asks its requester how it was."""

from __future__ import annotations

import re

import pytest
from desk.acts import Acts
from sqlalchemy import update

from cast import Clock
from cast import email as address_of
from console.desk import tables as t
from console.desk.actions import wordings
from console.desk.actions.switching import switch
from console.followers.letter_leaves import LetterLeaves
from mail.test_letters import html, send_all, text

WAYS = re.compile(r"/view/1/\d+/[a-z2-7]+\?rating=(good|bad)")


@pytest.mark.parametrize(
    ("language", "words"),
    (
        ("en", ("How was it?", "Good: ", "Bad: ")),
        ("es", ("¿Qué tal fue?", "Bien: ", "Mal: ")),
        ("pt", ("Como foi?", "Bom: ", "Ruim: ")),
    ),
)
def test_the_requester_is_asked_in_their_language_and_nobody_else(
    acts: Acts, leaves: LetterLeaves, clock: Clock, language: str, words: tuple[str, ...]
) -> None:
    with acts.desk.database.writing() as connection:
        connection.execute(update(t.person).where(t.person.c.email == address_of("rhea")).values(language=language))
    acts.replies("ada", "Solved.", status="resolved")
    sent = send_all(acts, leaves, clock)
    mail, copied = sent["resolved", address_of("rhea")], sent["resolved", address_of("cora")]
    for body in (text(mail), html(mail)):
        assert WAYS.findall(body) == ["good", "bad"] and words[0] in body
    assert all(each in text(mail) for each in words)
    assert not WAYS.findall(text(copied) + html(copied)) and "How was it?" not in text(copied)


def test_nobody_is_asked_when_it_is_switched_off_or_reopened_meanwhile(
    acts: Acts, leaves: LetterLeaves, clock: Clock
) -> None:
    acts.desk.run(switch, acts.cast["root"], name="ratings", on=False)
    acts.sets("ada", "status", "resolved")
    assert not WAYS.findall(text(send_all(acts, leaves, clock)["resolved", address_of("rhea")]))
    acts.desk.run(switch, acts.cast["root"], name="ratings", on=True)
    acts.sets("ada", "status", "open")
    acts.sets("ada", "status", "resolved")
    acts.sets("ada", "status", "open")
    assert not WAYS.findall(text(send_all(acts, leaves, clock)["resolved", address_of("rhea")]))


def test_it_is_asked_again_after_another_resolution(acts: Acts, leaves: LetterLeaves, clock: Clock) -> None:
    for _ in range(2):
        acts.sets("ada", "status", "resolved")
        mail = send_all(acts, leaves, clock)["resolved", address_of("rhea")]
        assert WAYS.findall(text(mail)) == ["good", "bad"]
        acts.rates("good")
        acts.sets("ada", "status", "open")


def test_an_admins_own_words_ask_where_they_say_so(acts: Acts, leaves: LetterLeaves, clock: Clock) -> None:
    for body, ways in (("Done.\n\n{link}", []), ("{rating}\n\nDone.", ["good", "bad"])):
        words = {"subject": "[#{number}]", "body": body}
        acts.desk.run(wordings.set_words, acts.cast["root"], kind="resolved", language="en", words=words)
        acts.sets("ada", "status", "resolved")
        assert WAYS.findall(text(send_all(acts, leaves, clock)["resolved", address_of("rhea")])) == ways
        acts.sets("ada", "status", "open")
