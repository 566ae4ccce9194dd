"""Several processes write to one PostgreSQL: the log keeps its order, and what two of them collide at is done once.

Here they are threads with connections of their own, which the database can't tell from processes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

import pytest
from sqlalchemy import event, select, text

from console.desk import activity, change, guard
from console.desk import tables as t
from console.desk.actions import drafting, viewing
from console.desk.actions.reply import post_reply
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import DraftMoved
from console.desk.message import Draft
from desk.acts import Acts

pytestmark = pytest.mark.parametrize("stage", ["postgresql"], indirect=True)

PATIENCE = 10.0  # seconds


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


# The order of the log


def holes(acts: Acts, second: int, pool: ThreadPoolExecutor) -> list[list[int]]:
    """What a follower misses if a change gets its number first and commits last, while another one comes in between."""
    seen: list[list[int]] = []

    def look() -> None:
        seen.append([each.position for each in acts.desk.database.read_now(activity.after, before)])

    before = acts.desk.database.read_now(activity.head).position
    with between_counter_and_commit(acts.desk) as (reached, go_on):
        first = pool.submit(acts.notes, "ada", "First to count.")
        assert reached.wait(PATIENCE)
        other = pool.submit(acts.notes, "ben", "Second.", number=second)
        wait_until(lambda: other.done() or is_waiting(acts))
        look()
        go_on.set()
        first.result(PATIENCE), other.result(PATIENCE)
        look()
    assert len(seen[-1]) == 2
    return [each for each in seen if each != list(range(before + 1, before + 1 + len(each)))]


@contextmanager
def between_counter_and_commit(desk: Desk) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Stop the first commit that comes, until the second event is set."""
    reached, go_on = threading.Event(), threading.Event()

    def hold(_connection: object) -> None:
        if not reached.is_set():
            reached.set()
            go_on.wait(PATIENCE)

    event.listen(desk.database._writer, "commit", hold)
    try:
        yield reached, go_on
    finally:
        go_on.set()


def is_waiting(acts: Acts) -> bool:
    """Whether somebody waits for a lock of this database."""
    waiting = text(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    )
    return bool(acts.desk.database.read_now(lambda connection: connection.execute(waiting).scalar_one()))


def wait_until(true: Callable[[], bool]) -> None:
    until, pause = monotonic() + PATIENCE, threading.Event()
    while not true():
        assert monotonic() < until
        pause.wait(0.01)


def test_who_counts_first_commits_first_so_that_no_follower_misses_anything(
    acts: Acts, pool: ThreadPoolExecutor
) -> None:
    assert holes(acts, acts.opens("rhea").number or 0, pool) == []


def test_a_plain_sequence_in_place_of_the_counter_would_be_noticed(
    acts: Acts, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = acts.opens("rhea").number or 0
    with acts.desk.database.writing() as connection:
        connection.execute(text("create sequence plain"))
        connection.execute(text("select setval('plain', n) from log_head"))
    monkeypatch.setattr(change, "_COUNTED", text("select setval('plain', nextval('plain') + :more - 1)"))
    assert holes(acts, second, pool)


def test_many_writers_at_once_leave_a_log_without_gaps(acts: Acts, pool: ThreadPoolExecutor) -> None:
    numbers = [1, *(acts.opens("rhea").number or 0 for _ in range(5))]
    before = acts.desk.database.read_now(activity.head).position
    stop = threading.Event()

    def follow() -> list[int]:
        found: list[int] = []
        while not stop.is_set() or acts.desk.database.read_now(activity.head).position > (found or [before])[-1]:
            found += [each.position for each in acts.desk.database.read_now(activity.after, (found or [before])[-1])]
        return found

    followers = [pool.submit(follow) for _ in range(2)]
    try:
        done = list(pool.map(lambda nth: acts.notes("ada", f"Note {nth}.", number=numbers[nth % 6]), range(60)))
    finally:
        stop.set()
    assert {each.position for each in done} == set(range(before + 1, before + 61))
    for each in followers:
        assert each.result(PATIENCE) == list(range(before + 1, before + 61))
    for number in numbers:
        seqs = [each.seq for each in acts.desk.database.read_now(activity.of_ticket, number, "staff")]
        assert seqs == list(range(1, len(seqs) + 1))


# Collisions


def test_a_command_that_waited_for_its_own_first_try_is_answered_and_not_guarded(
    acts: Acts, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard would stop it for what came after the first try, and its author would send the same words again."""
    asked: list[str] = []
    monkeypatch.setattr(guard, "check", lambda *_: asked.append("once"))

    def send() -> Receipt:
        draft = Draft("Sent, and sent again.")
        return acts.desk.run(post_reply, 1, acts.cast["ada"], draft=draft, audience="staff", command_id="twice")

    with between_counter_and_commit(acts.desk) as (reached, go_on):
        first = pool.submit(send)
        assert reached.wait(PATIENCE)
        second = pool.submit(send)
        wait_until(lambda: second.done() or is_waiting(acts))
        go_on.set()
        assert first.result(PATIENCE) == second.result(PATIENCE)
    assert asked == ["once"]


def at_once(pool: ThreadPoolExecutor, *acts: Callable[[], Receipt]) -> list[Receipt]:
    """Do these at the same moment."""
    barrier = threading.Barrier(len(acts))

    def do(act: Callable[[], Receipt]) -> Receipt:
        barrier.wait(PATIENCE)
        return act()

    running: list[Future[Receipt]] = [pool.submit(do, each) for each in acts]
    return [each.result(PATIENCE) for each in running]


@pytest.mark.parametrize("round_", range(5))
def test_one_command_sent_twice_at_once_is_done_once(acts: Acts, pool: ThreadPoolExecutor, round_: int) -> None:
    receipts = at_once(pool, *[lambda: acts.replies("ada", "Once.", command_id="c")] * 6)
    assert len({(each.message_id, each.seq, each.position) for each in receipts}) == 1
    assert len(acts.rows(select(t.message).where(t.message.c.body == "Once."))) == 1
    opened = at_once(pool, *[lambda: acts.opens("rhea", command_id="o")] * 6)
    assert len({each.number for each in opened}) == 1


@pytest.mark.parametrize("round_", range(5))
def test_two_devices_that_look_for_the_first_time_at_once_keep_the_further_look(
    acts: Acts, pool: ThreadPoolExecutor, round_: int
) -> None:
    for _ in range(3):
        acts.asks()
    ada = acts.cast["ada"]
    looks = [lambda seen=seen: acts.desk.run(viewing.look_on, 1, ada, seen=seen) for seen in (1, 4, 2, 3)]
    at_once(pool, *looks)
    assert acts.row(select(t.look).where(t.look.c.person_id == ada.id)).seq == 4


@pytest.mark.parametrize("round_", range(5))
def test_two_devices_that_begin_a_draft_at_once_do_not_write_over_each_other(
    acts: Acts, pool: ThreadPoolExecutor, round_: int
) -> None:
    ada, kept = acts.cast["ada"], []

    def save(body: str) -> Receipt:
        try:
            receipt = acts.desk.run(drafting.save, 1, ada, version=0, mode="reply", body=body)
        except DraftMoved:
            return Receipt(1, 0, 0, None, 0)
        kept.append(body)
        return receipt

    at_once(pool, *[lambda body=body: save(body) for body in ("from the phone", "from the desk", "from a tab")])
    row = acts.row(select(t.draft).where(t.draft.c.author_id == ada.id))
    assert (row.version, [row.body]) == (1, kept)


def test_two_who_take_over_each_others_drafts_do_not_wait_for_ever(acts: Acts, pool: ThreadPoolExecutor) -> None:
    ada, ben = acts.cast["ada"], acts.cast["ben"]
    for who in (ada, ben):
        acts.desk.run(drafting.save, 1, who, version=0, mode="reply", body=f"by {who.name}")
        acts.desk.run(drafting.share, 1, who, on=True)
    at_once(
        pool,
        lambda: acts.desk.run(drafting.take_over, 1, ada, author_id=ben.id),
        lambda: acts.desk.run(drafting.take_over, 1, ben, author_id=ada.id),
    )
    bodies = [row.body for row in acts.rows(select(t.draft)) if row.body]
    assert [sorted(each.split("\n\n")) for each in bodies] == [["by Ada Moreno", "by Ben Okafor"]], "whoever came last"
