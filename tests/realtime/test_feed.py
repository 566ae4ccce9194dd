"""From the log to the sockets: rendered once, in order, and stopped by a hole."""

from __future__ import annotations

import logging
from secrets import token_hex

import pytest
from realtime.line import PATIENCE, Do, Open
from sqlalchemy import update

from console.desk.actions import fields, note, reply
from console.desk.message import Draft
from console.desk.tables import log_head
from world import World, http


def test_an_event_is_rendered_once_for_each_audience_and_language_whatever_the_number_of_viewers(
    world: World, do: Do, line: Open
) -> None:
    lines = [line(name, language=language) for name in ("ada", "ben", "tess", "lea") for language in ("en", "es")]
    lines += [line(name, "/portal", language="pt") for name in ("rhea", "cora", "rhea")]
    for each in lines:
        assert each.join("ticket:1")["ok"]
    before = world.console.house.renderer.rendered
    do(reply.post_reply, 1, world.cast["ada"], draft=Draft("hello"), audience="staff")
    assert {each.next("event")["kind"] for each in lines} == {"replied"}
    assert world.console.house.renderer.rendered - before == 3


def test_nothing_is_rendered_for_tickets_that_nobody_looks_at(world: World, do: Do, line: Open) -> None:
    ada = line("ada")
    ada.join("me")
    before = world.console.house.renderer.rendered
    do(note.write_note, 1, world.cast["ben"], draft=Draft("@Ada Moreno look"))
    ada.next("notice")
    assert world.console.house.renderer.rendered == before


def test_each_language_gets_its_own_words(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada", language="es"), line("ben", language="pt")
    for each in (ada, ben):
        each.join("ticket:1")
    do(fields.set_field, 1, world.cast["lea"], field="status", value="resolved")
    assert ada.next("event")["ops"] != ben.next("event")["ops"]


def test_an_event_over_16_kib_tells_the_page_to_pull(world: World, do: Do, line: Open) -> None:
    ada = line("ada")
    ada.join("ticket:1")
    do(note.write_note, 1, world.cast["ben"], draft=Draft("word " * 6_000))
    assert ada.next("event") == {"channel": "ticket:1", "seq": 3, "kind": "noted", "pull": True, "say": None}


def test_an_event_that_cannot_be_rendered_tells_the_page_to_pull_and_the_feed_goes_on(
    world: World, do: Do, line: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ada = line("ada")
    ada.join("ticket:1")

    secret = token_hex(16)

    def broken(*_: object) -> None:
        raise KeyError(secret)

    with monkeypatch.context() as patch:
        patch.setattr(world.console.house.renderer, "event", broken)
        do(note.write_note, 1, world.cast["ben"], draft=Draft(secret))
        assert ada.next("event")["pull"] is True
    do(note.write_note, 1, world.cast["ben"], draft=Draft("fine"))
    assert "ops" in ada.next("event")
    assert "activity 3 (noted, staff) of ticket 1: KeyError" in caplog.text and "at broken (" in caplog.text
    assert secret not in caplog.text


def test_a_change_by_another_process_is_shown_without_a_wake_up(world: World, line: Open) -> None:
    ada = line("ada")
    ada.join("ticket:1")
    world.desk.run(note.write_note, 1, world.cast["ben"], draft=Draft("from the command line"))
    assert ada.read(1.5)[1]["seq"] == 3


def test_a_hole_in_the_log_stops_the_feed_and_never_passes_in_silence(
    world: World, do: Do, line: Open, caplog: pytest.LogCaptureFixture
) -> None:
    ada = line("ada")
    ada.join("ticket:1")
    with http(base_url=world.url, timeout=PATIENCE) as client:
        assert client.get("/readyz").status_code == 200
        with world.desk.database.writing() as connection:
            connection.execute(update(log_head).values(n=log_head.c.n + 1))
        do(note.write_note, 1, world.cast["ben"], draft=Draft("behind the hole"))
        assert ada.ended() == 1012
        assert client.get("/readyz").status_code == 503
    assert [each.levelno for each in caplog.records if each.name == "console.realtime.feed"] == [logging.CRITICAL]


def test_the_heads_are_told_to_every_room(world: World, do: Do, line: Open) -> None:
    ada, rhea = line("ada"), line("rhea", "/portal")
    joined = ada.join("ticket:1")
    rhea.join("ticket:1")
    do(note.write_note, 1, world.cast["ben"], draft=Draft("internal"))
    assert ada.next("event")["seq"] == 3
    assert ada.next("head") == {"channel": "ticket:1", "epoch": joined["epoch"], "seq": 3}
    assert rhea.next("head") == {"channel": "ticket:1", "epoch": joined["epoch"], "seq": 2}


@pytest.fixture
def world(serve, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> World:  # type: ignore[no-untyped-def]
    """The heads are told often where a test waits for them, and never elsewhere."""
    monkeypatch.setattr("console.realtime.server.HEAD_EVERY", 1.0 if "heads" in request.node.name else 3_600.0)
    served: World = serve()
    return served
