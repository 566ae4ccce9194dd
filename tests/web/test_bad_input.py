"""Wrong input gets a clear sentence in the person's language; nothing is stored, and the same command works once corrected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from cast import email
from web.conftest import Clients, program, state, stored
from world import JSON, World, send

LONGEST = 64_000  # characters
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
NOTE, REPLY, PORTAL = "/tickets/1/notes", "/tickets/1/replies", "/portal/requests/1/replies"


@dataclass(frozen=True)
class Wrong:
    """One mistake: who makes it, where, with what; and how it is refused."""

    path: str
    data: dict[str, Any] = field(default_factory=dict)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    status: int = 422
    where: str | None = None
    who: str = "ada"
    says: str = ""


WRONG = {
    "nothing said": Wrong(REPLY, {"body": ""}, where="body"),
    "no field at all": Wrong(REPLY, {}, where="body"),
    "only spaces": Wrong(NOTE, {"body": " \r\n\t "}, where="body"),
    "only NULs": Wrong(PORTAL, {"body": "\0\0"}, where="body", who="rhea"),
    "one character too many": Wrong(REPLY, {"body": "x" * (LONGEST + 1)}, where="body", says="64001"),
    "one emoji too many": Wrong(NOTE, {"body": "🦊" * (LONGEST + 1)}, where="body", says="64001"),
    "too long in the portal": Wrong(PORTAL, {"body": "ñ" * (LONGEST + 1)}, where="body", who="rhea", says="64001"),
    "copied to nobody": Wrong(
        REPLY, {"body": "x", "cc": ["nobody@desk.example"]}, where="cc", says="nobody@desk.example"
    ),
    "copied to no address": Wrong(REPLY, {"body": "x", "cc": ["<b>"]}, where="cc", says="<b>"),
    "a right copy and a wrong one": Wrong(
        REPLY, {"body": "x", "cc": [email("mallory"), "x@y"]}, where="cc", says="x@y"
    ),
    "calling nobody": Wrong(
        NOTE, {"body": "x", "notify": "nobody@desk.example"}, where="notify", says="nobody@desk.example"
    ),
    "calling a requester": Wrong(NOTE, {"body": "x", "notify": email("rhea")}, where="notify", says=email("rhea")),
    "calling another team": Wrong(NOTE, {"body": "x", "notify": email("cleo")}, where="notify", says=email("cleo")),
    "an unknown @name": Wrong(NOTE, {"body": "Ask @Zoltan about it"}, where="body", says="@Zoltan"),
    "the @name of another team": Wrong(NOTE, {"body": "@Cleo Vidal, look"}, where="body", says="@Cleo"),
    "the @name of the requester": Wrong(NOTE, {"body": "@Rhea is waiting"}, where="body", says="@Rhea"),
    "a status that is none": Wrong(REPLY, {"body": "x", "status": "exploded"}, where="status", says="exploded"),
    "a status that is none, with a note": Wrong(NOTE, {"body": "x", "status": "OPEN"}, where="status", says="OPEN"),
    "no status": Wrong("/tickets/1/status", {"value": ""}, where="status"),
    "a priority that is none": Wrong("/tickets/1/priority", {"value": "Urgent"}, where="priority", says="Urgent"),
    "a type that is none": Wrong("/tickets/1/type", {"value": "<script>"}, where="type", says="<script>"),
    "an impact that is none": Wrong("/tickets/1/impact", {"value": "world"}, where="impact", says="world"),
    "assigned to a number that is nobody": Wrong("/tickets/1/technician", {"value": "9" * 30}, where="technician"),
    "assigned to a word": Wrong("/tickets/1/technician", {"value": "ada"}, where="technician"),
    "assigned to the requester": Wrong("/tickets/1/technician", {"value": "7"}, where="technician"),
    "a command id that is none": Wrong(NOTE, {"body": "x", "command_id": "a b"}, where="command_id"),
    "a command id without end": Wrong(NOTE, {"body": "x", "command_id": "a" * 101}, where="command_id"),
    "a program": Wrong(REPLY, {"body": "x"}, [("run.exe", b"MZ")], where="files", says="run.exe"),
    "a page": Wrong(
        REPLY, {"body": "x"}, [("a.txt", b"x"), ("page.html", b"<script>")], where="files", says="page.html"
    ),
    "a drawing with scripts": Wrong(
        PORTAL, {"body": "x"}, [("x.svg", b"<svg/>")], where="files", who="rhea", says="x.svg"
    ),
    "no ending": Wrong(NOTE, {"body": "x"}, [("Makefile", b"x")], where="files", says="Makefile"),
    "only an ending": Wrong(NOTE, {"body": "x"}, [(".htaccess", b"x")], where="files", says="htaccess"),
    "an ending behind an invisible character": Wrong(
        NOTE, {"body": "x"}, [("a.txt\u200b.php", b"x")], where="files", says="a.txt.php"
    ),
    "an ending turned around": Wrong(NOTE, {"body": "x"}, [("a\u202etxt.exe", b"x")], where="files", says="atxt.exe"),
    "a picture that is a page": Wrong(REPLY, {"body": "x"}, [("a.png", b"<html>")], where="files", says="a.png"),
    "a picture of another kind": Wrong(REPLY, {"body": "x"}, [("a.jpg", PNG)], where="files", says="a.jpg"),
    "an empty picture": Wrong(PORTAL, {"body": "x"}, [("a.gif", b"")], where="files", who="rhea", says="a.gif"),
    "a file too large": Wrong(REPLY, {"body": "x"}, [("a.txt", bytes(20_000_001))], 413, "files", says="a.txt"),
    "files too large together": Wrong(
        NOTE, {}, [("a.zip", bytes(12_000_000)), ("b.zip", bytes(8_000_001))], 413, "files", says="b.zip"
    ),
    "eleven files": Wrong(REPLY, {"body": "x"}, [(f"{at}.txt", b"x") for at in range(11)], where="files", says="10"),
    "four pictures in the portal": Wrong(
        PORTAL, {"body": "x"}, [("a.png", PNG)] * 4, where="files", who="rhea", says="3"
    ),
    "two documents in the portal": Wrong(
        PORTAL, {"body": "x"}, [("a.txt", b"x")] * 2, where="files", who="rhea", says="1"
    ),
    "a ticket of another department": Wrong(NOTE, {"body": "x"}, [("a.txt", b"x")], 404, who="cleo"),
    "a request of another firm": Wrong(PORTAL, {"body": "x"}, [("a.txt", b"x")], 404, who="mallory"),
    "a ticket that does not exist": Wrong("/tickets/999/notes", {"body": "x"}, [("a.txt", b"x")], 404),
    "a number beyond all numbers": Wrong(f"/tickets/{'9' * 15}/notes", {"body": "x"}, status=404),
    "a number of sixty digits": Wrong(f"/tickets/{'9' * 60}/replies", {"body": "x"}, status=404),
    "digits of another script": Wrong("/tickets/\u0661/notes", {"body": "x"}, status=404),
    "a number below all numbers": Wrong("/tickets/-1/notes", {"body": "x"}, status=404),
    "a field that is none": Wrong("/tickets/1/number", {"value": "2"}, status=404),
    "too many fields": Wrong(NOTE, {"body": "x", **{f"f{at}": "x" for at in range(101)}}, status=400),
    "too many fields with a file": Wrong(NOTE, {f"f{at}": "x" for at in range(101)}, [("a.txt", b"x")], 400),
    "too many files by far": Wrong(NOTE, {"body": "x"}, [("a.txt", b"x")] * 61, 400),
    "a field beyond all fields": Wrong(NOTE, {"body": "x" * (1 << 20)}, status=400),
    "a body beyond all bodies": Wrong(NOTE, {}, [("a.txt", bytes(31 << 20))], 413),
}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_explained_in_three_languages_and_leaves_no_trace(clients: Clients, name: str) -> None:
    wrong = WRONG[name]
    files = [("files", each) for each in wrong.files]
    sentences = []
    for language in ("en", "es", "pt"):
        answer = clients[wrong.who, language].post(wrong.path, data=wrong.data, files=files or None, headers=JSON)
        assert (answer.status_code, answer.headers["content-type"]) == (wrong.status, "application/json"), answer.text
        told = answer.json()
        assert told.keys() == {"error", "field"} and told["field"] == wrong.where
        assert wrong.says in told["error"] and "%(" not in told["error"]
        sentences.append(told["error"])
    assert len(set(sentences)) == 3, sentences


def test_the_longest_message_is_taken_whole_everywhere(world: World) -> None:
    longest = "🦊" * (LONGEST - 2) + "ñx"
    assert send(world.browse("ada"), REPLY, body=longest).status_code == 200
    assert send(world.browse("ada"), NOTE, body=f"  {longest}\r\n").status_code == 200
    assert send(world.browse("rhea"), PORTAL, body=longest).status_code == 200
    robot = program(world, "ada")
    items = robot.get("/api/v1/tickets/1/activity?after=2").json()["items"]
    assert [item["message"]["body"] == longest for item in items if "message" in item] == [True] * 3


def test_corrected_the_same_command_is_done_once(world: World) -> None:
    ada = world.browse("ada")
    wrong, right = {"body": "@Zoltan, look", "command_id": "one"}, {"body": "@Ben, look", "command_id": "one"}
    said = [send(ada, NOTE, **each, last=2).status_code for each in (wrong, wrong, right, right)]
    assert said == [422, 422, 200, 200]
    assert [event["kind"] for event in ada.get("/tickets/1/since/2").json()["events"]] == ["noted"]


def test_a_session_that_ended_while_typing_says_where_to_sign_in_and_keeps_nothing(world: World) -> None:
    sentences = set()
    for language in ("en", "es", "pt"):
        ada = world.browse("ada", language)
        world.browse("ada").post("/sign-out")
        world.clock.pass_(days=15)
        before = world.desk.database.read_now(state)
        file = {"files": ("a.txt", b"x")}
        from_page = JSON | {"referer": f"{world.url}/tickets/1"}
        answer = ada.post(NOTE, data={"body": "A long text"}, files=file, headers=from_page)
        assert (answer.status_code, answer.json()["sign_in"]) == (401, "/sign-in?next=/tickets/1")
        assert world.desk.database.read_now(state) == before and stored(world) == []
        sentences.add(answer.json()["error"])
    assert len(sentences) == 3


def test_nuls_are_left_out_and_the_rest_is_kept(world: World) -> None:
    ada = world.browse("ada")
    assert send(ada, NOTE, body="before\0after", command_id="").status_code == 200
    assert "beforeafter" in ada.get("/tickets/1").text
    for field_, value in (("status", "open\0"), ("cc", "a\0@b"), ("last", "1\0"), ("seen", "\0"), ("epoch", "\0")):
        assert send(ada, REPLY, **{"body": "x", field_: value}).status_code in (200, 422)
    for address in (
        "/tickets?show=%00&status=%00&cursor=%00",
        "/tickets/1/people?for=%00&q=%00",
        "/attachments/%00/%00",
    ):
        assert ada.get(address).status_code in (200, 404)
    assert world.browse().post("/sign-in", data={"email": "a\0", "password": "\0"}).status_code == 422
