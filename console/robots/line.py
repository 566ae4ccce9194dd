"""A Socket.IO connection by hand: Engine.IO 4 and Socket.IO 5 over one WebSocket, as much as a page speaks of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

ANSWER_WAIT = 8.0  # seconds until an unanswered connect is given up
SILENCE = 8.0  # seconds; the server pings every 6, so a longer silence means a dead line


class Down(Exception):
    """There is no line, or there is none any more."""


class Line:
    """A connected namespace. `packets` gives what comes, in order."""

    def __init__(self, socket: ClientConnection, namespace: str, heard: Callable[[bytes], None]) -> None:
        self._socket, self._namespace, self._heard = socket, namespace, heard
        self._number = 0

    @classmethod
    async def open(cls, url: str, namespace: str, cookie: str, heard: Callable[[bytes], None]) -> Line:
        """Connect with a session's cookie; `heard` gets the bytes of each frame. Raises Down."""
        address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        try:
            socket = await connect(
                address,
                additional_headers={"Cookie": cookie},
                open_timeout=ANSWER_WAIT,
                close_timeout=1,
                ping_interval=None,
                compression=None,
                max_size=None,
                proxy=None,
            )
        except (OSError, TimeoutError, WebSocketException, InvalidHandshake) as problem:
            raise Down(str(problem)) from None
        line = cls(socket, namespace, heard)
        try:
            await line._read()
            await line._send(f"40{namespace}," + json.dumps({"language": "en"}))
            answer = await line._read()
            if not answer.startswith(f"40{namespace},"):
                raise Down(f"refused: {answer[:100]}")
        except BaseException:
            line.drop()
            raise
        return line

    async def packets(self) -> AsyncIterator[tuple[str, Any]]:
        """Each event as (name, data), each acknowledgement as ("answer", data). Ends with Down."""
        event, answer = f"42{self._namespace},", f"43{self._namespace},"
        while True:
            frame = await self._read()
            if frame.startswith(event):
                name, data = json.loads(frame[len(event) :])
                yield name, data
            elif frame.startswith(answer):
                yield "answer", json.loads(frame[frame.index("[") :])[0]
            elif frame.startswith(f"41{self._namespace},"):
                raise Down("put out")

    async def emit(self, event: str, data: dict[str, Any], *, acknowledged: bool = False) -> None:
        """Send an event. Raises Down."""
        number = ""
        if acknowledged:
            self._number += 1
            number = str(self._number)
        await self._send(f"42{self._namespace},{number}" + json.dumps([event, data]))

    async def goodbye(self) -> None:
        """Say goodbye, as a page does that is closed."""
        with suppress(Down):
            await self._send(f"41{self._namespace},")

    def drop(self) -> None:
        """Break the connection without a word."""
        self._socket.transport.abort()

    async def _send(self, text: str) -> None:
        try:
            await self._socket.send(text)
        except (OSError, WebSocketException) as problem:
            raise Down(str(problem)) from None

    async def _read(self) -> str:
        """The next frame that is no ping. Raises Down, also after too long a silence."""
        while True:
            try:
                async with asyncio.timeout(SILENCE):
                    frame = await self._socket.recv(decode=False)
            except TimeoutError:
                raise Down("silence") from None
            except (OSError, WebSocketException) as problem:
                raise Down(str(problem)) from None
            if frame == b"2":
                await self._send("3")
            else:
                self._heard(frame)
                return frame.decode()
