"""No byte of a staff-only fact reaches a requester over any wire. What they receive is kept byte for byte and searched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic, sleep

import pytest
from sqlalchemy import select

from cast import Clock, email
from console.config import Settings
from console.desk.change import LETTER_LEAVES
from console.desk.letter import STAFF
from console.desk.tables import errand, letter
from console.viewer import COOKIE
from stages import Stage
from web import tokens
from web.secrets_of_staff import NUMBER, WAITING, Secrets, ask_everything
from web.wire import Listener, RawSocket, tapped
from world import PATIENCE, World, begin

pytestmark = pytest.mark.timeout(300)

# What becomes public with the reply: its words, its file, who wrote it, and the id of the command in the page.
LEAVES = {*WAITING, "who writes the reply that waits"}


@dataclass(frozen=True)
class Heard:
    """What each person received: `before` the waiting reply left, and `after` it."""

    secrets: Secrets
    before: dict[str, list[bytes]]
    after: dict[str, list[bytes]]
    mails: dict[str | None, list[bytes]]  # to each requester, and those to the staff


@pytest.fixture(scope="module")
def heard(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    data = tmp_path_factory.mktemp("leak") / "data"
    with stage.desk(data) as address:
        world = begin(Settings(data=data, database_url=address, port=0, undo_seconds=60), Clock())
        try:
            yield listen(world, Secrets(world))
        finally:
            world.stop()


def listen(world: World, secrets: Secrets) -> Heard:
    people = ("rhea", "cora", "ada")
    with ExitStack() as open_:
        taps = {name: open_.enter_context(tapped(world.settings.port)) for name in people}
        live: dict[str, Listener] = {}
        for name, tap in taps.items():
            namespace = "/staff" if name == "ada" else "/portal"
            seat = RawSocket(tap.url, namespace, f"{COOKIE}={world.session(name)}", {"language": "en"})
            live[name] = Listener(seat)
            open_.callback(live[name].close)
            seat.ws.send(f'42{namespace},["join",{{"channel":"me"}}]')
            seat.ws.send(f'42{namespace},9["join",{{"channel":"ticket:{NUMBER}","after":0}}]')
            live[name].wait_for(lambda frame: '"epoch"' in frame)
        secrets.work_among_staff()
        secrets.work_in_public()
        secrets.reply("The last word")
        files = secrets.files()
        for name, tap in taps.items():
            live[name].wait_for(lambda frame: "The last word" in frame)
            ask_everything(world, tap.url, name, files)
        before = {name: [bytes(each) for each in tap.heard] + mails(world, name) for name, tap in taps.items()}
        world.clock.pass_(seconds=61)
        for name, tap in taps.items():
            live[name].wait_for(lambda frame: secrets.tokens["the reply"] in frame and '"replied"' in frame)
            ask_everything(world, tap.url, name, files, ["en"])
        after = {name: [bytes(each) for each in tap.heard] + mails(world, name) for name, tap in taps.items()}
        return Heard(secrets, before, after, {name: mails(world, name) for name in ("rhea", "cora", None)})


def mails(world: World, name: str | None) -> list[bytes]:
    """The letters to this person, once those that are due have left; of None those to the staff."""
    until = monotonic() + PATIENCE
    due = select(errand.c.id).where(errand.c.follower == LETTER_LEAVES, errand.c.state == "waiting")
    while world.desk.database.read_now(lambda c: c.execute(due.where(errand.c.next_at <= world.clock.at)).first()):
        assert monotonic() < until, "letters do not leave"
        sleep(0.05)
    wanted = letter.c.kind.in_(STAFF) if name is None else letter.c.address == email(name)
    sent = select(letter.c.key).where(wanted, letter.c.key.is_not(None))
    keys = world.desk.database.read_now(lambda c: c.execute(sent).scalars().all())
    return [world.console.house.files.read(key) for key in keys]


@pytest.mark.parametrize("name", ["rhea", "cora"])
def test_not_one_secret_of_staff_reaches_a_requester_in_any_form(heard: Heard, name: str) -> None:
    assert tokens.found(heard.before[name], heard.secrets.tokens) == set()
    said = b"".join(heard.before[name])
    for public in (b"The last word", b"Seen by all.", b"Solved for all."):
        assert public in said, "the twin: public words do arrive"


def test_every_secret_does_reach_staff(heard: Heard) -> None:
    assert tokens.found(heard.before["ada"], heard.secrets.tokens) == set(heard.secrets.tokens)


@pytest.mark.parametrize("name", ["rhea", "cora"])
def test_when_the_waiting_reply_has_left_it_is_public_and_everything_else_stays_inside(heard: Heard, name: str) -> None:
    assert tokens.found(heard.after[name], heard.secrets.tokens) == LEAVES


@pytest.mark.parametrize("name", ["rhea", "cora"])
def test_a_requester_is_written_to_and_the_staff_too(heard: Heard, name: str) -> None:
    """Otherwise finding nothing in their mail would prove nothing."""
    assert any(b"The last word" in each for each in heard.mails[name])
    staff = heard.mails[None]
    assert "the note" in tokens.found(staff, heard.secrets.tokens)


PRESENCE = (b'["presence"', b'"viewers"', b'"rev"', b'["panel"', b"Here now", b'data-state="reply"')


@pytest.mark.parametrize("name", ["rhea", "cora"])
def test_no_frame_and_no_page_of_a_requester_tells_who_is_there(heard: Heard, name: str) -> None:
    said, twin = (b"\n".join(tokens.unpacked(b"\n".join(heard.after[each]))) for each in (name, "ada"))
    for sign in PRESENCE:
        assert sign not in said, sign
        assert sign in twin, f"the twin: staff are told: {sign!r}"


@pytest.mark.parametrize("name", ["rhea", "cora"])
def test_what_a_requester_received_came_over_every_wire(heard: Heard, name: str) -> None:
    """Otherwise finding nothing would prove nothing."""
    said = b"\n".join(tokens.unpacked(b"\n".join(heard.before[name])))
    for sign in (
        b"HTTP/1.1 101 Switching",  # sockets
        b'42/portal,["event",',
        b'44/staff,{"message":"signed_out"}',
        b'"events":[{"channel":"ticket:2"',  # catch-up
        b'"items":[{"seq":1,"kind":"opened"',  # API
        b"application/problem+json",
        b'<li class="msg',  # pages, in three languages
        b'<html lang="es">',
        b'<html lang="pt">',
        b"HTTP/1.1 404",  # refusals
        b"HTTP/1.1 405",
        b"HTTP/1.1 422",
        b"customElements",  # scripts
        b"image/svg+xml",
    ):
        assert sign in said, sign


def test_nothing_travels_in_a_form_that_the_detector_can_not_read(heard: Heard) -> None:
    for said in heard.before.values():
        heads = b"\n".join(re.findall(rb"HTTP/1\.1 [^\0]*?\r\n\r\n", b"\n".join(said))).lower()
        assert set(re.findall(rb"content-encoding: *(\S+)", heads)) == {b"gzip"}
        assert b"sec-websocket-extensions" not in heads


@pytest.mark.parametrize("disguise", tokens.DISGUISES)
def test_the_detector_finds_every_secret_in_what_staff_received_however_it_is_disguised(
    heard: Heard, disguise: str
) -> None:
    said = b"\n".join(heard.before["ada"])
    around = [
        said[max(0, at - 60) : at + 90]
        for each in heard.secrets.tokens.values()
        if (at := said.find(each.encode())) >= 0
    ]
    hidden = tokens.DISGUISES[disguise](b" ".join(around))
    assert tokens.found([hidden], heard.secrets.tokens) == set(heard.secrets.tokens)
    assert tokens.found([hidden], {"another": tokens.token()}) == set()


def test_half_a_secret_is_found_too() -> None:
    secret = tokens.token()
    assert tokens.found([f"{secret[:16]}…".encode()], {"cut off": secret}) == {"cut off"}
    assert tokens.found([f"…{secret[16:]}".encode()], {"its end": secret}) == {"its end"}
