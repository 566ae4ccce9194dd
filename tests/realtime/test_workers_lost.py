"""Workers that die, stand still or lose Redis: who was with them is gone, unknown or back in time, and nobody else is touched."""

from __future__ import annotations

from time import monotonic, sleep

import pytest
from realtime.watching import ADA, BEN, LEA, SLACK, doing, states, until
from realtime.workers import At, do, in_loop, seen_at, wait

from bench.servers.valkey import Valkey
from console import line as lines
from console.desk.actions import note
from console.desk.message import Draft
from console.presence import sharing
from world import World

BACK = 5.0  # seconds until presence is right again after Redis came back


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease of 1 s in place of 9, renewed accordingly."""
    monkeypatch.setattr(sharing, "LEASE", 1.0)
    monkeypatch.setattr(sharing, "RENEW_EVERY", 0.3)


def test_a_worker_that_dies_takes_its_people_with_it_when_its_lease_is_over(
    short_lease: None, one: World, two: World, at: At
) -> None:
    lea, ada = at(two, "lea"), at(one, "ada")
    for each in (lea, ada):
        each.join("ticket:1")
    until(lea, {ADA: "viewing", LEA: "viewing"})
    assert one.console.realtime.sharing is not None
    tasks = [*one.console.realtime.sharing._tasks]
    in_loop(one, lambda: [each.cancel() for each in tasks])
    until(lea, {LEA: "viewing"})


def test_the_lease_ends_soon_enough() -> None:
    assert sharing.LEASE + 1.2 * sharing.SWEEP_EVERY < 12 and sharing.LEASE >= 3 * sharing.RENEW_EVERY


def test_a_worker_that_stood_still_longer_than_its_lease_begins_anew(
    short_lease: None, one: World, two: World, at: At
) -> None:
    lea, ada = at(two, "lea"), at(one, "ada")
    for each in (lea, ada):
        each.join("ticket:1")
    until(lea, {ADA: "viewing", LEA: "viewing"})
    assert one.console.realtime.sharing is not None
    before = one.console.realtime.sharing.process
    in_loop(one, lambda: sleep(2.5))
    until(lea, {LEA: "viewing"})
    assert ada.ended() is not None, "its connections are stale: they have to come again"
    assert one.console.realtime.sharing.process != before
    at(one, "ada").join("ticket:1")
    until(lea, {ADA: "viewing", LEA: "viewing"})


def test_a_worker_that_waits_for_a_silent_redis_keeps_its_pages(
    short_lease: None, one: World, two: World, at: At, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "ANSWERS_WITHIN", 1.5)  # longer than the lease, as many who wait in a row are
    ada = at(one, "ada")
    ada.join("ticket:1")
    assert one.console.realtime.sharing is not None
    before = one.console.realtime.sharing.process
    valkey.pause()
    try:
        wait(lambda: one.console.house.presence.unknown)
        wait(lambda: two.console.house.presence.unknown)
        lasts = monotonic() + 3 * sharing.LEASE
        wait(lambda: monotonic() > lasts)
        assert ada.call("intent", {"channel": "ticket:1", "state": "viewing"})["ok"] is True
    finally:
        valkey.resume()
    wait(lambda: not one.console.house.presence.unknown)
    assert one.console.realtime.sharing.process == before


def test_while_redis_is_away_others_are_unknown_and_not_gone_and_everything_else_goes_on(
    one: World, two: World, at: At, valkey: Valkey
) -> None:
    lea, ada = at(two, "lea"), at(one, "ada")
    for each in (lea, ada):
        each.join("ticket:1")
    until(lea, {ADA: "viewing", LEA: "viewing"})
    valkey.kill()
    while not (frame := lea.next("presence")).get("unknown"):
        pass
    assert states(frame) == {ADA: "viewing", LEA: "viewing"}
    assert lea.join("ticket:1")["unknown"] is True
    with two.browse("lea") as page:
        assert page.get("/tickets/1/since/0", params={"intent": "viewing"}).json()["unknown"] is True
    do(one, note.write_note, 1, one.cast["ada"], draft=Draft("Still here."))
    assert "Still here." in str(lea.next("event")["ops"])
    ada.close()
    valkey.start()
    began = monotonic()
    until(lea, lambda seen: ADA not in seen)
    wait(lambda: not two.console.house.presence.unknown)
    assert monotonic() - began < BACK * SLACK
    at(one, "ben").join("ticket:1")
    until(lea, doing(BEN, "viewing"))


def test_after_a_flush_everybody_is_there_again_without_coming_again(
    one: World, two: World, at: At, valkey: Valkey
) -> None:
    lea, ada = at(two, "lea"), at(one, "ada")
    for each in (lea, ada):
        each.join("ticket:1")
    until(lea, {ADA: "viewing", LEA: "viewing"})
    valkey.flush()
    began = monotonic()
    third = at(two, "ben")
    third.join("ticket:1")
    until(lea, doing(BEN, "viewing"))
    wait(lambda: set(seen_at(two)) == set(seen_at(one)) == {ADA, LEA, BEN}, SLACK * BACK)
    assert monotonic() - began < SLACK * BACK


def test_a_listener_that_was_cut_off_listens_again_and_misses_nothing(
    one: World, two: World, at: At, valkey: Valkey
) -> None:
    lea, ada = at(two, "lea"), at(one, "ada")
    lea.join("ticket:1")
    with valkey.client() as client:
        client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    ada.join("ticket:1")
    until(lea, doing(ADA, "viewing"))
