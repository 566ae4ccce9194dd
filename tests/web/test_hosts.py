"""A desk answers under its own name; a name that somebody else bent to its address opens nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from console import viewer
from world import PATIENCE, World, http

NUMBERS = ("127.0.0.1", "127.0.0.1:8000", "[::1]:8000", "localhost", "localhost:9999", "desk.localhost")
WRONG = (
    "evil.example",
    "desk.example.evil.example",
    "evil.example:80@desk.example",
    "",
    "[::1",
    "localhost.evil.example",
)


def said(world: World, host: str, path: str = "/sign-in", language: str = "en") -> int:
    with http(base_url=f"http://127.0.0.1:{world.settings.port}") as client:
        return client.get(path, headers={"host": host, "accept-language": language}).status_code


def test_without_a_name_of_its_own_a_desk_answers_to_addresses_in_numbers(world: World) -> None:
    for host in (*NUMBERS, "192.0.2.7:8000", "[2001:db8::7]"):
        assert said(world, host) == 200, host
    for host in (*WRONG, "desk.example"):
        assert said(world, host) in (400, 421), host


def test_with_a_name_it_answers_to_that_one(serve: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(World, "url", property(lambda world: f"http://127.0.0.1:{world.settings.port}"))
    world = serve(base_url="https://desk.example:8443")
    for host in (*NUMBERS, "desk.example", "Desk.Example:8443"):
        assert said(world, host) == 200, host
    for host in (*WRONG, "192.0.2.7:8000"):
        assert said(world, host) in (400, 421), host


def test_a_name_to_listen_on_counts(serve: Callable[..., World]) -> None:
    world = serve(host="localhost")
    assert said(world, "localhost") == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_balancers_may_ask_under_any_name(world: World, path: str) -> None:
    assert said(world, "10.1.2.3.backend.internal", path) == 200


def test_the_refusal_is_in_the_readers_language(world: World) -> None:
    with http(base_url=f"http://127.0.0.1:{world.settings.port}") as client:
        texts = {
            client.get("/", headers={"host": "evil.example", "accept-language": language}).text
            for language in ("en", "es", "pt")
        }
    assert len(texts) == 3 and "This desk has another address." in texts


def test_a_live_connection_under_a_wrong_name_is_refused(world: World) -> None:
    port = world.settings.port
    for host, status in (("evil.example", b"HTTP/1.1 403"), (f"127.0.0.1:{port}", b"HTTP/1.1 101")):
        asked = [
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            f"Cookie: {viewer.COOKIE}={world.session('ada')}",
        ]
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
            line.sendall("\r\n".join([*asked, "", ""]).encode())
            assert line.recv(12) == status, host
