"""The wall around every answer: security headers on all of them, and no command from another site's page."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from lxml import html

from console.api import items
from console.desk.activity import head
from console.statics import Statics
from console.web import notifications
from web.conftest import program
from web.test_matrix import ROUTES
from world import JSON, World, send

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "manifest-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
FOREVER = "public, max-age=31536000, immutable"
PAGE = {"accept": "text/html"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def policy(answer: httpx2.Response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


def missing(answer: httpx2.Response, **but: str) -> dict[str, str | None]:
    """What an answer should carry and does not, with what it has instead."""
    wanted = ALWAYS | but
    wrong = {name: answer.headers.get(name) for name, value in wanted.items() if answer.headers.get(name) != value}
    return wrong if policy(answer) == POLICY else wrong | {"content-security-policy": str(policy(answer))}


# (expected status, method, address, what else is sent); as Ada, who is signed in
ANSWERS: dict[str, tuple[int, str, str, dict[str, Any]]] = {
    "a page": (200, "GET", "/tickets/1", {"headers": PAGE}),
    "a list": (200, "GET", "/tickets", {}),
    "a catch-up": (200, "GET", "/tickets/1/since/0", {}),
    "a fragment": (200, "GET", "/tickets/1/choices/status", {}),
    "another fragment": (200, "GET", "/tickets/1/people?for=cc", {}),
    "an answer to HEAD": (200, "HEAD", "/tickets/1", {}),
    "a redirect": (303, "GET", "/", {}),
    "a redirect of a slash": (307, "GET", "/tickets/", {}),
    "an empty answer": (204, "POST", "/tickets/1/views", {}),
    "a page that is not there": (404, "GET", "/nothing", {"headers": PAGE}),
    "a ticket that is not there": (404, "GET", "/tickets/999", {"headers": JSON}),
    "a static file that is not there": (404, "GET", "/static/x/nothing.js", {}),
    "a method that is not there": (405, "PUT", "/tickets/1", {}),
    "a command from elsewhere": (403, "POST", "/tickets/1/notes", {"headers": {"sec-fetch-site": "cross-site"}}),
    "nothing said": (422, "POST", "/tickets/1/notes", {"headers": JSON}),
    "too large": (413, "POST", "/tickets/1/notes", {"headers": JSON | FORM, "content": bytes(31 << 20)}),
    "not a form": (
        400,
        "POST",
        "/tickets/1/notes",
        {"headers": {"content-type": "multipart/form-data"}, "content": b"x"},
    ),
    "health": (200, "GET", "/healthz", {}),
    "readiness": (200, "GET", "/readyz", {}),
    "the logo": (200, "GET", "/favicon.ico", {}),
    "the API without a token": (401, "GET", "/api/v1/tickets", {}),
    "the API where nothing is": (404, "GET", "/api/v2", {}),
    "polling": (400, "GET", "/socket.io/?EIO=4&transport=polling", {}),
    "posted polling": (400, "POST", "/socket.io/?EIO=4&transport=polling&sid=x", {"content": b"40"}),
    "a socket that does not upgrade": (400, "GET", "/socket.io/?EIO=4&transport=websocket", {}),
    "another protocol": (400, "GET", "/socket.io/?EIO=3&transport=websocket", {}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_carries_the_security_headers(shared: World, name: str) -> None:
    status, method, address, sent = ANSWERS[name]
    with shared.browse("ada") as ada:
        answer = ada.request(method, address, **sent)
    assert (answer.status_code, missing(answer)) == (status, {})


def test_an_answer_to_somebody_who_is_not_signed_in_carries_them_too(shared: World) -> None:
    with shared.browse() as nobody:
        answers = [
            nobody.get("/sign-in"),
            nobody.get("/tickets"),
            send(nobody, "/tickets/1/notes"),
            nobody.post("/sign-in"),
        ]
    assert [(answer.status_code, missing(answer)) for answer in answers] == [(200, {}), (303, {}), (401, {}), (422, {})]


@pytest.mark.parametrize(
    ("door", "where", "name"), [("/notifications", notifications, "latest"), ("/api", items, "shown")]
)
def test_a_failure_carries_them_and_tells_nothing_of_the_inside(
    shared: World, monkeypatch: pytest.MonkeyPatch, door: str, where: Any, name: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr(where, name, fail)
    if door == "/api":
        answer = program(shared, "ada").get("/api/v1/tickets/1/activity")
    else:
        answer = shared.browse("ada").get(door)
    assert (answer.status_code, missing(answer)) == (500, {})
    assert [trace for trace in ("the inside", "RuntimeError", "Traceback", ".py") if trace in answer.text] == []


def test_every_page_in_every_language_obeys_the_policy(shared: World) -> None:
    """No inline script, style or handler, and nothing from elsewhere: the policy would stop it, and the page would break."""
    pages = [
        (None, "/sign-in"),
        ("ada", "/tickets"),
        ("ada", "/tickets/1"),
        ("ada", "/notifications"),
        ("ada", "/nothing"),
    ]
    pages += [("rhea", "/portal"), ("rhea", "/portal/requests/1"), ("ada", "/tickets/1/choices/status")]
    for language in ("en", "es", "pt"):
        for name, address in pages:
            tree = html.document_fromstring(shared.browse(name, language).get(address).text)
            assert tree.xpath("//style | //script[not(@src)] | //@style | //iframe | //base | //object") == [], address
            assert [
                each for each in tree.xpath("//@*") if each.attrname.startswith(("on", "hx-on", "data-hx-on"))
            ] == []
            outside = [
                url
                for url in tree.xpath("//@src | //link/@href | //@action | //*[name()='use']/@href")
                if url[:1] != "/"
            ]
            assert outside == []


def test_a_static_file_is_kept_for_ever_only_under_its_own_hash(shared: World) -> None:
    right = Statics().hash
    with shared.browse() as nobody:
        for path in ("console.css", "console.js", "favicon.svg"):
            for hash_, kept in (
                (right, FOREVER),
                ("0" * 12, "no-cache"),
                (right[:-1], "no-cache"),
                (right.upper() + "x", "no-cache"),
            ):
                answer = nobody.get(f"/static/{hash_}/{path}")
                assert (answer.status_code, missing(answer, **{"cache-control": kept})) == (200, {}), (hash_, path)
        for path in (
            "../console/app.py",
            "..%2f..%2fpyproject.toml",
            "%2e%2e/pyproject.toml",
            "css/..%2f..%2fpyproject.toml",
            "js",
            "",
        ):
            answer = nobody.get(f"/static/{right}/{path}")
            assert (answer.status_code, missing(answer)) == (404, {}), path


def test_no_answer_opens_the_desk_to_another_site(shared: World) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "GET"}
    with shared.browse("ada") as ada:
        for address in ("/tickets/1", "/tickets/1/since/0", "/api/v1/tickets", "/socket.io/?EIO=4&transport=polling"):
            for method in ("GET", "OPTIONS"):
                answer = ada.request(method, address, headers=headers)
                assert "access-control-allow-origin" not in answer.headers, address


def test_a_cookie_alone_opens_no_door_of_the_api(world: World) -> None:
    """So no site needs to be kept from making a browser use it."""
    before = world.desk.database.read_now(head)
    sent = {"subject": "x", "body": "x", "kind": "reply"}
    with world.browse("ada") as ada:
        for path in ("/api/v1/tickets", "/api/v1/tickets/1/messages"):
            assert ada.post(path, json=sent).status_code == 401
    assert world.desk.database.read_now(head).position == before.position + 1, "only Ada's session is new"


def test_no_get_changes_anything(shared: World) -> None:
    names = {"number": 1, "seq": 0, "field": "status", "key": "x", "name": "x", "hash": "x", "path": "console.css"}
    names |= {
        "message": 1,
        "letter": 1,
        "mail": 1,
        "until": 1,
        "code": "x",
        "person": 1,
        "kind": "closed",
        "language": "es",
    }
    for name in ("ada", "rhea"):
        with shared.browse(name) as client, program(shared, name) as robot:
            before = shared.desk.database.read_now(head)
            for method, path in sorted(ROUTES):
                if method == "GET":
                    client.get(path.format(**names))
                    robot.get(path.format(**names))
            assert shared.desk.database.read_now(head) == before


@pytest.fixture
def line(shared: World) -> Iterator[Callable[[bytes], bytes]]:
    """Say something to the server's port, word for word; gives all of its answer."""

    def say(words: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", shared.settings.port), 10) as connection:
            connection.sendall(words)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    yield say


@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b"http://127.0.0.1:1"])
def test_a_socket_from_another_sites_page_is_refused(
    shared: World, line: Callable[[bytes], bytes], origin: bytes
) -> None:
    shake = (
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
        b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nOrigin: %s\r\n\r\n"
    )
    assert b" 101 " not in line(shake % (shared.settings.port, origin)).split(b"\r\n")[0]
    own = b"http://127.0.0.1:%d" % shared.settings.port
    assert b" 101 " in line(shake % (shared.settings.port, own)).split(b"\r\n")[0], "the twin: from the desk's own page"


def test_the_server_does_not_say_what_it_is(shared: World, line: Callable[[bytes], bytes]) -> None:
    for words in (b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n", b"nonsense\r\n\r\n", b"GET / HTTP/9\r\n\r\n"):
        assert not re.search(rb"(?i)uvicorn|starlette|python|^server:", line(words).partition(b"\r\n\r\n")[0])
