"""Clients that cost little themselves: a Socket.IO viewer on a bare socket, and HTTP over kept connections.

They read the protocol just far enough to see what arrives when; what they save is not taken from the server under test.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Callable, Mapping
from time import monotonic, monotonic_ns
from typing import cast
from uuid import uuid4

KEPT = 3.0  # seconds; the server ends a connection that was idle for 5

Arrived = Callable[[bytes, int], None]  # payload of an event, and when it came


class Viewer(asyncio.Protocol):
    """One page's socket. `connect` gives it joined; each packet of the event `heard` then goes to `arrived` with its
    moment. A `silent` one answers no pings."""

    def __init__(
        self, host: str, cookie: str, namespace: str, channels: list[str], language: str, arrived: Arrived, heard: str
    ) -> None:
        self._opening = (
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
            f"Sec-WebSocket-Version: 13\r\nCookie: {cookie}\r\n\r\n"
        ).encode()
        self._namespace, self._channels, self._language = namespace, channels, language
        self._arrived = arrived
        self._event = f'42{namespace},["{heard}"'.encode()
        self.silent = False
        self._buffer = bytearray()
        self._upgraded = False
        self._acknowledged = 0
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._opening)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.joined.done():
            self.joined.set_exception(ConnectionError(f"the socket ended before it had joined: {self._buffer[:200]!r}"))

    def data_received(self, data: bytes) -> None:
        now = monotonic_ns()
        self._buffer += data
        if not self._upgraded:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head:
                self.transport.close()
                return
            self._upgraded, self._buffer = True, rest
        while (payload := self._frame()) is not None:
            self._take(payload, now)

    def _frame(self) -> bytes | None:
        """The next whole frame's payload (RFC 6455, 5.2; a server's frames are not masked)."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1] & 0x7F, 2
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + size:
            return None
        payload = bytes(buffer[start : start + size])
        del buffer[: start + size]
        return payload

    def _take(self, payload: bytes, now: int) -> None:
        if payload.startswith(self._event):
            self._arrived(payload, now)
        elif payload == b"2":
            if not self.silent:
                self._send("3")
        elif payload.startswith(b"0"):
            self._send(f"40{self._namespace},{json.dumps({'language': self._language})}")
        elif payload.startswith(b"40"):
            for place, channel in enumerate(self._channels):
                self._send(f"42{self._namespace},{place}{json.dumps(['join', {'channel': channel}])}")
        elif payload.startswith(b"43"):
            self._acknowledged += 1
            if b'"ok":true' not in payload:
                self.transport.close()
            elif self._acknowledged == len(self._channels) and not self.joined.done():
                self.joined.set_result(None)

    def emit(self, event: str, **data: object) -> None:
        """Send an event and wait for nothing."""
        self._send(f"42{self._namespace},{json.dumps([event, data])}")

    def _send(self, text: str) -> None:
        payload = text.encode()
        size = len(payload)
        length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self.transport.write(b"\x81" + length + bytes(4) + payload)  # masked, as it has to be, with a mask of zeros


async def connect(
    host: str,
    port: int,
    cookie: str,
    namespace: str,
    channels: list[str],
    language: str,
    arrived: Arrived,
    heard: str = "event",
) -> Viewer:
    """A socket that has joined these channels."""
    _, viewer = await asyncio.get_running_loop().create_connection(
        lambda: Viewer(f"{host}:{port}", cookie, namespace, channels, language, arrived, heard), host, port
    )
    async with asyncio.timeout(30):
        await viewer.joined
    return viewer


class Browser:
    """HTTP of one signed-in person over kept connections: as many as are busy at once, as a browser does."""

    def __init__(self, host: str, port: int, cookie: str) -> None:
        self._host, self._port, self._cookie = host, port, cookie
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []  # with the time of the last use

    async def get(self, path: str) -> bytes:
        return await self._ask("GET", path, "", b"")

    async def post(self, path: str, fields: Mapping[str, object]) -> bytes:
        """Send a form as the page's scripts do; gives the answer's body. Raises RuntimeError for anything but a 2xx."""
        mark = uuid4().hex
        parts = (
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        body = f"{''.join(parts)}--{mark}--\r\n".encode()
        return await self._ask("POST", path, f"Content-Type: multipart/form-data; boundary={mark}\r\n", body)

    async def _ask(self, method: str, path: str, headers: str, body: bytes) -> bytes:
        reader, writer = await self._line()
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nCookie: {self._cookie}\r\n"
            f"Accept: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        answer = await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0] or 0))
        self._idle.append((monotonic(), reader, writer))
        if head.split()[1][0] != "2":
            raise RuntimeError(f"{method} {path}: {head.splitlines()[0]} {answer[:200]!r}")
        return answer

    async def _line(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            used, reader, writer = self._idle.pop()
            if monotonic() - used < KEPT:
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self._host, self._port)

    def close(self) -> None:
        for _, _, writer in self._idle:
            writer.close()
