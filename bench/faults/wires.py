"""A WebSocket by hand, so that a client can be as rude as a broken network: deaf, or gone at any moment."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import struct
from contextlib import suppress
from typing import Any

CHUNK = 1 << 16  # bytes
PING, PONG = b"2", "3"
CLOSE = b"\x88\x80\x00\x00\x00\x00"  # a whole frame, masked with zeros
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: what is unsent is dropped, and the other side gets a reset


class Ended(ConnectionError):
    """The other side has ended the connection."""


class Wire:
    """One connection; what is not called does not happen, not even an answer to a ping."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._came = bytearray()

    @classmethod
    async def open(cls, port: int, *, receives: int | None = None) -> Wire:
        """Connect and say nothing; `receives` is how many bytes this side's kernel takes in."""
        line = socket.socket()
        if receives is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        line.setblocking(False)
        wire = cls(line)
        try:
            await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
        except BaseException:
            line.close()
            raise
        return wire

    def request(self) -> bytes:
        """The head that asks for a WebSocket."""
        port, key = self._line.getpeername()[1], base64.b64encode(os.urandom(16)).decode()
        return (
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()

    async def write(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._line, data)

    async def upgrade(self) -> None:
        await self.write(self.request())
        while (end := self._came.find(b"\r\n\r\n")) < 0:
            await self._more()
        if b" 101 " not in self._came[:end]:
            raise Ended(bytes(self._came[:end]))
        del self._came[: end + 4]

    async def send(self, text: str) -> None:
        data, mask = text.encode(), os.urandom(4)
        size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + struct.pack("!H", len(data))
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
        await self.write(b"\x81" + size + mask + masked)

    async def ask_in(self, token: str) -> None:
        """Ask for a seat in the staff namespace."""
        await self.send(f"40/staff,{json.dumps({'token': token, 'language': 'en'})}")

    async def ask_to_join(self, number: int, **behind: int | str) -> None:
        """Ask for a ticket's events, behind `after` of the log `epoch`."""
        await self.send(f"42/staff,1{json.dumps(['join', {'channel': f'ticket:{number}', **behind}])}")

    async def entered(self) -> None:
        """Wait for the seat that was asked for."""
        while not (packet := await self.read()).startswith(b"40/staff,"):
            if packet.startswith(b"44"):
                raise Ended(packet)

    async def read(self) -> bytes:
        """The next packet; pings are answered. Raises Ended, OSError."""
        while True:
            code, packet = await self._frame()
            if code == 0x8:
                raise Ended("closed")
            if packet == PING:
                await self.send(PONG)
            else:
                return packet

    def reset(self) -> None:
        """Vanish at once, as after a crash; once is enough."""
        if self._line.fileno() >= 0:
            self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            self._line.close()

    async def close(self) -> None:
        """End politely, if it has not ended by itself."""
        with suppress(OSError):
            await self.write(CLOSE)
        self._line.close()

    async def _frame(self) -> tuple[int, bytes]:
        """Opcode and payload of the next frame (RFC 6455, 5.2; a server's are not masked)."""
        while len(self._came) < 2:
            await self._more()
        size, start = self._came[1] & 0x7F, 2
        if size > 125:
            start = 4 if size == 126 else 10
            while len(self._came) < start:
                await self._more()
            size = int.from_bytes(self._came[2:start], "big")
        while len(self._came) < start + size:
            await self._more()
        code, payload = self._came[0] & 0x0F, bytes(self._came[start : start + size])
        del self._came[: start + size]
        return code, payload

    async def _more(self) -> None:
        data = await asyncio.get_running_loop().sock_recv(self._line, CHUNK)
        if not data:
            raise Ended("hung up")
        self._came += data


def answer_to(packet: bytes) -> dict[str, Any] | None:
    """What a packet acknowledges, if it does."""
    head, found, said = packet.partition(b",")
    if not found or not head.startswith(b"43"):
        return None
    answer: dict[str, Any] = json.loads(said.lstrip(b"0123456789"))[0]
    return answer
