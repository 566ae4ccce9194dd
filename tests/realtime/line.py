"""A Socket.IO client that keeps the order of the wire. (The library's synchronous client gives each packet a thread of
its own, so what it hands over may have overtaken something.)"""

from __future__ import annotations

import json
import socket
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from console.desk.change import Receipt

PATIENCE = 10.0  # seconds

Frame = tuple[str, Any]


Do = Callable[..., Receipt]  # runs an action in the server's loop
Open = Callable[..., "Line"]  # opens a line as somebody


class Closed(Exception):
    """The server ended the connection, with this close code (None: without one)."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Line:
    """One connection. Nothing is read but when a test asks; pings are answered then. `raw` has every text that came."""

    def __init__(self, url: str, headers: dict[str, str] | None = None, receive_buffer: int | None = None) -> None:
        address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self._stack = ExitStack()
        options: dict[str, Any] = {"compression": None, "ping_interval": None, "max_size": None, "close_timeout": 0.5}
        if receive_buffer is not None:
            options["sock"] = _narrow(url, receive_buffer)
        self.raw: list[str] = []
        self.ws = self._stack.enter_context(connect(address, additional_headers=headers or {}, **options))
        self.opened = json.loads(str(self.ws.recv(timeout=PATIENCE))[1:])
        self.namespace = ""
        self._before: deque[Frame] = deque()
        self._number = 0

    def enter(self, namespace: str, auth: Any = None) -> Any:
        """Connect to a namespace; gives the server's answer: `{sid}`, or `{message}` of a refusal."""
        self.namespace = namespace
        self.send(f"40{namespace}," + ("" if auth is None else json.dumps(auth)))
        return self.read()[1]

    def send(self, text: str | bytes) -> None:
        self.ws.send(text)

    def emit(self, event: str, *arguments: Any) -> int:
        """Send an event that asks for an acknowledgement; gives its number."""
        self._number += 1
        self.send(f"42{self.namespace},{self._number}" + json.dumps([event, *arguments]))
        return self._number

    def call(self, event: str, *arguments: Any) -> Any:
        """Send an event and wait for its acknowledgement; what comes before is kept for `next`."""
        name = f"ack {self.emit(event, *arguments)}"
        while True:
            frame = self.read()
            if frame[0] == name:
                return frame[1]
            self._before.append(frame)

    def join(self, channel: Any, **named: Any) -> Any:
        return self.call("join", {"channel": channel, **named})

    def next(self, name: str, timeout: float = PATIENCE) -> Any:
        """The next frame, which has to be of this name. Passed over, unless they are asked for: who is on the ticket, how
        many tickets the lists have, and that a list of requests changed."""
        while True:
            arrived, data = self._before.popleft() if self._before else self.read(timeout)
            if arrived == name:
                return data
            aside = arrived == "presence" or "counts" in data or data.get("kind") == "requests"
            assert aside, f"expected {name}, got {arrived}: {data}"

    def so_far(self, name: str) -> list[Any]:
        """What came under this name before an answer that is asked for now."""
        self.call("leave", {"channel": "me"})
        found = [data for arrived, data in self._before if arrived == name]
        self._before = deque(each for each in self._before if each[0] != name)
        return found

    def read(self, timeout: float = PATIENCE) -> Frame:
        """The next frame of the wire: (name of the event | "ack <number>" | "entered" | "refused" | "left", data)."""
        until = monotonic() + timeout
        while True:
            try:
                text = self.ws.recv(timeout=max(0.0, until - monotonic()))
            except ConnectionClosed as closed:
                raise Closed(None if closed.rcvd is None else closed.rcvd.code) from None
            assert isinstance(text, str)
            self.raw.append(text)
            if text == "2":
                self.send("3")
                continue
            return self._parse(text)

    def _parse(self, text: str) -> Frame:
        kind, rest = text[:2], text[2:].removeprefix(self.namespace + ",")
        if kind == "42":
            name, data = json.loads(rest)
            return name, data
        if kind == "43":
            number, _, answer = rest.partition("[")
            return f"ack {number}", json.loads("[" + answer)[0]
        names = {"40": "entered", "41": "left", "44": "refused"}
        return names[kind], json.loads(rest) if rest else None

    def ended(self) -> int | None:
        """Wait until the server ends the connection; gives the close code."""
        while True:
            try:
                self.read()
            except Closed as closed:
                return closed.code

    def close(self) -> None:
        self._stack.close()


def _narrow(url: str, receive_buffer: int) -> socket.socket:
    """A socket whose kernel takes in little (bytes) for a reader that does not read."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    parts = urlsplit(url)
    narrow.connect((parts.hostname, parts.port))
    return narrow
