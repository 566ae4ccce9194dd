"""Side channels: what staff do among themselves changes nothing that a requester could count, time or compare."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from cast import Clock
from console.config import Settings
from console.desk.actions import opening
from console.desk.message import Draft
from console.realtime.beat import tell_heads
from stages import Stage
from web.conftest import Open, in_loop, program
from web.secrets_of_staff import NUMBER, Secrets
from web.wire import RawSocket
from world import World, begin, send

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PAGES = (
    *(
        "/",
        "/portal",
        "/portal/requests/1",
        f"/portal/requests/{NUMBER}",
        "/tickets",
        f"/tickets/{NUMBER}",
        "/notifications",
    ),
    *(f"/portal/requests/{NUMBER}/since/{seq}" for seq in range(8)),
    f"/portal/requests/{NUMBER}/since/0?epoch=another",
)
ANSWERS = (
    *("/tickets", "/tickets?limit=1", f"/tickets/{NUMBER}"),
    *(f"/tickets/{NUMBER}/activity", f"/tickets/{NUMBER}/activity?after=2"),
)
STAFF_WORK = [
    "viewed",
    "followed",
    "marked_unread",
    "links_revoked",
    "noted",
    *["assigned"] * 3,
    "escalated",
    "tagged",
    "impact_changed",
    "type_changed",
    "reply_queued",
]


@pytest.fixture
def make(stage: Stage, tmp_path: Path) -> Iterator[Callable[[], World]]:
    """Serve a desk of its own on each call."""
    with ExitStack() as made:

        def start(name: str, **settings: Any) -> World:
            data = tmp_path / name
            address = made.enter_context(stage.desk(data))
            world = begin(Settings(data=data, database_url=address, port=0, **settings), Clock())
            made.callback(world.stop)
            return world

        numbers = itertools.count()
        yield lambda **settings: start(str(next(numbers)), **settings)


def seen_by(world: World, name: str) -> dict[str, bytes]:
    """Everything a requester can ask for, with its headers, the time of the answer apart."""
    with world.browse(name) as page, program(world, name) as robot:
        for client in (page, robot):
            client.headers["accept-encoding"] = "identity"  # what is random compresses differently
        answers = {path: page.get(path) for path in PAGES}
        answers |= {f"/api/v1{path}": robot.get(f"/api/v1{path}") for path in ANSWERS}
    return {path: repr(heads(answer)).encode() + answer.content for path, answer in answers.items()}


def heads(answer: httpx2.Response) -> list[tuple[str, str]]:
    return [each for each in answer.headers.items() if each[0] != "date"]


@pytest.mark.parametrize("name", ["rhea", "cora"])
def test_everything_a_requester_can_ask_for_is_the_same_before_and_after_work_among_staff(
    make: Callable[..., World], name: str
) -> None:
    world = make(undo_seconds=60)
    secrets = Secrets(world)
    before = seen_by(world, name)
    secrets.work_among_staff()
    assert seen_by(world, name) == before
    secrets.work_in_public()
    assert seen_by(world, name) != before, "the twin: public work is seen"


def test_a_story_with_notes_between_is_byte_for_byte_the_story_without_them(make: Callable[..., World]) -> None:
    """The same public words at the same moments on two desks; on one of them staff work among themselves in between."""
    told = []
    for busy in (False, True):
        world = make()
        world.clock.at = NOON
        secrets = Secrets(world)
        heard = RawSocket(world.url, "/portal", f"console_session={world.session('cora')}", {"language": "en"})
        heard.join(f"ticket:{NUMBER}")
        rhea = world.browse("rhea")
        for hour in range(1, 5):
            if busy:
                secrets.work_among_staff(waiting=False)
                send(world.browse("ada"), f"/tickets/{NUMBER}/notes", body="Between us").raise_for_status()
            world.clock.at = NOON.replace(hour=12 + hour)
            file = {"files": (f"{hour}.txt", b"words")}
            said = {"body": f"It is {hour}", "command_id": f"rhea-{hour}"}
            rhea.post(f"/portal/requests/{NUMBER}/replies", data=said, files=file).raise_for_status()
            world.clock.at = NOON.replace(hour=12 + hour, minute=30)
            secrets.reply(f"Half past {hour}", status=("pending", "open")[hour % 2])
            heard.until(partial(contains, f"Half past {hour}"))
        answers = {path: content.decode() for path, content in seen_by(world, "rhea").items()}
        told.append({path: same(text) for path, text in (answers | {"socket": "\n".join(heard.frames[2:])}).items()})
        heard.close()
    quiet, busy_one = told
    for path, text in quiet.items():
        assert busy_one[path] == text, path


def contains(words: str, frame: str) -> bool:
    return words in frame


def same(text: str) -> str:
    """Without what is random on every desk: epochs, keys of files; and the pings, which keep their own time."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "EPOCH", text)
    text = re.sub(r"/attachments/[0-9a-f]{32}/", "/attachments/KEY/", text)
    text = re.sub(r"(T|\s)(\d\d:\d\d:\d\d)\.\d+Z", r"\1\2Z", text)
    return "\n".join(line for line in text.splitlines() if line != "2")


def test_no_frame_at_all_reaches_the_portal_while_staff_work_among_themselves(
    make: Callable[..., World], raw: Open
) -> None:
    world = make(undo_seconds=60)
    secrets = Secrets(world)
    seats = {name: raw(world, name, "/portal") for name in ("rhea", "cora")}
    ada = raw(world, "ada", "/staff")
    for seat in (*seats.values(), ada):
        assert seat.join(f"ticket:{NUMBER}")["ok"] and seat.join("me")["ok"]
        seat.frames.clear()
    secrets.work_among_staff()
    secrets.reply("Now for everybody")
    for seat in (*seats.values(), ada):
        seat.until(lambda frame: "Now for everybody" in frame)
    for name, seat in seats.items():
        assert [frame[:20] for frame in seat.frames if frame != "2"] == ['42/portal,["event",{'], name
    told = [data["kind"] for event, data in ada.events() if event == "event"]
    assert told == [*STAFF_WORK, "replied"], "the twin: staff heard all of it"


def test_the_heartbeat_tells_requesters_the_public_number_before_and_after_notes(world: World, raw: Open) -> None:
    rhea, ada = raw(world, "rhea", "/portal"), raw(world, "ada", "/staff")
    for seat in (rhea, ada):
        seat.join("ticket:1")
    live = world.console.realtime
    in_loop(world, tell_heads(world.desk, live.feed, live.rooms))
    send(world.browse("ada"), "/tickets/1/notes", body="Between us").raise_for_status()
    in_loop(world, tell_heads(world.desk, live.feed, live.rooms))
    rhea.call("leave", {"channel": "me"})
    ada.call("leave", {"channel": "me"})
    assert [data["seq"] for name, data in rhea.events()] == [2, 2]
    assert [data["seq"] for name, data in ada.events() if name == "head"] == [2, 3]


def test_public_numbers_have_no_holes_where_notes_and_assignments_are(world: World) -> None:
    ada, rhea = world.browse("ada"), world.browse("rhea")
    for turn in range(3):
        send(ada, "/tickets/1/notes", body="Between us").raise_for_status()
        send(ada, "/tickets/1/technician", value=str(world.cast["ben" if turn % 2 else "tess"].id)).raise_for_status()
        send(ada, "/tickets/1/replies", body="To you").raise_for_status()
        send(rhea, "/portal/requests/1/replies", body="To you").raise_for_status()
    page = rhea.get("/portal/requests/1").text
    assert [int(seq) for seq in re.findall(r'id="entry-(\d+)"', page)] == list(range(1, 9))
    assert [event["seq"] for event in rhea.get("/portal/requests/1/since/0").json()["events"]] == list(range(1, 9))
    assert ada.get("/tickets/1/since/0").json()["seq"] == 14, "the twin: staff count all of them"


def test_the_order_and_the_times_of_the_list_of_requests_follow_public_work_only(world: World) -> None:
    for subject in ("Second", "Third"):
        world.clock.pass_(hours=1)
        said = Draft("Words", source="portal")
        world.desk.run(opening.open_ticket, world.cast["rhea"], subject=subject, draft=said, department="Support")
    ada, rhea = world.browse("ada"), world.browse("rhea")
    before = rhea.get("/portal").text
    assert re.findall(r"#(\d)</span>", before) == ["3", "2", "1"]
    world.clock.pass_(hours=1)
    send(ada, "/tickets/1/notes", body="Between us").raise_for_status()
    assert rhea.get("/portal").text == before
    assert "#1" in ada.get("/tickets").text.split("#3")[0], "the twin: to staff ticket 1 is the latest changed"
    send(ada, "/tickets/1/replies", body="To you").raise_for_status()
    assert re.findall(r"#(\d)</span>", rhea.get("/portal").text) == ["1", "3", "2"]


def test_nothing_on_a_public_page_counts_messages_or_files(world: World) -> None:
    """Ids of rows count notes too. Those on a public page are public numbers, people, or random."""
    ada, rhea = world.browse("ada"), world.browse("rhea")
    for body in ("Between us", "To you"):
        door = "replies" if body == "To you" else "notes"
        for turn in range(9):
            file = {"files": (f"{turn}.txt", b"words")}
            ada.post(f"/tickets/1/{door}", data={"body": body}, files=file).raise_for_status()
    page = re.sub(r'data-epoch="[^"]*"', "", rhea.get("/portal/requests/1").text)  # random; it may end in figures
    keys = re.findall(r"/attachments/(\w+)/", page)
    assert len(set(keys)) == len(keys) == 9 and all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)
    people = {str(world.cast[name].id) for name in ("rhea", "ada")}
    assert set(re.findall(r'data-(?:author|viewer)="(\d+)"', page)) == people
    numbers = set(re.findall(r'(?:id|data-[a-z]+|for|href)="[^"]*?(\d+)"', page)) - people
    assert numbers <= {str(seq) for seq in range(1, 12)} | {"64000", "20000000"}, "there are 11 public activities"
    answer = json.dumps(program(world, "rhea").get("/api/v1/tickets/1/activity").json())
    assert set(re.findall(r'"id": (\d+)', answer)) == people
