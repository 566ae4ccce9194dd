"""Two workers of one desk with a real Valkey between them: what happens at one is seen at the other, whatever breaks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from realtime.watching import ADA, BEN, GONE, LEA, SLACK, VISIBLE, intend, states, until
from realtime.workers import At, do, in_loop, known, seen_at, wait

from bench.servers.valkey import Valkey
from console.desk.actions import chatting, drafting, note
from console.desk.message import Draft
from console.line import Away
from console.realtime import feed
from console.viewer import COOKIE
from world import World

BACK = 5.0  # seconds until presence is right again after Redis came back


def test_who_comes_does_something_and_leaves_at_one_worker_is_seen_at_the_other(one: World, two: World, at: At) -> None:
    ada, ben = at(one, "ada"), at(two, "ben")
    ada.join("ticket:1")
    began = monotonic()
    joined = ben.join("ticket:1")
    until(ada, {BEN: "viewing", ADA: "viewing"})
    assert monotonic() - began < VISIBLE * SLACK
    wait(lambda: seen_at(two) == {BEN: "viewing", ADA: "viewing"})
    assert "unknown" not in joined
    intend(ben, "reply")
    until(ada, {BEN: "reply", ADA: "viewing"})
    assert list(seen_at(one)) == list(seen_at(two)) == [BEN, ADA], "in the same order everywhere"
    began = monotonic()
    ben.close()
    until(ada, {ADA: "viewing"})
    assert monotonic() - began < GONE * SLACK


def test_a_person_at_two_workers_is_shown_once_in_their_strongest_state(one: World, two: World, at: At) -> None:
    lea, here, there = at(one, "lea"), at(one, "ada"), at(two, "ada")
    for each in (lea, here, there):
        each.join("ticket:1")
    intend(there, "note")
    until(lea, {ADA: "note", LEA: "viewing"})
    there.close()
    until(lea, {ADA: "viewing", LEA: "viewing"})
    assert ADA in seen_at(two)


def test_who_answers_first_is_the_same_at_every_worker(one: World, two: World, at: At) -> None:
    ada, ben = at(one, "ada"), at(two, "ben")
    for each in (ada, ben):
        each.join("ticket:1")
    claims = [world.console.house.presence.claim for world in (one, two)]
    intend(ada, "reply")
    wait(lambda: all((who := claim(1)) is not None and who.name == ADA for claim in claims))
    intend(ben, "reply")
    wait(lambda: seen_at(one)[BEN] == "reply" and seen_at(two)[BEN] == "reply")
    assert all((who := claim(1)) is not None and who.name == ADA for claim in claims)
    do(one, note.write_note, 1, one.cast["lea"], draft=Draft("Not me."))
    ada.call("leave", {"channel": "ticket:1"})
    wait(lambda: all((who := claim(1)) is None or who.name == BEN for claim in claims), SLACK * GONE)


def test_lists_at_the_other_worker_show_who_is_there(one: World, two: World, at: At) -> None:
    lea, ada = at(two, "lea"), at(one, "ada")
    assert lea.join("view:all") == {"ok": True}
    ada.join("ticket:1")
    panel = lea.next("panel")
    assert panel["ops"][0]["target"] == "ticket-1" and ADA in panel["ops"][0]["html"]


def test_a_change_at_one_worker_wakes_the_other(
    serve: Callable[..., World], at: At, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LOOK_EVERY", 60.0)
    one, two = (known(serve(redis_url=valkey.url)) for _ in range(2))
    ben = at(two, "ben")
    ben.join("ticket:1")
    do(one, note.write_note, 1, one.cast["ada"], draft=Draft("Awake?"))
    assert "Awake?" in str(ben.next("event")["ops"])


def test_a_draft_saved_at_one_worker_is_told_to_its_authors_page_at_the_other(one: World, two: World, at: At) -> None:
    ada = at(two, "ada")
    ada.join("me")
    do(one, drafting.save, 1, one.cast["ada"], version=0, mode="reply", body="On my phone")
    notice = ada.next("notice")
    assert (notice["kind"], notice["ticket"]) == ("draft", 1)


def test_a_page_that_polls_one_worker_and_gets_its_socket_at_the_other_leaves_nobody_behind(
    one: World, two: World, at: At
) -> None:
    cookie = one.session("ada")
    with one.browse() as page:
        page.cookies.set(COOKIE, cookie)
        page.get("/tickets/1/since/0", params={"intent": "viewing", "page": "p1"}).raise_for_status()
    wait(lambda: ADA in seen_at(two))
    ada = at(two, "ada", cookie=cookie, page="p1")
    ada.join("ticket:1")
    ada.close()
    assert wait(lambda: ADA not in seen_at(one) and ADA not in seen_at(two), SLACK * GONE) < SLACK * GONE


def test_who_reconnects_at_another_worker_after_a_graceful_stop_never_flickers(one: World, two: World, at: At) -> None:
    lea, ada = at(two, "lea"), at(one, "ada")
    for each in (lea, ada):
        each.join("ticket:1")
    until(lea, {ADA: "viewing", LEA: "viewing"})
    one.stop()
    at(two, "ada").join("ticket:1")
    intend(lea, "note")
    while True:
        seen = states(lea.next("presence"))
        assert ADA in seen
        if seen[LEA] == "note":
            break


def test_whatever_else_is_said_on_the_line_is_ignored(one: World, two: World, at: At, valkey: Valkey) -> None:
    lea = at(two, "lea")
    lea.join("ticket:1")
    with valkey.client() as client:
        channels = client.pubsub_channels()
        assert len(channels) >= 4
        for channel in channels:
            for junk in (
                "",
                "x",
                "0" * 16,
                "f" * 16 + " 1",
                "f" * 16 + " 99999999999999999999",
                "\ud83d",
                "[" * 99,
                "a" * 5_000,
            ):
                client.publish(channel, junk.encode("utf-8", "surrogatepass"))
        (prefix,) = {channel.rsplit(":", 1)[0] for channel in channels}
        client.hset(f"{prefix}:here:{'f' * 16}", mapping={"1": '{"p":[[1]]}', "x": "y", "2": "no"})
        client.sadd(f"{prefix}:processes", "f" * 16, "nonsense")
    at(one, "ada").join("ticket:1")
    until(lea, {ADA: "viewing", LEA: "viewing"})


def test_requesters_hear_nothing_of_who_is_where(one: World, two: World, at: At) -> None:
    rhea, ada = at(two, "rhea"), at(one, "ada")
    rhea.join("ticket:1")
    ada.join("ticket:1")
    intend(ada, "note")
    wait(lambda: seen_at(two) == {ADA: "note"})
    rhea.call("leave", {"channel": "me"})
    assert not re.search("presence|Ada|viewing", "".join(rhea.raw[2:]))


def test_a_wrong_wall_clock_at_one_worker_changes_nothing(one: World, two: World, at: At) -> None:
    lea, ada = at(two, "lea"), at(one, "ada")
    clock = one.console.house.presence.clock
    in_loop(one, lambda: clock.set(clock.now() + timedelta(hours=1)))
    wait(lambda: abs((clock.now() - two.console.house.presence.clock.now()).total_seconds()) < 1, SLACK * BACK)
    for each in (lea, ada):
        each.join("ticket:1")
    until(lea, {ADA: "viewing", LEA: "viewing"})
    assert lea.join("ticket:1")["rev"] <= one.console.house.presence.roster(1).rev + 1_000


def test_what_could_not_be_told_is_told_when_everything_is_read_again(
    one: World, two: World, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    lea, ada = at(two, "lea"), at(one, "ada")
    for each in (lea, ada):
        each.join("ticket:1")
    until(lea, {ADA: "viewing", LEA: "viewing"})
    line, refused = one.console.realtime.line, list[str]()
    assert line is not None

    async def refuse(_commands: object) -> list[object]:
        refused.append("asked")
        raise Away

    with monkeypatch.context() as broken:
        broken.setattr(line, "ask", refuse)
        ada.close()
        wait(lambda: ADA not in seen_at(one) and bool(refused))
    assert ADA in seen_at(two)
    sharing_one = one.console.realtime.sharing
    assert sharing_one is not None
    in_loop(one, lambda: sharing_one._turned(True))
    assert wait(lambda: ADA not in seen_at(two), SLACK * BACK) < SLACK * BACK


def test_who_types_in_a_chat_and_how_far_its_lines_are_is_told_across_workers(one: World, two: World, at: At) -> None:
    cast = one.cast
    do(one, chatting.ask, 1, cast["ada"], audience="staff")
    do(two, chatting.answer, 1, cast["rhea"], audience="public", accept=True)
    ada, rhea = at(one, "ada"), at(two, "rhea")
    for each in (ada, rhea):
        each.join("ticket:1")
    ada.call("intent", {"channel": "ticket:1", "state": "chat"})
    told = rhea.next("typing")
    assert (told["side"], told["name"], told["on"]) == ("technician", ADA, True)
    line = do(one, chatting.say, 1, cast["ada"], audience="staff", draft=Draft("Hello."))
    do(two, chatting.mark, 1, cast["rhea"], audience="public", got=line.public_seq, saw=line.public_seq)
    panels: list[str] = []
    while not any("Seen" in each for each in panels):
        name, data = ada.read()
        panels += [data["ops"][0]["html"]] if name == "panel" else []
