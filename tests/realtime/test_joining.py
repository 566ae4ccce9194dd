"""Joining a ticket: catch-up and live without a seam."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from realtime.line import Do, Line, Open
from sqlalchemy import Connection

from console.desk import activity
from console.desk.actions import fields, note, opening, reply
from console.desk.activity import Activity
from console.desk.kinds import Audience
from console.desk.message import Draft
from console.realtime.limits import BURST, CHANNELS
from world import World


def test_what_happens_after_a_join_arrives_rendered(world: World, do: Do, line: Open) -> None:
    ada = line("ada")
    joined = ada.join("ticket:1")
    assert joined.keys() == {"ok", "epoch", "seq", "viewers", "rev"}
    assert (joined["ok"], joined["seq"]) == (True, 2)
    do(reply.post_reply, 1, world.cast["ben"], draft=Draft("Try another cable"), audience="staff")
    event = ada.next("event")
    assert (event["channel"], event["seq"], event["kind"]) == ("ticket:1", 3, "replied")
    assert any(op["target"] == "thread" and "Try another cable" in op["html"] for op in event["ops"])
    assert "Ben Okafor" in event["say"]


def test_nothing_arrives_after_a_leave(world: World, do: Do, line: Open) -> None:
    ada = line("ada")
    ada.join("ticket:1")
    assert ada.call("leave", {"channel": "ticket:1"}) == {"ok": True}
    do(note.write_note, 1, world.cast["ben"], draft=Draft("unseen"))
    ada.join("ticket:1")
    do(note.write_note, 1, world.cast["ben"], draft=Draft("seen"))
    assert ada.next("event")["seq"] == 4


def test_what_was_missed_comes_before_the_acknowledgement(world: World, do: Do, line: Open) -> None:
    for words in ("one", "two", "three"):
        do(note.write_note, 1, world.cast["ben"], draft=Draft(words))
    ada = line("ada")
    number = ada.emit("join", {"channel": "ticket:1", "after": 3})
    assert [(name, data["seq"]) for name, data in (ada.read(), ada.read(), ada.read())] == [
        ("event", 4),
        ("event", 5),
        (f"ack {number}", 5),
    ]


def test_a_join_in_a_storm_of_changes_misses_nothing_and_doubles_nothing(world: World, do: Do, line: Open) -> None:
    changes, watchers = 200, 20
    ben = world.cast["ben"]
    lines = [line(("ada", "tess", "lea", "root")[each % 4]) for each in range(watchers)]
    head = 2 + changes

    def watch(each: Line, after: int) -> list[int]:
        joined = each.join("ticket:1", after=after)
        assert joined["ok"] and "reset" not in joined, joined
        seen: list[int] = []
        while not seen or seen[-1] < head:
            seen.append(each.next("event")["seq"])
        return seen

    with ThreadPoolExecutor(watchers) as pool:
        watching: list[tuple[int, Future[list[int]]]] = []
        for each in range(changes):
            done = do(fields.set_field, 1, ben, field="priority", value=("high", "low")[each % 2])
            if each % (changes // watchers) == 5:
                after = max(0, done.seq - each)  # some are far behind, some near
                watching.append((after, pool.submit(watch, lines[len(watching)], after)))
        assert len(watching) == watchers
        for after, seen in watching:
            assert seen.result() == list(range(after + 1, head + 1))


def test_joining_again_neither_doubles_nor_loses(world: World, do: Do, line: Open) -> None:
    ada = line("ada")
    ada.join("ticket:1")
    ada.join("ticket:1")
    do(note.write_note, 1, world.cast["ben"], draft=Draft("once"))
    do(note.write_note, 1, world.cast["ben"], draft=Draft("after it"))
    assert [ada.next("event")["seq"] for _ in range(2)] == [3, 4]


def test_another_epoch_or_a_number_from_the_future_resets_but_joins(world: World, do: Do, line: Open) -> None:
    ada = line("ada")
    for named in ({"after": 0, "epoch": "before the restore"}, {"after": 3}, {"epoch": "before the restore"}):
        joined = ada.join("ticket:1", **named)
        assert (joined["ok"], joined["seq"], joined["reset"]) == (True, 2, True)
    assert "reset" not in ada.join("ticket:1", after=2, epoch=joined["epoch"])
    do(note.write_note, 1, world.cast["ben"], draft=Draft("live"))
    assert ada.next("event")["seq"] == 3


def test_more_than_200_behind_resets(world: World, line: Open) -> None:
    for each in range(201):
        world.desk.run(fields.set_field, 1, world.cast["ben"], field="priority", value=("high", "low")[each % 2])
    ada = line("ada")
    assert ada.join("ticket:1", after=2)["reset"] is True
    assert ada.join("ticket:1", after=3)["seq"] == 203
    assert ada.next("event")["seq"] == 4


def test_a_catch_up_too_large_to_send_tells_the_page_to_pull(world: World, line: Open) -> None:
    for _ in range(40):
        world.desk.run(note.write_note, 1, world.cast["ben"], draft=Draft("word " * 2_400))
    ada = line("ada")
    ada.join("ticket:1", after=2)
    events = [ada.next("event") for _ in range(40)]
    assert [event["seq"] for event in events] == list(range(3, 43))
    assert "ops" in events[0] and events[-1] == {
        "channel": "ticket:1",
        "seq": 42,
        "kind": "noted",
        "pull": True,
        "say": None,
    }


def test_what_one_may_not_open_does_not_exist(world: World, line: Open) -> None:
    cleo = line("cleo")
    assert cleo.join("ticket:1") == {"ok": False, "error": "not_found"}
    assert cleo.join("ticket:999") == {"ok": False, "error": "not_found"}
    assert line("mallory", "/portal").join("ticket:1") == {"ok": False, "error": "not_found"}
    assert line("ada", "/portal").join("ticket:1") == {"ok": False, "error": "not_found"}
    assert line("cora", "/portal").join("ticket:1")["ok"] is True


def test_a_seat_has_a_bounded_number_of_channels(world: World, line: Open) -> None:
    assert CHANNELS < BURST
    for _ in range(CHANNELS):
        world.desk.run(opening.open_ticket, world.cast["rhea"], subject="More", draft=Draft("."), department="Support")
    ada = line("ada")
    answers = [ada.join(f"ticket:{number}") for number in range(1, CHANNELS + 2)]
    assert all(answer["ok"] for answer in answers[:-1])
    assert answers[-1] == {"ok": False, "error": "limited"}
    ada.call("leave", {"channel": "ticket:1"})
    assert ada.join(f"ticket:{CHANNELS + 1}")["ok"] is True


def test_the_pages_own_client_gets_along_with_this_server(world: World, do: Do) -> None:
    ada = world.socket("ada")
    assert ada.join("me") == {"ok": True}
    assert ada.join("ticket:1")["seq"] == 2
    do(note.write_note, 1, world.cast["ben"], draft=Draft("hello"))
    assert ada.next("event")["kind"] == "noted"


def test_what_many_missed_is_read_once_and_each_is_asked_whether_they_may_know(
    world: World, line: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in ("one", "two"):
        world.desk.run(note.write_note, 1, world.cast["ben"], draft=Draft(words))
    reads: list[str] = []
    of_ticket = activity.of_ticket

    def counted(connection: Connection, number: int, audience: Audience, after: int) -> list[Activity]:
        reads.append(audience)
        return of_ticket(connection, number, audience, after)

    monkeypatch.setattr(activity, "of_ticket", counted)
    heard = []
    for name, language in (("ada", "en"), ("ben", "en"), ("tess", "es")):
        each = line(name, language=language)
        number = each.emit("join", {"channel": "ticket:1", "after": 2})
        heard.append([each.read() for _ in range(3)])
        assert heard[-1][-1][0] == f"ack {number}"
    assert heard[0][:2] == heard[1][:2] != heard[2][:2], "each in their language"
    assert line("cora", "/portal").join("ticket:1", after=0)["ok"] is True
    assert line("cleo").join("ticket:1", after=2) == {"ok": False, "error": "not_found"}
    assert line("mallory", "/portal").join("ticket:1", after=0) == {"ok": False, "error": "not_found"}
    assert reads == ["staff", "public"]
    world.desk.run(note.write_note, 1, world.cast["ben"], draft=Draft("three"))
    ada = line("ada")
    ada.join("ticket:1", after=2)
    assert [ada.next("event")["seq"] for _ in range(3)] == [3, 4, 5], "the twin: what happened since is there"
