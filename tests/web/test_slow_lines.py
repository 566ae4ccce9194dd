"""Whoever sends too slowly or too large a head is sent away; whoever is only slow is not."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic, sleep

import pytest

from console import connections, viewer
from world import PATIENCE, World

HEAD = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules with shorter times."""
    monkeypatch.setattr(connections, "HEAD_WITHIN", 0.6)
    monkeypatch.setattr(connections, "LOOK_EVERY", 0.6)
    monkeypatch.setattr(connections, "LEAST", 1_000)


@pytest.fixture
def lines(world: World) -> Iterator[Lines]:
    with ExitStack() as stack:
        yield Lines(world, stack)


class Lines:
    def __init__(self, world: World, stack: ExitStack) -> None:
        self._world, self._stack = world, stack

    def open(self) -> socket.socket:
        address = ("127.0.0.1", self._world.settings.port)
        return self._stack.enter_context(socket.create_connection(address, PATIENCE))


def drip(line: socket.socket, piece: bytes, every: float = 0.05) -> float:
    """Send pieces until the other side has had enough; gives how long that took."""
    began = monotonic()
    line.settimeout(every)
    while monotonic() - began < PATIENCE:
        try:
            line.sendall(piece)
            if line.recv(1, socket.MSG_PEEK):
                break
            return monotonic() - began
        except TimeoutError:
            continue
        except OSError:
            break
    line.settimeout(PATIENCE)
    return monotonic() - began


def answer(line: socket.socket) -> bytes:
    """Everything until the desk hangs up."""
    found = b""
    try:
        while data := line.recv(65_536):
            found += data
    except ConnectionResetError:
        pass
    return found


@pytest.mark.usefixtures("hurried")
def test_a_head_that_never_ends_is_refused(lines: Lines) -> None:
    line = lines.open()
    line.sendall(HEAD)
    assert drip(line, b"X-A: b\r\n") < 3 * 0.6
    assert answer(line).startswith(b"HTTP/1.1 408 ")


@pytest.mark.usefixtures("hurried")
def test_so_is_a_connection_that_says_nothing_and_a_second_request_that_drips(lines: Lines) -> None:
    assert answer(lines.open()).startswith(b"HTTP/1.1 408 ")
    line = lines.open()
    line.sendall(HEAD + b"\r\n")
    assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")
    line.sendall(HEAD)
    assert drip(line, b"X-A: b\r\n") < 3 * 0.6
    assert b"HTTP/1.1 408 " in answer(line)


def test_a_head_may_come_slowly_but_whole(lines: Lines) -> None:
    line = lines.open()
    for piece in (HEAD[:7], HEAD[7:30], HEAD[30:], b"Connection: close\r\n\r\n"):
        line.sendall(piece)
        sleep(0.05)
    assert answer(line).startswith(b"HTTP/1.1 200 ")


def test_a_head_that_is_too_large_is_refused_and_a_large_one_is_not(lines: Lines) -> None:
    good, bad = lines.open(), lines.open()
    good.sendall(HEAD + b"Cookie: a=" + b"x" * 30_000 + b"\r\nConnection: close\r\n\r\n")
    assert answer(good).startswith(b"HTTP/1.1 200 ")
    bad.sendall(HEAD + b"Cookie: a=" + b"x" * (connections.HEAD_BYTES + 1))
    assert answer(bad).startswith(b"HTTP/1.1 431 ")


def posting(world: World, body: bytes, more: bytes = b"") -> bytes:
    cookie = f"Cookie: {viewer.COOKIE}={world.session('ada')}".encode()
    head = (
        b"POST /tickets/1/notes HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nConnection: close\r\n"
        + cookie
    )
    kind = b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % (
        len(body) + len(more)
    )
    return head + kind + body


@pytest.mark.usefixtures("hurried")
def test_a_body_that_drips_in_is_cut_off_and_stores_nothing(world: World, lines: Lines) -> None:
    line = lines.open()
    line.sendall(posting(world, b"body=Dripping", b"x" * 10_000))
    assert drip(line, b"x") < 3 * 0.6
    assert "Dripping" not in world.browse("ada").get("/tickets/1").text


@pytest.mark.usefixtures("hurried")
def test_a_body_on_a_slow_line_arrives(world: World, lines: Lines) -> None:
    line, piece = lines.open(), b"x" * 400
    line.sendall(posting(world, b"body=Slowly", piece * 15))
    for _ in range(15):  # three times as long as is waited for a single piece
        sleep(0.12)
        line.sendall(piece)
    assert answer(line).startswith(b"HTTP/1.1 200 ")
    assert "Slowly" in world.browse("ada").get("/tickets/1").text


def test_two_hundred_slow_ones_hold_nobody_up(world: World, lines: Lines) -> None:
    for _ in range(200):
        lines.open().sendall(HEAD)
    began = monotonic()
    assert world.browse("ada").get("/tickets/1").status_code == 200
    assert monotonic() - began < 3 * 1.0


@pytest.mark.usefixtures("hurried")
def test_a_live_connection_is_left_alone(world: World, lines: Lines) -> None:
    socket = world.socket("ada")
    silent = lines.open()
    assert answer(silent).startswith(b"HTTP/1.1 408 "), "so long is a head waited for"
    assert socket.join("ticket:1")["ok"] is True


def test_a_stop_does_not_wait_for_a_body_and_is_no_failure(
    world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connections, "AT_A_STOP", 0.2)
    line = lines.open()
    line.sendall(posting(world, b"body=Half", b"x" * 10_000))
    world.browse("ada").get("/tickets/1").raise_for_status()  # by now the desk waits for the rest
    began = monotonic()
    world.stop()
    assert not world.thread.is_alive() and monotonic() - began < 3 * 1.0
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
