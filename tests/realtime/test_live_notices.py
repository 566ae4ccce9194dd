"""What a person is told on every page of theirs."""

from __future__ import annotations

import pytest
from realtime.line import Do, Open

from console.desk.actions import fields, following, note, reply, viewing
from console.desk.message import Draft
from world import World


def test_who_is_called_in_a_note_is_told_in_their_language(world: World, do: Do, line: Open) -> None:
    english, spanish = line("ben"), line("ben", language="es")
    for each in (english, spanish):
        each.join("me")
    do(note.write_note, 1, world.cast["ada"], draft=Draft("@Ben Okafor can you?"))
    notice = english.next("notice")
    assert notice == {
        "id": notice["id"],
        "kind": "noted",
        "ticket": 1,
        "text": "Ada Moreno mentioned you in #1: Blank pages",
        "unread": 1,
    }
    translated = spanish.next("notice")
    assert translated == notice | {"text": "Ada Moreno te mencionó en #1: Blank pages"}


def test_who_is_assigned_is_told_and_reading_is_told_as_well(world: World, do: Do, line: Open) -> None:
    ben = line("ben")
    ben.join("me")
    do(fields.set_field, 1, world.cast["lea"], field="technician", value=str(world.cast["ben"].id))
    notice = ben.next("notice")
    assert (notice["kind"], notice["unread"]) == ("assigned", 1)
    assert notice["text"] == "Lea Brandt assigned #1 to you: Blank pages"
    do(viewing.read_notifications, world.cast["ben"])
    assert ben.next("notice") == {"id": None, "kind": "read", "ticket": None, "text": None, "unread": 0}


def test_nobody_else_is_told(world: World, do: Do, line: Open) -> None:
    ada, ben, tess = line("ada"), line("ben"), line("tess")
    for each in (ada, ben, tess):
        each.join("me")
    do(note.write_note, 1, world.cast["ada"], draft=Draft("@Ben Okafor"))
    do(note.write_note, 1, world.cast["ada"], draft=Draft("@Tess Quint"))
    do(note.write_note, 1, world.cast["ben"], draft=Draft("@Ada Moreno"))
    assert ben.next("notice")["unread"] == 1
    assert tess.next("notice")["unread"] == 1
    assert ada.next("notice")["text"] == "Ben Okafor mentioned you in #1: Blank pages"


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            (
                "Ada Moreno replied in #1: Blank pages",
                "Rhea Lindqvist wrote in #1: Blank pages",
                "Ada Moreno wrote an internal note in #1: Blank pages",
                "Ada Moreno changed the status of #1: Blank pages",
            ),
        ),
        (
            "es",
            (
                "Ada Moreno respondió en #1: Blank pages",
                "Rhea Lindqvist escribió en #1: Blank pages",
                "Ada Moreno escribió una nota interna en #1: Blank pages",
                "Ada Moreno cambió el estado de #1: Blank pages",
            ),
        ),
        (
            "pt",
            (
                "Ada Moreno respondeu em #1: Blank pages",
                "Rhea Lindqvist escreveu em #1: Blank pages",
                "Ada Moreno escreveu uma nota interna em #1: Blank pages",
                "Ada Moreno mudou o status de #1: Blank pages",
            ),
        ),
    ],
)
def test_a_follower_is_told_in_their_language(
    language: str, sentences: tuple[str, ...], world: World, do: Do, line: Open
) -> None:
    cast = world.cast
    do(following.set_following, 1, cast["lea"], on=True)
    lea = line("lea", language=language)
    lea.join("me")
    do(reply.post_reply, 1, cast["ada"], draft=Draft("x"), audience="staff")
    do(reply.post_reply, 1, cast["rhea"], draft=Draft("x"), audience="public")
    do(note.write_note, 1, cast["ada"], draft=Draft("x"))
    do(fields.set_field, 1, cast["ada"], field="status", value="pending")
    assert tuple(lea.next("notice")["text"] for _ in sentences) == sentences


def test_a_colleagues_answer_settles_the_bell_of_everybody_who_was_told(world: World, do: Do, line: Open) -> None:
    cast = world.cast
    do(fields.set_field, 1, cast["ben"], field="technician", value=str(cast["ben"].id))
    ben, again = line("ben"), line("ben")
    for each in (ben, again):
        each.join("me")
    do(reply.post_reply, 1, cast["rhea"], draft=Draft("x"), audience="public")
    for each in (ben, again):
        assert each.next("notice")["kind"] == "requester_replied"
    do(reply.post_reply, 1, cast["ada"], draft=Draft("x"), audience="staff")
    for each in (ben, again):
        assert each.next("notice") == {"id": None, "kind": "read", "ticket": 1, "text": None, "unread": 0}


def test_a_look_is_told_to_ones_own_pages_and_to_nobody_elses(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("me")
    do(viewing.look_on, 1, world.cast["ada"], seen=2)
    assert ada.next("notice") == {"id": None, "kind": "looked", "ticket": 1, "text": None, "unread": 0}
    do(viewing.look_on, 1, world.cast["ben"], seen=2)
    assert ben.next("notice")["kind"] == "looked", "the first that ben hears of is his own"
