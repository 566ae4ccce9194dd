"""Who may do what on a socket: every role, both namespaces, every event; and who hears what in the rooms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cast import email
from console import viewer
from console.desk.actions import staffing
from console.realtime.beat import tell_heads
from web.conftest import Open, in_loop, token
from web.wire import RawSocket
from world import World, http, send

ROLES = ("nobody", "rhea", "cora", "mallory", "ada", "cleo", "lea", "root", "gone", "T:ada", "T:rhea")

# "out": the namespace refuses the connection. "-": not_found. Otherwise "ok" or the error of the acknowledgement.
TABLE = """
                             nobody rhea cora mallory ada cleo lea root gone T:ada T:rhea
/staff   join ticket:1       out    out  out  out     ok  -    ok  ok   out  ok    out
/staff   join ticket:999     out    out  out  out     -   -    -   -    out  -     out
/staff   join me             out    out  out  out     ok  ok   ok  ok   out  ok    out
/staff   join view:1         out    out  out  out     -   -    -   -    out  -     out
/staff   join board          out    out  out  out     -   -    ok  ok   out  -     out
/staff   join view:all       out    out  out  out     ok  ok   ok  ok   out  ok    out
/staff   join view:mine      out    out  out  out     ok  ok   ok  ok   out  ok    out
/staff   join view:unassigned out   out  out  out     ok  ok   ok  ok   out  ok    out
/staff   intent ticket:1     out    out  out  out     ok  -    ok  ok   out  ok    out
/staff   intent ticket:999   out    out  out  out     -   -    -   -    out  -     out
/staff   leave ticket:1      out    out  out  out     ok  ok   ok  ok   out  ok    out
/staff   leave view:all      out    out  out  out     ok  ok   ok  ok   out  ok    out
/portal  join ticket:1       out    ok   ok   -       -   -    -   -    out  -     ok
/portal  join ticket:999     out    -    -    -       -   -    -   -    out  -     -
/portal  join me             out    ok   ok   ok      ok  ok   ok  ok   out  ok    ok
/portal  join view:1         out    -    -    -       -   -    -   -    out  -     -
/portal  join board          out    -    -    -       -   -    -   -    out  -     -
/portal  join view:all       out    -    -    -       -   -    -   -    out  -     -
/portal  join view:mine      out    -    -    -       -   -    -   -    out  -     -
/portal  intent ticket:1     out    ok   ok   -       -   -    -   -    out  -     ok
/portal  leave ticket:1      out    ok   ok   ok      ok  ok   ok  ok   out  ok    ok
"""

# Answered alike to everybody who is in, whoever they are.
REFUSED: list[tuple[str, list[Any]]] = [
    ("unknown_event", ["reply", {"channel": "ticket:1", "body": "x"}]),
    ("unknown_event", ["connect"]),
    ("unknown_event", ["event", {"channel": "ticket:1", "seq": 9, "kind": "replied", "ops": [], "say": "forged"}]),
    ("bad_request", ["join"]),
    ("bad_request", ["join", "ticket:1"]),
    ("bad_request", ["join", {}]),
    ("bad_request", ["join", {"channel": "ticket:1"}, {"channel": "ticket:1"}]),
    ("bad_request", ["join", {"channel": ["ticket:1"]}]),
    ("bad_request", ["join", {"channel": 1}]),
    ("bad_request", ["join", {"channel": "ticket:1", "after": -1}]),
    ("bad_request", ["join", {"channel": "ticket:1", "after": "0"}]),
    ("bad_request", ["join", {"channel": "ticket:1", "after": 2**63}]),
    ("bad_request", ["join", {"channel": "ticket:1", "epoch": 7}]),
    ("bad_request", ["leave", {"channel": None}]),
    ("bad_request", ["intent"]),
    ("bad_request", ["intent", {"channel": "ticket:1"}]),
    ("bad_request", ["intent", {"channel": "ticket:1", "state": ["reply"]}]),
    ("bad_request", ["intent", {"channel": "ticket:1", "state": "unheard of"}]),
    ("bad_request", ["intent", {"channel": "ticket:1", "state": "viewing"}, {}]),
    ("bad_request", ["intent", {"channel": "me", "state": "viewing"}]),
    ("unknown_event", ["presence", {"channel": "ticket:1", "rev": 9, "viewers": []}]),
]
NO_CHANNELS = """
    ticket ticket: ticket:* ticket:% ticket:_ ticket:1* ticket:01 ticket:-1 ticket:+1 ticket:1.0 ticket:1e0 ticket:0x1
    ticket:\u0661 ticket:\uff11 TICKET:1 ticket:1/staff/en ticket:1/public/en person:1 person:1/en ticket:1,ticket:2
    ../ticket:1 /staff ticket:1;view:1 ticket:9223372036854775808
"""
CHANNELS = [
    *NO_CHANNELS.split(),
    "",
    "ticket:1 ",
    " ticket:1",
    "ticket:1\0",
    "ticket:1\n",
    "me ",
    "ticket:" + "9" * 5_000,
]


def table() -> dict[tuple[str, str, str], dict[str, str]]:
    """The expected outcomes by (namespace, event, channel) and role."""
    lines = [line.split() for line in TABLE.strip("\n").splitlines()[1:]]
    return {
        (namespace, event, channel): dict(zip(ROLES, words, strict=True)) for namespace, event, channel, *words in lines
    }


class Seats:
    """One socket for each role and namespace of a desk; None where the namespace lets nobody in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dead = world.session("ben")
        world.desk.run(staffing.change_access, None, email=email("ben"), active=False)
        self.taken = {(role, ns): self.seat(role, ns) for role in ROLES for ns in ("/staff", "/portal")}

    def seat(self, role: str, namespace: str) -> RawSocket:
        auth = {"language": "en"} | ({"token": token(self.world, role[2:])} if role.startswith("T:") else {})
        cookie = (
            self.dead if role == "gone" else "" if role == "nobody" or auth.get("token") else self.world.session(role)
        )
        return RawSocket(self.world.url, namespace, f"{viewer.COOKIE}={cookie}" if cookie else None, auth)

    def ask(self, role: str, namespace: str, *event: Any) -> str:
        seat = self.taken[role, namespace]
        if not seat.entered:
            assert seat.frames[-1] == f'44{namespace},{{"message":"signed_out"}}', seat.frames
            return "out"
        answer = seat.call(*event)
        return "ok" if answer["ok"] else answer["error"].replace("not_found", "-")


@pytest.fixture(scope="module")
def seats(shared: World) -> Iterator[Seats]:
    found = Seats(shared)
    yield found
    for seat in found.taken.values():
        seat.close()


@pytest.mark.parametrize(("namespace", "event", "channel"), table())
def test_each_role_gets_on_a_socket_what_the_table_says(seats: Seats, namespace: str, event: str, channel: str) -> None:
    asked = {"channel": channel}
    if event == "intent":  # about what was joined, by those who may
        asked["state"] = "viewing"
        for role in ROLES:
            seats.ask(role, namespace, "join", {"channel": channel})
    told = {role: seats.ask(role, namespace, event, asked) for role in ROLES}
    assert told == table()[namespace, event, channel]


def test_what_one_may_not_join_is_byte_for_byte_what_does_not_exist(world: World, raw: Open) -> None:
    for name, namespace in (("cleo", "/staff"), ("mallory", "/portal"), ("ada", "/portal")):
        seat = raw(world, name, namespace)
        forbidden, missing = (seat.join(channel, after=0) for channel in ("ticket:1", "ticket:999999999"))
        assert forbidden == missing == {"ok": False, "error": "not_found"}
        assert seat.events() == []


@pytest.mark.parametrize(("role", "namespace"), [("ada", "/staff"), ("rhea", "/portal")])
def test_what_no_page_sends_is_refused_by_name_and_ends_nothing(
    world: World, raw: Open, role: str, namespace: str
) -> None:
    seat = raw(world, role, namespace)
    for error, event in REFUSED:
        assert seat.call(*event) == {"ok": False, "error": error}, event
    assert seat.join("ticket:1")["ok"] is True
    assert seat.events() == []


@pytest.mark.parametrize(("role", "namespace"), [("ada", "/staff"), ("rhea", "/portal")])
def test_a_client_can_name_no_room(world: World, raw: Open, role: str, namespace: str) -> None:
    seat = raw(world, role, namespace)
    for channel in CHANNELS:
        assert seat.join(channel) == {"ok": False, "error": "bad_request"}, channel
    reply = send(world.browse("ben"), "/tickets/1/replies", body="Who hears this?")
    assert reply.status_code == 200
    assert seat.join("ticket:1")["ok"] is True, "the twin: the right name is let in"
    assert seat.events() == [], "a wrong name heard something"


@pytest.mark.parametrize("namespace", ["/", "/admin", "/staff/", "/portal?x=1", "/staff2"])
def test_a_namespace_that_is_none_lets_nobody_in(world: World, raw: Open, namespace: str) -> None:
    assert raw(world, "ada", "/staff").entered
    assert not raw(world, "root", namespace).entered


NO_PACKETS = """ 4 42 4{ 42/staff,1 42/staff,1{} 42/staff,1["join" 42/staff,1[] 42/staff,1[1] 43/staff,1[] 9 x
    451-/staff,1["join",{"_placeholder":true,"num":0}] """
MALFORMED = [*NO_PACKETS.split(), "", "\0", "42/staff,1" + "[" * 50_000]


@pytest.mark.parametrize("packet", MALFORMED, ids=range(len(MALFORMED)))
def test_a_packet_that_is_none_ends_the_connection_without_a_word(world: World, raw: Open, packet: str) -> None:
    seat = raw(world, "ada", "/staff")
    said = len(seat.frames)
    seat.ws.send(packet)
    assert seat.read() == ""
    assert seat.frames[said:] == []
    assert raw(world, "ada", "/staff").join("ticket:1")["ok"] is True, "the desk goes on"


def test_bytes_instead_of_text_end_the_connection(world: World, raw: Open) -> None:
    seat = raw(world, "ada", "/staff")
    seat.ws.send_binary(b'42/staff,1["join",{"channel":"ticket:1"}]')
    assert seat.read() == ""


HEARD = {  # after a note that calls Lea, a public reply, and the heartbeat, in the room of ticket 1 and in `me`
    ("/staff", "ada"): ["event noted", "event replied", "head"],
    ("/staff", "T:ada"): ["event noted", "event replied", "head"],
    ("/staff", "lea"): ["event noted", "notice", "event replied", "head"],
    ("/staff", "root"): ["event noted", "event replied", "head"],
    ("/staff", "cleo"): [],
    ("/portal", "rhea"): ["event replied", "notice", "head"],
    ("/portal", "cora"): ["event replied", "notice", "head"],
    ("/portal", "T:rhea"): ["event replied", "notice", "head"],
    ("/portal", "mallory"): [],
    ("/portal", "ada"): [],
}

VIEWERS = {("/staff", role) for role in ("ada", "T:ada", "lea", "root")}  # who may know who is on ticket 1


def test_each_room_hears_what_is_meant_for_it_and_nothing_else(world: World) -> None:
    seats = Seats(world)
    try:
        for (namespace, role), _ in HEARD.items():
            for channel in ("me", "ticket:1"):
                seats.ask(role, namespace, "join", {"channel": channel})
        tess = world.browse("tess")
        send(tess, "/tickets/1/notes", body="Between us", notify=email("lea")).raise_for_status()
        send(tess, "/tickets/1/replies", body="To everybody").raise_for_status()
        live = world.console.realtime
        in_loop(world, tell_heads(world.desk, live.feed, live.rooms))
        found = {each: heard(seats.taken[each[1], each[0]]) for each in HEARD}
        rosters = {each for each, names in found.items() if "presence" in names}
        counts = {each for each, names in found.items() if "panel" in names}
        aside = ("presence", "panel")  # these come when they are worth it
        assert {each: [name for name in names if name not in aside] for each, names in found.items()} == HEARD
        assert ("/staff", "ada") in rosters and rosters <= VIEWERS
        assert counts <= VIEWERS, "how many tickets lists have is for technicians of the department"
    finally:
        for seat in seats.taken.values():
            seat.close()


def heard(seat: RawSocket) -> list[str]:
    """What arrived before an answer that was asked for now: nothing more is under way then."""
    seat.call("leave", {"channel": "me"})
    return [f"{name} {data['kind']}" if name == "event" else name for name, data in seat.events()]


def test_numbers_on_the_portal_are_public_numbers(world: World, raw: Open) -> None:
    seat = raw(world, "rhea", "/portal")
    before = seat.join("ticket:1")["seq"]
    for body in ("One", "Two", "Three"):
        send(world.browse("ada"), "/tickets/1/notes", body=body).raise_for_status()
        send(world.browse("ada"), "/tickets/1/replies", body=body).raise_for_status()
    assert [data["seq"] for name, data in until_events(seat, 3)] == [before + 1, before + 2, before + 3]
    assert seat.join("ticket:1")["seq"] == before + 3


def until_events(seat: RawSocket, count: int) -> list[tuple[str, Any]]:
    while len(seat.events()) < count:
        assert seat.read(), "the desk hung up"
    return seat.events()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"departments": ["Billing"]}, {"channel": "ticket:1", "reason": "access"}),
        ({"role": "requester"}, {"channel": "ticket:1", "reason": "access"}),
        ({"active": False}, {"channel": "ticket:1", "reason": "signed_out"}),
    ],
)
def test_who_loses_access_is_told_once_and_hears_nothing_more(
    world: World, raw: Open, change: dict[str, Any], told: dict[str, str]
) -> None:
    tess, ada = raw(world, "tess", "/staff"), raw(world, "ada", "/staff")
    for seat in (tess, ada):
        assert seat.join("ticket:1")["ok"]
    world.desk.run(staffing.change_access, None, email=email("tess"), **change)
    gone = tess.until(lambda frame: "presence" not in frame)[-1]
    assert json.loads(gone.partition(",")[2]) == ["gone", told]
    send(world.browse("ben"), "/tickets/1/notes", body="Without Tess").raise_for_status()
    ada.until(lambda frame: '"noted"' in frame)  # the twin: Ada still hears
    if change.get("departments"):
        tess.call("leave", {"channel": "me"})
    else:
        tess.until_put_out()
    names = [name for name, _ in tess.events()]
    assert names[names.index("gone") :] == ["gone"], "not even who is on the ticket"


def test_signing_out_ends_the_sockets_of_that_session_and_of_no_other(world: World, raw: Open) -> None:
    ended, other = world.session("ada"), world.session("ada")
    here, there = (raw(world, None, "/staff", cookie=cookie) for cookie in (ended, other))
    assert here.join("ticket:1")["ok"] and there.join("ticket:1")["ok"]
    with http(base_url=world.url, headers={"cookie": f"{viewer.COOKIE}={ended}"}) as client:
        assert client.post("/sign-out").status_code == 303
    here.until_put_out()
    assert [(name, data["reason"]) for name, data in here.events()] == [("gone", "signed_out")]
    assert there.join("ticket:1")["ok"] and there.events() == []
