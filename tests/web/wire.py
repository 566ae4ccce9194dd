"""Wires without a library's manners: one that keeps every byte the desk sends, and a socket that shows each frame as it came."""

from __future__ import annotations

import json
import select
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import websocket

from world import PATIENCE

PING, PONG = "2", "3"


class Tap:
    """A wire between clients and the desk; `heard` has what the desk sent, byte by byte, for each connection."""

    def __init__(self, port: int) -> None:
        self.heard: list[bytearray] = []
        tap = self

        class Line(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with socket.create_connection(("127.0.0.1", port), PATIENCE) as desk:
                    tap._carry(self.request, desk)

        self._ended = threading.Event()
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def _carry(self, client: socket.socket, desk: socket.socket) -> None:
        heard = bytearray()
        self.heard.append(heard)
        while not self._ended.is_set():
            for ready in select.select([client, desk], [], [], 0.1)[0]:
                try:
                    data = ready.recv(1 << 16)
                    (desk if ready is client else client).sendall(data)
                except OSError:
                    return
                if ready is desk:
                    heard += data
                if not data:
                    return

    def close(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._thread.join(PATIENCE)
        self._server.server_close()


@contextmanager
def tapped(port: int) -> Iterator[Tap]:
    tap = Tap(port)
    try:
        yield tap
    finally:
        tap.close()


class RawSocket:
    """A WebSocket that speaks Socket.IO by hand. `frames` has every frame that was read, pings too."""

    def __init__(self, url: str, namespace: str, cookie: str | None = None, auth: Any = None) -> None:
        address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self.namespace = namespace
        self.frames: list[str] = []
        self.ws = websocket.create_connection(address, timeout=PATIENCE, cookie=cookie)
        assert self.ws.sock is not None
        self._socket = self.ws.sock
        self._number = 0
        self.read()
        self.ws.send(f"40{namespace}," + json.dumps(auth or {}))
        self.entered = self.read().startswith(f"40{namespace},")

    def read(self) -> str:
        """The next frame that is no ping; "" when the desk has hung up."""
        while True:
            try:
                frame = self.ws.recv()
            except (websocket.WebSocketConnectionClosedException, OSError):
                return ""
            assert isinstance(frame, str)
            if not frame:
                return ""
            self.frames.append(frame)
            if frame != PING:
                return frame
            self.ws.send(PONG)

    def until(self, wanted: Callable[[str], bool]) -> list[str]:
        """The frames up to the first one that is `wanted`, pings apart."""
        found = [self.read()]
        while not wanted(found[-1]):
            assert found[-1], f"the desk hung up after {found}"
            found.append(self.read())
        return found

    def until_put_out(self) -> None:
        """Read up to the frame by which the desk ends this seat."""
        self.until(lambda frame: frame == f"41{self.namespace},")

    def call(self, event: str, *arguments: Any) -> dict[str, Any]:
        """Send an event; gives its acknowledgement."""
        self._number += 1
        self.ws.send(f"42{self.namespace},{self._number}" + json.dumps([event, *arguments]))
        mark = f"43{self.namespace},{self._number}["
        answer: dict[str, Any] = json.loads(self.until(lambda frame: frame.startswith(mark))[-1][len(mark) - 1 :])[0]
        return answer

    def join(self, channel: Any, **named: Any) -> dict[str, Any]:
        return self.call("join", {"channel": channel, **named})

    def events(self) -> list[tuple[str, Any]]:
        """Every event so far, as (name, data)."""
        mark = f"42{self.namespace},"
        told = (json.loads(frame[len(mark) :]) for frame in self.frames if frame.startswith(mark))
        return [(name, data) for name, data in told]

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes whoever reads
        self.ws.shutdown()  # type: ignore[no-untyped-call]
        self._socket.close()  # the library forgets to when the desk has reset the connection


class Listener:
    """A socket that is always read, in a thread of its own, as a page reads it."""

    def __init__(self, seat: RawSocket) -> None:
        self.seat = seat
        self._arrived = threading.Condition()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def wait_for(self, wanted: Callable[[str], bool]) -> None:
        """Wait until a frame like this has arrived."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: any(map(wanted, self.seat.frames)), PATIENCE), self.seat.frames

    def close(self) -> None:
        self.seat.close()
        self._thread.join(PATIENCE)

    def _listen(self) -> None:
        while self.seat.read():
            with self._arrived:
                self._arrived.notify_all()
