"""Colleagues see a draft only while it is shared; they comment on it and take it over, and nobody loses words by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cast import email
from console.desk.errors import DraftMoved, Invalid
from desk.drafts import Desks


def test_only_a_shared_draft_is_seen_and_hiding_it_holds_at_once(desks: Desks) -> None:
    desks.saves("ada", "**Half** a\nsentence", mode="note", people=[email("ben")])
    assert not desks.shared()
    desks.shares("ada")
    seen = desks.shared()["Ada Moreno"]
    assert (seen.mode, seen.people) == ("note", ("Ben Okafor",))
    assert str(seen.html).strip() == "<p><strong>Half</strong> a<br>\nsentence</p>"
    desks.saves("ada", "A whole sentence")
    assert "A whole sentence" in desks.shared()["Ada Moreno"].html
    desks.shares("ada", on=False)
    assert not desks.shared()


def test_an_empty_draft_is_not_shared(desks: Desks) -> None:
    with pytest.raises(Invalid, match="before you share it"):
        desks.shares("ada")
    desks.saves("ada", " \n")
    with pytest.raises(Invalid, match="before you share it"):
        desks.shares("ada")
    assert not desks.shared()


def test_comments_stand_by_the_shared_draft_in_their_order(desks: Desks) -> None:
    desks.saves("ada", "Half a sentence")
    desks.shares("ada")
    desks.comments("ben", "ada", "  Say it shorter ")
    desks.comments("ada", "ada", "Like this?")
    said = desks.shared()["Ada Moreno"].comments
    assert [(each.author.name, each.body) for each in said] == [
        ("Ben Okafor", "Say it shorter"),
        ("Ada Moreno", "Like this?"),
    ]
    assert desks.of("ada").comments == 2


@pytest.mark.parametrize(("body", "says"), [(" \0", "Write something"), ("x" * 2_001, "at most 2000")])
def test_a_comment_says_something_and_not_too_much(desks: Desks, body: str, says: str) -> None:
    desks.saves("ada", "Half a sentence")
    desks.shares("ada")
    with pytest.raises(Invalid, match=says):
        desks.comments("ben", "ada", body)
    assert not desks.shared()["Ada Moreno"].comments


def test_what_is_not_shared_can_neither_be_commented_on_nor_taken(desks: Desks) -> None:
    desks.saves("ada", "Half a sentence")
    refused: tuple[Callable[[], None], ...] = (
        lambda: desks.comments("ben", "ada", "Good"),
        lambda: desks.takes("ben", "ada"),
    )
    for act in refused:
        with pytest.raises(Invalid, match="not shared any more"):
            act()
    assert (desks.of("ada").body, desks.of("ben").body) == ("Half a sentence", "")


def test_a_new_text_does_not_inherit_the_comments_of_one_that_was_discarded(desks: Desks) -> None:
    desks.saves("ada", "Half a sentence")
    desks.shares("ada")
    desks.comments("ben", "ada", "Good")
    desks.discards("ada")
    desks.saves("ada", "Something else")
    desks.shares("ada")
    assert not desks.shared()["Ada Moreno"].comments


def test_who_takes_a_draft_over_has_it_before_their_own_text_and_both_can_go_back(desks: Desks) -> None:
    desks.saves("ada", "Theirs\n", people=[email("cora")])
    desks.saves("ben", "Mine", people=[email("lea")])
    desks.shares("ada")
    desks.takes("ben", "ada")
    taken, left = desks.of("ben"), desks.of("ada")
    assert (taken.body, taken.shared) == ("Theirs\n\nMine", False)
    assert [each.value for each in taken.people] == [email("cora"), email("lea")]
    assert (left.body, left.shared, left.discarded, left.taken_by) == ("", False, True, "Ben Okafor")
    with pytest.raises(DraftMoved):
        desks.saves("ada", "Theirs, typed on", 1)
    desks.restores("ada")
    desks.restores("ben")
    assert (desks.of("ada").body, desks.of("ben").body) == ("Theirs\n", "Mine")


@pytest.mark.parametrize(("theirs", "mine"), [("note", "reply"), ("reply", "note")])
def test_where_a_note_and_a_reply_meet_they_are_a_note(desks: Desks, theirs: str, mine: str) -> None:
    desks.saves("ada", "One", mode=theirs, people=[email("cora" if theirs == "reply" else "tess")])
    desks.saves("ben", "Two", mode=mine, people=[email("cora" if mine == "reply" else "tess")])
    desks.shares("ada")
    desks.takes("ben", "ada")
    found = desks.of("ben")
    assert (found.mode, [each.value for each in found.people]) == ("note", [email("tess")])


def test_a_draft_taken_by_somebody_without_one_stays_what_it_was(desks: Desks) -> None:
    desks.saves("ada", " As it was\n", mode="note")
    desks.shares("ada")
    desks.takes("ben", "ada")
    assert (desks.of("ben").body, desks.of("ben").mode, desks.of("ben").discarded) == (" As it was\n", "note", False)
    with pytest.raises(Invalid, match="yours already"):
        desks.takes("ben", "ben")


def test_a_draft_with_a_comment_hidden_by_its_author_is_not_counted_for_others(desks: Desks) -> None:
    desks.saves("ada", "One")
    desks.saves("ben", "Two")
    desks.shares("ada")
    desks.shares("ben")
    desks.comments("ben", "ada", "Good")
    desks.shares("ada", on=False)
    assert list(desks.shared()) == ["Ben Okafor"]
    assert not desks.shared()["Ben Okafor"].comments
