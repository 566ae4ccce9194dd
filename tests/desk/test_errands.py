"""Errands: filed with the change, tried again with pauses, buried with their reason, never done twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from cast import Clock, email
from console.desk import tables as t
from console.desk.actions.reply import hold
from console.desk.actions.staffing import change_access
from console.desk.change import LETTER_LEAVES, Receipt
from console.desk.desk import Desk
from console.desk.draft import mine
from console.desk.occurrence import Occurrence
from console.followers import runner
from console.followers.runner import PAUSES, run_due
from desk.acts import Acts

OWN = select(t.errand).where(t.errand.c.follower != LETTER_LEAVES)  # letters are another team's

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")


@pytest.fixture
def slow(acts: Acts, clock: Clock) -> Acts:
    """A desk whose replies wait five seconds."""
    return Acts(Desk(acts.desk.database, clock=clock, undo_seconds=5), acts.cast)


def file(acts: Acts, *targets: str, number: int = 1) -> None:
    with acts.desk.change(number, acts.cast["ada"]) as change:
        change.append("type_changed", side="technician")
        for target in targets:
            change.errand("testing", target, after=timedelta(0))


def errand(acts: Acts, target: str) -> Any:
    return acts.row(OWN.where(t.errand.c.target == target))


def test_a_queued_reply_is_no_public_fact_until_it_leaves(slow: Acts, clock: Clock) -> None:
    slow.replies("ada", "Soon.", status="resolved", command_id="c")
    ticket = slow.row(select(t.ticket))
    assert (slow.last().kind, slow.last().public_seq, ticket.status) == ("reply_queued", None, "open")
    clock.pass_(seconds=4)
    assert run_due(slow.desk) == []
    clock.pass_(seconds=2)
    (receipt,) = run_due(slow.desk)
    assert [each.kind for each in slow.log()[-2:]] == ["replied", "status_changed"]
    assert receipt.position == slow.last().position and slow.row(select(t.ticket)).status == "resolved"
    assert {row.state for row in slow.rows(select(t.message))} == {"sent"}
    clock.pass_(hours=1)
    assert run_due(slow.desk) == [] and errand(slow, str(receipt.message_id or 3)).state == "done"


def test_a_reply_that_is_held_comes_back_with_its_solution_and_whom_it_was_copied_to(slow: Acts) -> None:
    said = slow.replies(
        "ada", "Soon.", cc=[email("mallory")], occurrence=Occurrence(solution="Turn it off.")
    ).message_id
    slow.desk.run(hold, 1, slow.cast["ben"], message_id=said or 0)
    found = slow.read(mine, 1, slow.cast["ada"].id)
    assert (found.body, found.mode) == ("Soon.\n\nTurn it off.", "reply")
    assert [each.value for each in found.people] == [email("mallory")]
    other = slow.replies("ada", "And this.", cc=[email("cora"), email("mallory")]).message_id
    slow.desk.run(hold, 1, slow.cast["ada"], message_id=other or 0)
    found = slow.read(mine, 1, slow.cast["ada"].id)
    assert found.body.endswith("Turn it off.\n\nAnd this.")
    assert [each.value for each in found.people] == [email("mallory"), email("cora")]


def test_who_is_copied_on_a_waiting_reply_takes_part_when_it_leaves_and_not_before(slow: Acts, clock: Clock) -> None:
    def takes_part() -> bool:
        mallory = slow.cast["mallory"].id
        return bool(slow.rows(select(t.participant).where(t.participant.c.person_id == mallory)))

    slow.replies("ada", "Soon.", cc=[email("mallory")])
    assert not takes_part()
    clock.pass_(seconds=6)
    run_due(slow.desk)
    assert takes_part()


def test_a_reply_sent_at_once_waits_for_nothing(slow: Acts) -> None:
    slow.replies("ada", at_once=True)
    assert slow.last().kind == "replied" and not slow.rows(OWN)


def test_the_window_belongs_to_technicians_only(slow: Acts) -> None:
    slow.asks()
    assert slow.last().kind == "requester_replied"


def test_a_reply_of_somebody_who_was_disabled_meanwhile_leaves_because_it_was_sent_before(
    slow: Acts, clock: Clock
) -> None:
    slow.replies("ada", "Soon.")
    slow.desk.run(change_access, None, email=email("ada"), active=False)
    clock.pass_(seconds=6)
    assert len(run_due(slow.desk)) == 1 and slow.log()[-1].kind == "replied"
    assert not slow.rows(OWN.where(t.errand.c.state == "waiting"))


def test_a_window_that_ended_twice_sends_once(slow: Acts, clock: Clock) -> None:
    """The process dies between the reply's commit and the errand's mark: the errand runs again."""
    slow.replies("ada", "Soon.")
    clock.pass_(seconds=6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "_give_back", lambda *_, **__: None)
        (first,) = run_due(slow.desk)
    before = slow.log()
    assert run_due(slow.desk) == [], "another may not take it yet"
    lapse(slow)
    assert run_due(slow.desk) == [first] and slow.log() == before


def test_an_errand_that_fails_is_tried_again_with_pauses_and_then_buried_with_its_reason(
    acts: Acts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def fail(_desk: Desk, target: str) -> Receipt | None:
        tried.append(target)
        raise RuntimeError("no way through")

    monkeypatch.setitem(runner.FOLLOWERS, "testing", fail)
    file(acts, "one")
    for nth, pause in enumerate(PAUSES, 1):
        run_due(acts.desk)
        assert (len(tried), errand(acts, "one").attempt, errand(acts, "one").state) == (nth, nth, "waiting")
        clock.pass_(seconds=pause.total_seconds() - 0.5)
        run_due(acts.desk)
        assert len(tried) == nth, "not before its pause is over"
        clock.pass_(seconds=1)
    run_due(acts.desk)
    buried = errand(acts, "one")
    assert (buried.state, buried.attempt, buried.error) == ("buried", 5, "RuntimeError('no way through')")
    clock.pass_(days=1)
    run_due(acts.desk)
    assert len(tried) == 5
    assert PAUSES == tuple(sorted(PAUSES))


def test_an_errand_that_finds_no_room_on_the_disk_is_told_in_a_line_and_done_when_there_is_some(
    acts: Acts, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_desk: Desk, _target: str) -> Receipt | None:
        raise OperationalError("insert into message", {"body": "a secret"}, Exception("disk is full"))

    caplog.set_level("WARNING")
    monkeypatch.setitem(runner.FOLLOWERS, "testing", full)
    file(acts, "one")
    assert run_due(acts.desk) == []
    (said,) = caplog.records
    assert said.exc_info is None and "disk is full" in said.getMessage() and "secret" not in said.getMessage()
    monkeypatch.setitem(runner.FOLLOWERS, "testing", lambda _desk, _target: None)
    clock.pass_(seconds=2)
    run_due(acts.desk)
    assert errand(acts, "one").state == "done"


def test_an_errand_that_fails_stops_those_behind_it_on_its_ticket_and_no_other(
    acts: Acts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def follow(_desk: Desk, target: str) -> Receipt | None:
        if target == "bad" and len(done) < 2:
            raise RuntimeError
        done.append(target)
        return None

    monkeypatch.setitem(runner.FOLLOWERS, "testing", follow)
    file(acts, "first", "bad", "behind")
    file(acts, "elsewhere", number=acts.opens("rhea").number or 0)
    run_due(acts.desk)
    assert done == ["first", "elsewhere"]
    clock.pass_(seconds=2)
    run_due(acts.desk)
    assert done == ["first", "elsewhere", "bad", "behind"] and errand(acts, "behind").state == "done"


def test_an_errand_is_run_by_one_process_at_a_time_and_by_another_when_its_lease_is_over(
    acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def dawdle(desk: Desk, target: str) -> Receipt | None:
        done.append(runner.HOLDER)
        if runner.HOLDER == "slow":  # another process looks for work meanwhile, twice
            with monkeypatch.context() as other:
                other.setattr(runner, "HOLDER", "quick")
                run_due(desk)
                assert done == ["slow"]
                lapse(acts)
                run_due(desk)
        return None

    monkeypatch.setitem(runner.FOLLOWERS, "testing", dawdle)
    monkeypatch.setattr(runner, "HOLDER", "slow")
    file(acts, "one")
    run_due(acts.desk)
    assert done == ["slow", "quick"] and errand(acts, "one").state == "done"


def test_whoever_lost_the_lease_has_no_say_any_more(acts: Acts, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_late(_desk: Desk, _target: str) -> Receipt | None:
        with acts.desk.database.writing() as connection:  # another process has it by now
            connection.execute(update(t.errand).values(holder="another", state="done"))
        raise RuntimeError

    monkeypatch.setitem(runner.FOLLOWERS, "testing", fail_late)
    file(acts, "one")
    run_due(acts.desk)
    kept = errand(acts, "one")
    assert (kept.state, kept.holder, kept.attempt, kept.error) == ("done", "another", 0, None)


def lapse(acts: Acts) -> None:
    """Let the leases of all errands be over."""
    with acts.desk.database.writing() as connection:
        connection.execute(update(t.errand).values(held_until=acts.desk.clock() - timedelta(days=1)))


def test_an_errand_for_a_follower_that_is_gone_is_kept(acts: Acts) -> None:
    file(acts, "orphan")
    run_due(acts.desk)
    assert (errand(acts, "orphan").state, errand(acts, "orphan").error) == ("waiting", "KeyError('testing')")


def test_a_change_that_is_rolled_back_files_no_errand(acts: Acts) -> None:
    with pytest.raises(ZeroDivisionError), acts.desk.change(1, acts.cast["ada"]) as change:
        change.append("type_changed", side="technician")
        change.errand("testing", "never", after=timedelta(0))
        _ = 1 / 0
    assert not acts.rows(OWN)
