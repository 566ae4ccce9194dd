"""How letters leave over SMTP: once, again after a failure, and with every doubt shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk.acts import Acts
from sqlalchemy import select, update

from bench.servers.mail import World, free_port, world
from cast import Clock, email
from console.config import Settings
from console.desk import tables as t
from console.desk.actions import sending
from console.followers import letter_leaves, runner
from console.followers.letter_leaves import LetterLeaves, letter_team
from console.mail.sender import Sender
from console.mail.transport import SMTP, Temporary, transport
from console.statics import Statics
from console.templating import Templates
from mail.postbox import NEW, POST, Postbox, opened

RHEA, CORA = email("rhea"), email("cora")


@pytest.fixture
def outside() -> Iterator[World]:
    with world() as found:
        yield found


@pytest.fixture
def leaves(postbox: Postbox, outside: World) -> LetterLeaves:
    sender = Sender(POST, "Fjord Help", "https://desk.example", "en")
    templates = Templates(Settings(data=Path("data")), Statics())
    return LetterLeaves(postbox.files, templates, SMTP(outside.address), sender)


@pytest.fixture
def run(acts: Acts, leaves: LetterLeaves) -> Callable[[], None]:
    """Send what is due."""

    def send() -> None:
        while runner.run_due(acts.desk, letter_team(leaves)):
            pass

    return send


def letter(acts: Acts, address: str) -> Any:
    return acts.rows(select(t.letter).where(t.letter.c.address == address).order_by(t.letter.c.id.desc()))[0]


def test_a_letter_arrives_and_is_marked_as_sent(acts: Acts, outside: World, run: Callable[[], None]) -> None:
    acts.replies("ada", "A line.\n.\n.dots stay")
    run()
    (mail,) = outside.to(RHEA)
    assert mail["Message-ID"] == f"<{letter(acts, RHEA).mail_id}>"
    assert letter(acts, RHEA).state == "sent" and b"\n.\n.dots stay" in outside.mails[0][1].replace(b"\r\n", b"\n")


def test_what_is_answered_to_the_farewell_changes_nothing(acts: Acts, outside: World, run: Callable[[], None]) -> None:
    outside.farewell = "500 5.5.1 What?"
    acts.replies("ada")
    run()
    assert (letter(acts, RHEA).state, letter(acts, RHEA).error) == ("sent", None)
    run()
    assert len(outside.to(RHEA)) == 1


def test_a_letter_that_can_not_be_written_is_told_and_can_be_sent_again(
    acts: Acts, outside: World, run: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise KeyError("a mistake")

    acts.replies("ada")
    with monkeypatch.context() as broken:
        broken.setattr(letter_leaves, "render", breaks)
        run()
    assert (letter(acts, RHEA).state, letter(acts, RHEA).error) == ("failed", letter_leaves.UNWRITTEN)
    assert acts.last().kind == "letter_failed"
    acts.desk.run(sending.send_again, letter(acts, RHEA).id, acts.cast["ada"])
    run()
    assert letter(acts, RHEA).state == "sent" and len(outside.to(RHEA)) == 1


def test_one_receiver_who_is_refused_does_not_keep_the_others_waiting(
    acts: Acts, outside: World, run: Callable[[], None]
) -> None:
    outside.refuses = {RHEA: "451 4.7.1 Try again later"}
    acts.replies("ada")
    acts.replies("ada")
    run()
    assert len(outside.to(CORA)) == 2 and not outside.to(RHEA)
    assert letter(acts, RHEA).state == "queued" and "451" in str(acts.rows(select(t.letter.c.error))[0].error)


def test_what_fails_for_now_is_tried_again_later_and_later_and_then_told(
    acts: Acts, outside: World, clock: Clock, run: Callable[[], None]
) -> None:
    outside.refuses = {RHEA: "451 4.7.1 Try again later"}
    acts.replies("ada")
    run()
    for nth, pause in enumerate(letter_leaves.PAUSES, 1):
        assert (letter(acts, RHEA).attempt, letter(acts, RHEA).state) == (nth, "queued")
        clock.pass_(seconds=pause.total_seconds() * 0.7)
        run()
        assert letter(acts, RHEA).attempt == nth, "not before its pause is over"
        clock.pass_(seconds=pause.total_seconds() * 0.6)
        run()
    assert letter(acts, RHEA).state == "failed" and "451" in letter(acts, RHEA).error
    assert (acts.last().kind, acts.last().public_seq) == ("letter_failed", None)
    assert acts.last().message_id == letter(acts, RHEA).message_id


def test_a_receiver_who_does_not_exist_fails_at_once_and_is_told_at_the_message(
    acts: Acts, outside: World, run: Callable[[], None]
) -> None:
    outside.refuses = {RHEA: "550 5.1.1 No such user"}
    acts.replies("ada")
    run()
    assert (letter(acts, RHEA).state, letter(acts, RHEA).error) == ("failed", "550 5.1.1 No such user")
    assert acts.last().facts["address"] == RHEA


def test_a_line_that_breaks_behind_the_data_sends_a_reply_again_under_the_same_id(
    acts: Acts, outside: World, clock: Clock, run: Callable[[], None]
) -> None:
    outside.refuses, outside.drops = {CORA: "550 no"}, 1
    acts.replies("ada")
    run()
    assert letter(acts, RHEA).state == "queued" and "The connection broke" in letter(acts, RHEA).error
    clock.pass_(minutes=2)
    run()
    assert letter(acts, RHEA).state == "sent"
    assert len({mail["Message-ID"] for mail in outside.to(RHEA)}) == 1 and len(outside.to(RHEA)) == 2


def test_a_confirmation_in_doubt_is_not_sent_twice_and_the_doubt_is_shown(
    postbox: Postbox, acts: Acts, outside: World, run: Callable[[], None]
) -> None:
    outside.drops = 1
    opened(postbox)
    run()
    assert letter(acts, NEW).state == "unknown" and acts.last().kind == "letter_failed"
    run()
    assert len(outside.to(NEW)) == 1


def test_a_process_that_dies_while_a_letter_leaves_shows_the_doubt(
    postbox: Postbox, acts: Acts, outside: World, clock: Clock, run: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(postbox)
    acts.replies("ada")

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr(SMTP, "send", die)
        for _ in range(3):
            with pytest.raises(SystemExit):
                run()
    assert {letter(acts, address).state for address in (NEW, RHEA, CORA)} == {"leaving"}
    with acts.desk.database.writing() as connection:  # the lease of the dead process is over
        connection.execute(update(t.errand).values(held_until=acts.desk.clock()))
    clock.pass_(minutes=10)
    run()
    assert letter(acts, NEW).state == "unknown" and not outside.to(NEW)
    assert letter(acts, RHEA).state == "sent" and len(outside.to(RHEA)) == 1


def test_while_the_server_is_away_nothing_is_lost_and_it_is_not_asked_for_each_letter(acts: Acts) -> None:
    moments = iter((0.0, 1.0, 2.0, 40.0, 41.0))
    away = SMTP(f"smtp+plain://127.0.0.1:{free_port()}", clock=lambda: next(moments))
    for expected in ("ConnectionRefusedError", "can’t be reached"):
        with pytest.raises(Temporary, match=expected):
            away.send("a@b.example", RHEA, b"x")
    with pytest.raises(Temporary, match="ConnectionRefusedError"):
        away.send("a@b.example", RHEA, b"x")


def test_a_letter_is_sent_again_when_somebody_wants_it(acts: Acts, outside: World, run: Callable[[], None]) -> None:
    outside.refuses = {RHEA: "550 5.2.1 Disabled"}
    acts.replies("ada")
    run()
    outside.refuses = {}
    acts.desk.run(sending.send_again, letter(acts, RHEA).id, acts.cast["ada"])
    run()
    assert letter(acts, RHEA).state == "sent" and len(outside.to(RHEA)) == 1


def test_without_a_server_letters_are_in_the_outbox(acts: Acts, leaves: LetterLeaves) -> None:
    inside = replace(leaves, transport=transport(""))
    acts.replies("ada", "To be read.")
    while runner.run_due(acts.desk, letter_team(inside)):
        pass
    row = letter(acts, RHEA)
    assert row.state == "sent" and b"To be read." in inside.files.read(row.key)
