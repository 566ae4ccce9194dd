"""What a person is told on every page of theirs."""

from __future__ import annotations

from realtime.line import Do, Open

from console.desk.actions import fields, note, viewing
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
