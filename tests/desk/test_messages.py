"""What can be said: limits, characters, people copied."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cast import email
from console.desk import conversation
from console.desk import tables as t
from console.desk.actions.reply import post_reply
from console.desk.errors import Invalid
from console.desk.message import COMMENT_LIMIT, Draft
from desk.acts import Acts, a_file


def body(acts: Acts) -> str:
    return str(acts.rows(select(t.message.c.body).order_by(t.message.c.id.desc()))[0].body)


@pytest.mark.parametrize("act", ("replies", "notes", "asks", "opens"))
def test_a_message_of_64000_characters_is_taken_and_one_more_is_refused(act: str, acts: Acts) -> None:
    who = "rhea" if act in ("asks", "opens") else "ada"
    getattr(acts, act)(who, "é" * COMMENT_LIMIT)
    assert len(body(acts)) == 64_000 == COMMENT_LIMIT
    before = acts.log()
    with pytest.raises(Invalid, match="64001 characters; at most 64000") as refused:
        getattr(acts, act)(who, "é" * 64_001)
    assert refused.value.field == "body" and acts.log() == before


def test_white_space_around_a_message_does_not_count(acts: Acts) -> None:
    acts.replies("ada", " \n" + "x" * 64_000 + "\n\n ")
    assert body(acts) == "x" * 64_000


@pytest.mark.parametrize("nothing", ("", " \n\t ", "\0", "\r\n"))
def test_a_message_without_a_word_is_refused_unless_it_has_a_file(nothing: str, acts: Acts) -> None:
    with pytest.raises(Invalid, match="Write something"):
        acts.replies("ada", nothing)
    acts.replies("ada", nothing, [a_file()])
    assert body(acts) == ""


def test_nul_and_foreign_line_ends_are_put_right(acts: Acts) -> None:
    acts.replies("ada", "a\0b\r\nc\rd")
    assert body(acts) == "ab\nc\rd"


def test_every_other_character_survives(acts: Acts) -> None:
    text = "ñ 漢 🖨️ e\u0301 \u202e right \u200b \x1b[31m < & \" '"
    acts.replies("ada", text)
    assert body(acts) == text


def test_a_subject_has_1_to_250_characters(acts: Acts) -> None:
    acts.opens("rhea", subject="  two \n words\0 ")
    assert acts.row(select(t.ticket.c.subject).where(t.ticket.c.number == 2)).subject == "two words"
    acts.opens("rhea", subject="s" * 250)
    for subject in ("", " \0 ", "s" * 251):
        with pytest.raises(Invalid) as refused:
            acts.opens("rhea", subject=subject)
        assert refused.value.field == "subject"


def test_those_copied_take_part_and_an_unknown_address_is_refused(acts: Acts) -> None:
    acts.replies("ada", cc=[f" {email('mallory').upper()} ", email("mallory"), email("rhea"), email("cora")])
    there = {row.person_id for row in acts.rows(select(t.participant))}
    assert there == {acts.cast["cora"].id, acts.cast["mallory"].id}
    (said,) = acts.read(conversation.entries, [acts.last()])
    assert said.message and [who.name for who in said.message.cc] == [
        "Cora Lindqvist",
        "Mallory Gray",
        "Rhea Lindqvist",
    ]
    with pytest.raises(Invalid, match="Nobody here has the address") as refused:
        acts.replies("ada", cc=["x@y.example"])
    assert refused.value.field == "cc"


def test_a_requester_copies_nobody_and_sets_no_status(acts: Acts) -> None:
    with pytest.raises(Invalid) as refused:
        acts.asks("rhea", cc=[email("mallory")])
    assert refused.value.field == "cc"
    acts.asks("rhea", status="closed")
    assert {row.person_id for row in acts.rows(select(t.participant))} == {acts.cast["cora"].id}
    assert acts.row(select(t.ticket)).status == "open"


def test_what_the_author_had_seen_and_where_it_came_from_is_kept(acts: Acts) -> None:
    draft = Draft("From a program.", source="api", seen=2)
    acts.desk.run(post_reply, 1, acts.cast["ada"], draft=draft, audience="staff", command_id="k")
    row = acts.rows(select(t.message).order_by(t.message.c.id.desc()))[0]
    assert (row.source, row.seen, row.command_id, row.state) == ("api", 2, "k", "sent")


def test_the_log_never_holds_what_was_said(acts: Acts) -> None:
    for act in (acts.replies, acts.notes):
        act("ada", "unmistakable words", [a_file("unmistakable.png")])
    acts.asks("rhea", "unmistakable words")
    assert "unmistakable" not in str(acts.log())
    assert "unmistakable" in body(acts)
