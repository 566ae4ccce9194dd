"""The bottom of a socket: uvicorn's WebSocket protocol, which lets ready frames be written straight to the transport.

What waits for a slow reader is bounded here: in the kernel, in bytes, and in time. A reader past the bound loses its
connection and catches up from the log, so one sleeping tab can't fill the memory of the desk.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

EXTENSION = "console.transport"  # key in the ASGI scope's extensions
WAITING_LIMIT = 1 << 20  # bytes in the write buffer
STALL_LIMIT = (
    10.0  # seconds without draining: over the transport's high-water mark (64 KiB) and never below the low one
)
KERNEL_BUFFER = 256 * 1024  # bytes; left alone, the kernel hides megabytes per socket and the bounds above see nothing
UNANSWERED_MS = 15_000  # how long sent bytes may stay unacknowledged by the other machine


class Protocol(WebSocketsSansIOProtocol):
    """Give this to uvicorn as `ws=`."""

    slow = False  # it was cut because its reader did not read
    _stalled: asyncio.TimerHandle | None = None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.close_sent:  # the handshake was refused
            return
        cast(dict[str, Any], self.scope["extensions"])[EXTENSION] = self
        if (raw := self.transport.get_extra_info("socket")) is not None:
            with suppress(OSError):  # a socket without these options, such as a Unix one
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)
                if hasattr(socket, "TCP_USER_TIMEOUT"):
                    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)

    def push(self, framed: bytes) -> None:
        """Write a whole frame, now; a connection that is closing takes none."""
        if self.close_sent or self.transport.is_closing():
            return
        self.transport.write(framed)
        if self._stalled is not None and self.transport.get_write_buffer_size() > WAITING_LIMIT:
            self._cut()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALL_LIMIT, self._cut)

    def _cut(self) -> None:
        self.slow = True
        self.transport.abort()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._moving()

    def connection_lost(self, exc: Exception | None) -> None:
        self._moving()
        super().connection_lost(exc)

    def _moving(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
