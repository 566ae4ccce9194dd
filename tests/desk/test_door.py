"""The one door: a command is done once or not at all, and the log's numbers have no gaps."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.dialects import postgresql

from cast import Cast
from console.database import Database
from console.desk import activity
from console.desk import tables as t
from console.desk.actions.note import write_note
from console.desk.actions.reply import post_reply
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import CommandReused, Invalid, NotFound
from console.desk.message import Draft
from desk.acts import Acts, a_file

VERBS: dict[str, Callable[[Acts], Receipt]] = {
    "reply": lambda acts: acts.replies("ada", "Hello.", [a_file()], status="pending", command_id="c"),
    "note": lambda acts: acts.notes("ada", "@Ben and @Lea: look.", [a_file()], status="closed", command_id="c"),
    "request": lambda acts: acts.asks("rhea", "Hello?", command_id="c"),
    "opening": lambda acts: acts.opens("rhea", command_id="c"),
    "assignment": lambda acts: acts.sets("ada", "technician", str(acts.cast["ben"].id), command_id="c"),
    "status": lambda acts: acts.sets("ada", "status", "resolved", command_id="c"),
}


class Crash(Exception):
    """The process dies here."""


def everything(acts: Acts) -> dict[str, list[Any]]:
    """Every row of every table."""
    return {table.name: acts.rows(select(table)) for table in t.metadata.sorted_tables}


@contextmanager
def statements(hear: Callable[[str], None]) -> Iterator[None]:
    """Tell each statement, as PostgreSQL would get it, before it is executed."""

    def before(_connection: Any, clause: Any, *_: Any) -> None:
        hear(str(clause.compile(dialect=postgresql.dialect())))  # type: ignore[no-untyped-call]

    event.listen(Engine, "before_execute", before)
    try:
        yield
    finally:
        event.remove(Engine, "before_execute", before)


@contextmanager
def begins(hear: Callable[[str], None]) -> Iterator[None]:
    """Tell when a transaction begins without a statement of its own, as on PostgreSQL."""

    def begin(connection: Connection) -> None:
        if connection.dialect.name != "sqlite":
            hear("begin")

    event.listen(Engine, "begin", begin)
    try:
        yield
    finally:
        event.remove(Engine, "begin", begin)


@pytest.mark.parametrize("verb", VERBS)
def test_a_command_sent_twice_is_done_once(verb: str, acts: Acts) -> None:
    first = VERBS[verb](acts)
    after = everything(acts)
    assert first.seq > 0 and first.position == acts.last().position
    again = VERBS[verb](acts)
    assert again == first
    assert {**everything(acts), "attachment": []} == {**after, "attachment": []}
    assert len(everything(acts)["attachment"]) == len(after["attachment"])


def test_the_same_command_id_of_another_person_is_another_command(acts: Acts) -> None:
    one, other = acts.notes("ada", command_id="c"), acts.notes("ben", command_id="c")
    assert one.message_id != other.message_id


def test_a_command_id_with_another_body_is_refused(acts: Acts) -> None:
    acts.notes("ada", "One.", command_id="c", body_hash="1")
    before = everything(acts)
    with pytest.raises(CommandReused):
        acts.notes("ada", "Two.", command_id="c", body_hash="2")
    assert everything(acts) == before


def test_a_refused_command_can_be_mended_and_sent_again_with_its_id(acts: Acts) -> None:
    before = everything(acts)
    with pytest.raises(Invalid):
        acts.notes("ada", "@Nobody look.", [a_file()], status="pending", command_id="c")
    assert everything(acts) == before
    assert acts.notes("ada", "@Ben look.", command_id="c").message_id


def test_a_ticket_that_is_not_there_is_not_found(acts: Acts) -> None:
    with pytest.raises(NotFound):
        acts.replies("root", number=999)


@pytest.mark.parametrize("verb", VERBS)
def test_the_ticket_is_locked_first_and_the_counter_of_the_log_last(verb: str, acts: Acts) -> None:
    heard: list[str] = []
    with statements(heard.append), begins(heard.append):
        VERBS[verb](acts)
    first = next(nth for nth, each in enumerate(heard) if "FROM command" in each)
    assert heard[first - 1] in ("begin", "begin immediate"), "a repeated command is met before anything else"
    words = [" ".join(each.split()) for each in heard[first - 1 :]]
    if verb != "opening":
        assert "FROM ticket" in words[2] and "FOR NO KEY UPDATE" in words[2]
    counter = [each.startswith("UPDATE log_head") for each in words]
    assert sum(counter) == 1
    behind = {each.split()[2] for each in words[counter.index(True) + 1 :]}
    assert behind <= {"activity", "notification", "letter", "errand", "command"}, "no lock is taken behind the counter"


@pytest.mark.parametrize("verb", VERBS)
def test_a_crash_before_any_statement_leaves_nothing_and_the_command_can_be_sent_again(verb: str, acts: Acts) -> None:
    with acts.desk.database.writing():  # what the driver asks of a new connection is no statement of ours
        before = everything(acts)
    for fatal in itertools.count(1):
        heard = itertools.count(1)

        def hear(_statement: str, heard: Iterator[int] = heard, fatal: int = fatal) -> None:
            if next(heard) == fatal:
                raise Crash

        try:
            with statements(hear):
                VERBS[verb](acts)
            break
        except Crash:
            assert everything(acts) == before
    assert fatal > 6 and len(acts.rows(select(t.command))) == 1


def test_an_action_that_fails_leaves_nothing(acts: Acts) -> None:
    before = everything(acts)
    with pytest.raises(ZeroDivisionError), acts.desk.change(1, acts.cast["ada"], "c") as change:
        change.set(status="closed")
        change.append("status_changed", side="technician", to="closed")
        change.notify(acts.cast["ben"].id, "noted")
        _ = 1 / 0
    assert everything(acts) == before


def test_setting_what_is_already_so_changes_nothing(acts: Acts) -> None:
    before = everything(acts)
    for field, value in (("status", "open"), ("priority", "normal"), ("type", "incident"), ("impact", "")):
        assert acts.sets("ada", field, value).seq == acts.row(select(t.ticket)).seq
    acts.assigns("ada", None)
    assert everything(acts) == before


def test_sixty_changes_at_once_get_numbers_without_gaps_in_the_order_of_their_commits(acts: Acts) -> None:
    """Two desks on one file, as two processes have, while a follower reads: it never meets a hole."""
    other = Desk(Database(acts.desk.database.address))
    begin, done = threading.Barrier(61), threading.Event()
    start = acts.last().position

    def write(nth: int) -> Receipt:
        begin.wait()
        desk, actor = (acts.desk, other)[nth % 2], acts.cast[("ada", "ben", "rhea")[nth % 3]]
        draft = Draft(f"{nth}")
        if nth % 3 == 2:
            return desk.run(post_reply, 1, actor, draft=draft, audience="public", command_id=f"{nth}")
        return desk.run(write_note, 1, actor, draft=draft, command_id=f"{nth}")

    def follow() -> list[int]:
        seen: list[int] = []
        begin.wait()
        while len(seen) < 60 and not done.is_set():
            new = [each.position for each in acts.log(start + len(seen))]
            assert new == list(range(start + len(seen) + 1, start + len(seen) + 1 + len(new)))
            seen += new
        return seen

    with ThreadPoolExecutor(61) as threads:
        follower = threads.submit(follow)
        receipts = list(threads.map(write, range(60)))
        follower.add_done_callback(lambda _: done.set())
        assert follower.result() == list(range(start + 1, start + 61))
    other.database.close()
    assert sorted(receipt.position for receipt in receipts) == list(range(start + 1, start + 61))
    own = acts.read(activity.of_ticket, 1, "staff")
    assert [each.seq for each in own] == list(range(1, len(own) + 1))
    public = acts.read(activity.of_ticket, 1, "public")
    assert [each.public_seq for each in public] == list(range(1, len(public) + 1)) and len(public) == 2 + 20


def test_followers_are_woken_after_the_commit_and_only_then(desk: Desk, cast: Cast) -> None:
    woken: list[tuple[int, int]] = []
    desk.on_commit(lambda position: woken.append((position, desk.database.read_now(activity.head).position)))
    ada = cast["ada"]

    async def act() -> None:
        receipt = await desk.do(write_note, 1, ada, draft=Draft("Woken."))
        assert woken == [(receipt.position, receipt.position)]
        with pytest.raises(Invalid):
            await desk.do(write_note, 1, ada, draft=Draft(" "))
        assert len(woken) == 1

    asyncio.run(act())


def test_a_caller_that_goes_away_drops_its_wait_and_not_the_work(desk: Desk, cast: Cast) -> None:
    entered, go_on, done = threading.Event(), threading.Event(), threading.Event()
    ada = cast["ada"]

    def slow(desk: Desk) -> Receipt:
        entered.set()
        go_on.wait()
        receipt = write_note(desk, 1, ada, draft=Draft("Still written."))
        done.set()
        return receipt

    async def act() -> None:
        caller = asyncio.create_task(desk.do(slow))
        await asyncio.to_thread(entered.wait)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        go_on.set()
        await asyncio.to_thread(done.wait)

    asyncio.run(act())
    assert desk.database.read_now(activity.of_ticket, 1, "staff")[-1].kind == "noted"
