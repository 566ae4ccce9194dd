"""Whoever speaks wrongly gets a word of the protocol or loses the connection; nobody else notices."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from realtime.line import PATIENCE, Closed, Do, Line, Open
from websockets.exceptions import InvalidStatus

from console.desk.actions import note, signing
from console.desk.message import Draft
from world import World, http

NOT_PACKETS: list[str | bytes] = [
    "x",
    "9",
    "2",
    "4",
    "49",
    "42",
    "²",
    "42²[]",
    "42/staff,",
    '42/staff,{"join":1}',
    "42/staff,[]",
    "42/staff,[1]",
    '42/staff,1["join"',
    '42/staff,["unheard"]',
    '42/staff,["join",{"channel":7}]',
    '42/staff,99999999999999999999["join"]',
    '42/elsewhere,1["join",{}]',
    '42["join",{}]',
    '43/staff,1[{"ok":true}]',
    '45/staff,1-["join",{"_placeholder":true,"num":0}]',
    "4" + "[" * 60_000,
    "42/staff,1" + "[" * 60_000,
    '42/staff,1["join",' + '{"a":' * 10_000,
    "b4AAAA",
    b"\x00\x01",
    "42/staff,1" + " " * 70_000,
]
NO_CHANNELS = [
    "",
    "ticket",
    "ticket:",
    "ticket:0",
    "ticket:01",
    "ticket:-1",
    "ticket:1 ",
    "ticket:1\n",
    "ticket:\u0661",
]
NO_CHANNELS += ["ticket:%", "ticket:*", "ticket:1/staff/en", "Ticket:1", "ticket:1e0", "person:1/en", "me "]
NO_CHANNELS += [f"ticket:{2**53 + 1}", f"ticket:{2**63}"]
NO_NUMBERS = [-1, "1", True, 1.5, [], 2**53 + 1, 2**63, 10**40]
NO_JOINS: list[Any] = [
    *([], {}, None, 1, "ticket:1", {"channel": None}, {"channel": 1}, {"channel": ["ticket:1"]}, {"channel": {}}),
    *[{"channel": channel} for channel in NO_CHANNELS],
    *[{"channel": "ticket:1", "after": after} for after in NO_NUMBERS],
    *({"channel": "ticket:1", "epoch": 1}, {"channel": "ticket:1", "epoch": {}}, {"channel": "me", "epoch": "e" * 100}),
]


def test_a_packet_that_cannot_be_answered_ends_the_connection_and_no_other(
    world: World, do: Do, line: Open, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = world.session("ada")
    ben = line("ben")
    ben.join("ticket:1")
    for packet in NOT_PACKETS:
        ada = line("ada", cookie=cookie)
        ada.send(packet)
        ada.ended()
        assert all(text.startswith("40/staff,") for text in ada.raw), packet
    do(note.write_note, 1, world.cast["lea"], draft=Draft("still here"))
    assert ben.next("event")["seq"] == 3
    assert len(world.console.realtime.rooms.seats) == len(world.console.realtime.server.eio.sockets) == 1
    assert "Traceback" not in caplog.text


def test_a_request_that_makes_no_sense_is_a_bad_request(line: Open) -> None:
    ada = line("ada")
    for argument in NO_JOINS:
        assert ada.call("join", argument) == {"ok": False, "error": "bad_request"}, argument
    assert ada.call("join") == ada.call("join", {"channel": "me"}, 1) == {"ok": False, "error": "bad_request"}
    assert ada.call("leave", {"channel": "ticket:x"}) == {"ok": False, "error": "bad_request"}


def test_channels_of_another_day_do_not_exist(line: Open) -> None:
    ada = line("ada")
    for channel in ("board", "view:1", "view:", "view:../board"):
        assert ada.join(channel) == {"ok": False, "error": "not_found"}


def test_events_that_nobody_knows_are_named_so(line: Open) -> None:
    ada = line("ada")
    for name in ("unheard", "connect", "disconnect", "trigger_event", "__class__", "on_join", "*", "", "message"):
        assert ada.call(name, {"channel": "ticket:1"}) == {"ok": False, "error": "unknown_event"}
    assert ada.join("ticket:1")["ok"] is True


def test_a_flood_of_joins_is_limited_and_hurts_nobody(world: World, do: Do, line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    ben.join("ticket:1")
    for _ in range(2_000):
        ada.emit("join", {"channel": "ticket:2"})
    answers = [ada.read()[1] for _ in range(2_000)]
    assert {answer["error"] for answer in answers} == {"not_found", "limited"}
    assert sum(answer["error"] == "not_found" for answer in answers) < 200
    do(note.write_note, 1, world.cast["lea"], draft=Draft("unmoved"))
    assert ben.next("event")["seq"] == 3


def test_only_the_two_namespaces_are_there(world: World) -> None:
    for namespace in ("", "/admin", "/staff/x"):
        stranger = Line(world.url)
        stranger.namespace = namespace
        stranger.send(f"40{namespace}," if namespace else "40")
        assert stranger.read()[0] == "refused"
        stranger.close()


def test_who_may_not_come_in_is_told_to_sign_in(world: World) -> None:
    for name, namespace, auth in (
        (None, "/staff", None),
        (None, "/portal", {"token": "guess"}),
        (None, "/portal", {"token": ""}),
        ("rhea", "/staff", None),
    ):
        cookie = {} if name is None else {"Cookie": f"console_session={world.session(name)}"}
        stranger = Line(world.url, cookie)
        assert stranger.enter(namespace, auth) == {"message": "signed_out"}
        stranger.close()
    odd = Line(world.url)
    assert odd.enter("/staff", {"token": 7}) == {"message": "bad_request"}
    odd.close()


def test_a_token_opens_the_door_of_its_person(world: World, do: Do) -> None:
    do(signing.create_token, world.cast["ada"], value="a program", name="bot")
    bot = Line(world.url)
    assert "sid" in bot.enter("/staff", {"token": "a program", "language": "es"})
    assert bot.join("ticket:1")["ok"] is True
    bot.close()


def test_another_sites_page_gets_no_socket(world: World) -> None:
    cookie = {"Cookie": f"console_session={world.session('ada')}"}
    with pytest.raises(InvalidStatus):
        Line(world.url, {**cookie, "Origin": "https://evil.example"})
    Line(world.url, {**cookie, "Origin": world.url}).close()


def test_there_is_no_long_polling(world: World) -> None:
    with http(base_url=world.url, timeout=PATIENCE) as client:
        assert client.get("/socket.io/?EIO=4&transport=polling").status_code == 400
        assert client.post("/socket.io/?EIO=4&transport=polling", content="40").status_code == 400


def test_a_stop_sends_the_pages_away_to_come_back(world: World, line: Open) -> None:
    ada = line("ada")
    ada.join("ticket:1")
    world.server.should_exit = True
    assert ada.ended() == 1012


def test_nobody_comes_in_while_it_stops(world: World, loop: asyncio.AbstractEventLoop) -> None:
    loop.call_soon_threadsafe(setattr, world.console.realtime.server, "closed", True)
    late = Line(world.url)
    with pytest.raises(Closed):
        late.enter("/staff")
    late.close()
