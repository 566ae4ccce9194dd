"""Mailboxes read over IMAP: every mail once, live, whatever breaks on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from desk.acts import Acts
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from bench.servers.mail import Mailboxes, mailboxes, wait_until
from cast import Clock
from console.desk import tables as t
from console.desk.actions import keeping_mail
from console.desk.actions import mailboxes as noting
from console.desk.mailbox import HELD_FOR
from console.mail import mailbox
from console.mail.apart import Unreadable
from console.mail.incoming import Intake
from console.mail.intaking import LEFT_ALONE, file_leftovers
from console.mail.mailbox import Mailbox
from console.mail.parsed import Parsed
from console.mail.places import place
from mail.postbox import NEW, Here, Postbox, write
from mail.reading import reader, states, watching
from world import World


@pytest.fixture(scope="module")
def served() -> Iterator[Mailboxes]:
    with mailboxes() as found:
        yield found


def test_a_round_takes_in_every_mail_once(fresh: Mailboxes, postbox: Postbox, acts: Acts) -> None:
    for nth in range(3):
        fresh.deliver(write(NEW, f"Mail {nth}"))
    box = reader(postbox, fresh)
    assert box.fetch() == 3 and box.fetch() == 0
    fresh.deliver(write(NEW, "One more"))
    assert reader(postbox, fresh).fetch() == 1
    assert states(acts) == [("filed", None)] * 4
    row = acts.row(select(t.mailbox))
    assert row.name == "support@desk.example@127.0.0.1/INBOX" and row.read_at is not None and row.error is None


def test_a_mail_that_comes_is_taken_in_at_once(fresh: Mailboxes, postbox: Postbox, acts: Acts) -> None:
    with watching(reader(postbox, fresh)):
        wait_until(lambda: acts.rows(select(t.mailbox).where(t.mailbox.c.read_at.is_not(None))))
        fresh.deliver(write(NEW, "Now"))
        wait_until(lambda: states(acts) == [("filed", None)], mailbox.IDLE_SECONDS / 2)


def test_a_crash_between_keeping_and_flagging_makes_no_second_message(
    fresh: Mailboxes, postbox: Postbox, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.deliver(write(NEW))
    with monkeypatch.context() as broken:
        broken.setattr(noting, "reached", _crash)
        with pytest.raises(SystemExit):
            reader(postbox, fresh).fetch()
    with monkeypatch.context() as broken:
        broken.setattr(Intake, "file", _crash)
        with pytest.raises(SystemExit):
            reader(postbox, fresh).fetch()
    assert reader(postbox, fresh).fetch() == 1
    assert states(acts) == [("filed", None)] and len(list(postbox.files.folder.glob("*/*"))) == 1


def test_another_uidvalidity_reads_all_again_and_doubles_nothing(
    fresh: Mailboxes, postbox: Postbox, acts: Acts
) -> None:
    fresh.deliver(write(NEW))
    reader(postbox, fresh).fetch()
    postbox.desk.run(noting.reached, place(fresh.address).name, 1, 999)
    with acts.desk.database.writing() as connection:  # as if it had come under that validity
        connection.execute(update(t.inbound).values(uidvalidity=1))
    assert reader(postbox, fresh).fetch() == 1
    assert states(acts) == [("filed", None), ("ignored", "duplicate")]


def test_a_server_that_stops_lets_go_of_its_mailbox_at_once(
    fresh: Mailboxes, serve: Callable[..., World], acts: Acts
) -> None:
    world = serve(mail_imap=fresh.address)
    wait_until(lambda: acts.rows(select(t.mailbox).where(t.mailbox.c.read_at.is_not(None))))
    assert acts.row(select(t.mailbox)).holder is not None
    world.stop()
    assert not world.thread.is_alive() and acts.row(select(t.mailbox)).holder is None


def test_one_process_reads_a_mailbox_and_another_takes_over(served: Mailboxes, postbox: Postbox, clock: Clock) -> None:
    name = place(served.address).name
    assert postbox.desk.run(noting.take, name, "one").made == 1
    assert postbox.desk.run(noting.take, name, "two").made == 0
    assert postbox.desk.run(noting.take, name, "one").made == 1
    clock.pass_(seconds=HELD_FOR.total_seconds() + 1)
    assert postbox.desk.run(noting.take, name, "two").made == 1


class Breaks(Here):
    """A parser that one mail is too much for."""

    def __init__(self, problem: Exception) -> None:
        self.problem = problem

    def parse(self, raw: bytes) -> Parsed:
        if b"poison" in raw:
            raise self.problem
        return super().parse(raw)


FAULTS = (Unreadable("the parser ended"), KeyError("ours"), IntegrityError("", None, Exception("refused")))


@pytest.mark.parametrize("problem", FAULTS)
def test_a_mail_that_can_not_be_parsed_stops_nothing_and_waits_for_a_person(
    problem: Exception, fresh: Mailboxes, postbox: Postbox, acts: Acts
) -> None:
    fresh.deliver(write(NEW, "poison"))
    fresh.deliver(write(NEW, "fine"))
    box = Mailbox(place(fresh.address), Intake(postbox.desk, postbox.files, Breaks(problem), 64_000, postbox.own))
    assert box.fetch() == 2
    assert states(acts) == [("held", "unreadable"), ("filed", None)]
    assert acts.rows(select(t.inbound.c.attempt))[0].attempt == keeping_mail.ATTEMPTS


def test_what_a_process_kept_and_did_not_file_is_filed_later_and_one_that_fails_holds_up_no_other(
    postbox: Postbox, acts: Acts, clock: Clock
) -> None:
    away = OperationalError("", None, Exception("the database went"))
    intake = Intake(postbox.desk, postbox.files, Breaks(away), 64_000)
    for body in ("poison", "fine"):
        intake.keep(write(NEW, body), "pipe")
    file_leftovers(intake)
    assert states(acts) == [("received", None)] * 2, "whoever kept them may be filing them"
    clock.pass_(seconds=LEFT_ALONE.total_seconds() + 1)
    file_leftovers(intake)
    assert states(acts) == [("received", None), ("filed", None)]
    file_leftovers(Intake(postbox.desk, postbox.files, Here(), 64_000))
    assert states(acts) == [("filed", None)] * 2


def test_who_sends_too_much_is_told_politely_and_once_for_each(
    fresh: Mailboxes, postbox: Postbox, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "RAW_BYTES", 5_000)
    postbox.files.message_bytes = 1_000
    fresh.deliver(write(NEW, "word\n" * 2_000))
    fresh.deliver(write(NEW, files={"big.bin": b"x" * 1_500}))
    fresh.deliver(write(NEW, "word\n" * 2_000, headers={"Auto-Submitted": "auto-replied"}))
    assert reader(postbox, fresh).fetch() == 3
    assert [(row.kind, row.address) for row in acts.rows(select(t.letter))] == [("too_large", NEW)] * 2
    assert states(acts) == [] and not acts.rows(select(t.ticket).where(t.ticket.c.source == "mail"))


def _crash(*_: object, **__: object) -> None:
    raise SystemExit
