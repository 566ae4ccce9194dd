"""A request whose body drips in for long: whoever lost their access meanwhile changes nothing and reads nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import Any
from urllib.parse import urlencode

import pytest

from cast import email
from console import viewer
from console.desk.actions import note, staffing
from console.desk.activity import head
from console.desk.message import Draft
from web.conftest import token
from world import PATIENCE, World

LATE = "A note that was written when he was gone"


def act(world: World, action: Any, *args: Any, **named: Any) -> None:
    """Let something happen, and wait until the running desk has seen it."""

    async def do() -> None:
        receipt = await world.desk.do(action, *args, **named)
        await world.console.realtime.feed.reached(receipt.position)

    loop = world.server.servers[0].get_loop()
    asyncio.run_coroutine_threadsafe(do(), loop).result(PATIENCE)


class Dripping:
    """A POST of which the first half of the body is sent; `finish` sends the rest and gives the status and the answer."""

    def __init__(self, world: World, path: str, proof: str, body: str, kind: str) -> None:
        self.line = socket.create_connection(("127.0.0.1", world.settings.port), PATIENCE)
        raw = body.encode()
        self.rest = raw[5:]
        lines = (f"POST {path} HTTP/1.1", "Host: localhost", "Accept: application/json", "Connection: close", proof)
        headers = "\r\n".join((*lines, f"Content-Type: {kind}", f"Content-Length: {len(raw)}"))
        self.line.sendall(headers.encode() + b"\r\n\r\n" + raw[:5])
        for _ in range(3):  # while whole pages take their way, the desk has long looked up who asks here
            world.browse("ada").get("/tickets/1").raise_for_status()

    def finish(self) -> tuple[int, str]:
        self.line.sendall(self.rest)
        answer = b"".join(iter(lambda: self.line.recv(65_536), b"")).decode()
        self.line.close()
        return int(answer.split()[1]), answer


FORMS = {
    "replies": {"body": "Words", "last": "0"},
    "notes": {"body": "Words", "last": "0"},
    "priority": {"value": "urgent", "last": "0"},
    "following": {"on": "1", "last": "0"},
    "draft": {"body": "Words", "mode": "reply", "version": "0"},
}


@pytest.fixture
def ben(world: World) -> str:
    """The proof of his browser."""
    return f"Cookie: {viewer.COOKIE}={world.session('ben')}"


def happens_meanwhile(world: World, what: str) -> None:
    """Ben loses his access, and a colleague goes on."""
    if what == "disabled":
        act(world, staffing.change_access, None, email=email("ben"), active=False)
    elif what == "moved":
        act(world, staffing.change_access, None, email=email("ben"), departments=["Billing"])
    act(world, note.write_note, 1, world.cast["ada"], draft=Draft(LATE))


@pytest.mark.parametrize("what", ("disabled", "moved"))
@pytest.mark.parametrize("door", FORMS)
def test_a_form_that_ends_after_its_sender_lost_access_does_nothing(
    door: str, what: str, world: World, ben: str
) -> None:
    form = urlencode(FORMS[door])
    request = Dripping(world, f"/tickets/1/{door}", ben, form, "application/x-www-form-urlencoded")
    happens_meanwhile(world, what)
    before = world.desk.database.read_now(head)
    status, answer = request.finish()
    assert status in (401, 503), answer
    assert LATE not in answer and world.desk.database.read_now(head) == before


@pytest.mark.parametrize("door", FORMS)
def test_a_form_that_takes_its_time_is_taken_as_long_as_its_sender_may(door: str, world: World, ben: str) -> None:
    form = urlencode(FORMS[door])
    request = Dripping(world, f"/tickets/1/{door}", ben, form, "application/x-www-form-urlencoded")
    happens_meanwhile(world, "nothing")
    act(world, staffing.change_access, None, email=email("tess"), active=False)
    assert request.finish()[0] == 200


def test_a_program_whose_token_ends_before_its_body_does_nothing(world: World) -> None:
    proof = f"Authorization: Bearer {token(world, 'ben')}"
    said = json.dumps({"kind": "reply", "body": "By a technician who was dismissed"})
    for access, expected in ((True, 201), (False, 401)):
        request = Dripping(world, "/api/v1/tickets/1/messages", proof, said, "application/json")
        act(world, staffing.change_access, None, email=email("ben"), active=access)
        assert request.finish()[0] == expected
