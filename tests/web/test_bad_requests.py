"""Requests that are broken, or that no page sends: refused in words, never a failure, and nothing is stored."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from console import viewer
from console.web import notifications
from console.web.guard import ToldOnce
from web.conftest import Clients, program, state, token
from world import JSON, World, send

NOTE, PORTAL = "/tickets/1/notes", "/portal/requests/1/replies"
BROKEN = [
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"----\r\n"),
    ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="body"\r\n\r\nhalf'),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n"),
    ("multipart/form-data; boundary=" + "b" * 5_000, b"--b\r\n"),
    ("multipart/form-data; boundary=b", b"--b\r\n" + b"X: y\r\n" * 10_000),
    ("application/json", b'{"body": "x"}'),
    ("text/plain", b"body=x"),
    ("", b"body=x"),
]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("kind", "body"), BROKEN, ids=range(len(BROKEN)))
def test_a_form_that_is_broken_is_refused_in_words(clients: Clients, kind: str, body: bytes) -> None:
    for language in ("en", "es", "pt"):
        answer = clients["ada", language].post(NOTE, content=body, headers=JSON | {"content-type": kind})
        assert answer.status_code in (400, 422), answer.text
        assert answer.json().keys() == {"error", "field"}
    assert answer.json()["error"] in ("Não foi possível entender este pedido.", "Escreva algo antes de enviar.")


CHARSETS = [
    "unicode_escape",
    "utf-7",
    "idna",
    "punycode",
    "rot13",
    "hex",
    "undefined",
    "utf-16",
    "nothing",
    "raw_unicode_escape",
]


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_in_a_strange_charset_is_no_failure(world: World, charset: str) -> None:
    words = rb"x \ud800 +2AA- \udfff xn--a.b ".ljust(32)
    part = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = part % (b"body", words) + part % (b"cc", words) + b"--b--\r\n"
    kind = JSON | {"content-type": f"multipart/form-data; boundary=b; charset={charset}"}
    for who, path in ((None, "/sign-in"), (None, "/preferences/language")):
        assert world.browse(who).post(path, content=body, headers=kind).status_code in (303, 400, 422), path
    for who, path in (("ada", NOTE), ("rhea", PORTAL)):
        answer = world.browse(who).post(path, content=body, headers=kind)
        assert answer.status_code in (200, 400, 422), answer.text
        assert world.browse(who).get(path.rpartition("/")[0]).status_code == 200, "the page still opens"


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("seq", ["9" * 15, "9" * 19, "9" * 400, "9" * 5_000, "-1", "1.5", "\u0661", "x"])
def test_a_catch_up_from_a_number_that_can_not_be_is_no_failure(clients: Clients, seq: str) -> None:
    for who, page in (("ada", "/tickets/1"), ("rhea", "/portal/requests/1")):
        answer = clients[who, "es"].get(f"{page}/since/{seq}", headers=JSON)
        assert answer.status_code == 404 or answer.json()["reset"] is True


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "query",
    [
        "cursor=o1-1",
        "cursor=o9999999999999999-1",
        "cursor=" + "9" * 500,
        "cursor=o\u0661-1",
        "show=x&status=x",
        "cursor=n0-0",
    ],
)
def test_a_list_asked_for_in_a_strange_way_is_a_list(clients: Clients, query: str) -> None:
    assert clients["ada", "en"].get(f"/tickets?{query}").status_code == 200


@pytest.mark.parametrize(
    "body", [b"{", b"", b"nul", b'{"body": "\\ud800"}', b"[" * 100_000, b"\xff", b'{"a":1}{'], ids=range(7)
)
def test_json_that_is_none_is_a_problem_in_the_programs_language(shared: World, body: bytes) -> None:
    said = set()
    for language in ("en", "es", "pt"):
        with program(shared, "ada", language) as robot:
            before = shared.desk.database.read_now(state)
            answer = robot.post(
                "/api/v1/tickets/1/messages", content=body, headers={"content-type": "application/json"}
            )
            assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
            assert shared.desk.database.read_now(state) == before
            said.add(answer.json()["detail"])
    assert len(said) == 3


def test_a_body_without_end_is_cut_off_while_it_comes(clients: Clients) -> None:
    def endless() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(40):
            yield bytes(1 << 20)

    kind = JSON | {"content-type": "multipart/form-data; boundary=b"}
    try:
        answer = clients["ada", "es"].post(NOTE, content=endless(), headers=kind)
    except (httpx2.WriteError, httpx2.ReadError):
        return  # it was cut off before it had been said
    assert (answer.status_code, answer.json()["error"]) == (413, "Esto es demasiado grande para enviarlo.")


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every record of the desk and of its server, whose own log does not reach the root."""
    server = logging.getLogger("uvicorn.error")
    server.addHandler(caplog.handler)
    yield caplog
    server.removeHandler(caplog.handler)


def test_a_failure_is_logged_once(
    world: World, told: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "latest", lambda *_: 1 / 0)
    assert world.browse("ada").get("/notifications").status_code == 500
    world.stop()
    traced = [each for each in told.records if each.exc_info]
    assert [(each.name, each.getMessage()) for each in traced] == [
        ("console.web.errors", "unhandled error at GET /notifications")
    ]


def test_a_failure_that_nobody_answered_still_reaches_the_servers_log() -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("unanswered")

    async def nothing(*_: object) -> Any:
        raise AssertionError

    with pytest.raises(RuntimeError, match="unanswered"):
        asyncio.run(ToldOnce(fail)({"type": "http"}, nothing, nothing))


LEAVING = [
    (NOTE, "application/x-www-form-urlencoded", "body=half"),
    (NOTE, "multipart/form-data; boundary=b", '--b\r\nContent-Disposition: form-data; name="body"\r\n\r\nhalf'),
    ("/sign-in", "application/x-www-form-urlencoded", "email=half"),
    ("/api/v1/tickets/1/messages", "application/json", '{"body": "half'),
]


@pytest.mark.parametrize(("path", "kind", "half"), LEAVING)
def test_a_form_whose_sender_goes_away_in_the_middle_is_no_failure(
    world: World, told: pytest.LogCaptureFixture, path: str, kind: str, half: str
) -> None:
    asked = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n"
    if path.startswith("/api/"):
        asked += f"Authorization: Bearer {token(world, 'ada')}\r\n"
    else:
        asked += f"Cookie: {viewer.COOKIE}={world.session('ada')}\r\n"
    asked += f"Content-Type: {kind}\r\nContent-Length: 300\r\n\r\n{half}"
    with socket.create_connection(("127.0.0.1", world.settings.port)) as line:
        line.sendall(asked.encode())
    # another whole request of the same kind is answered: the half one had its turn
    assert send(world.browse("ada"), "/tickets/1/views").status_code == 204
    world.stop()
    assert not [each.getMessage() for each in told.records if each.levelname in ("ERROR", "CRITICAL")]
