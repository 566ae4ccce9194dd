"""The bottom of an HTTP connection: uvicorn's protocol, which ends for whoever sends too slowly or too large a head.

A head that never ends and a body that drips in hold a connection and its memory for as long as the other side likes. A slow
line is not cut off for being slow: only less than a kilobyte a second is.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 << 10
HEAD_WITHIN = 15.0  # seconds from the first byte, or from the connection, to the end of the head
LOOK_EVERY = 15.0  # seconds
LEAST = 15 << 10  # bytes of a body between two looks
AT_A_STOP = 5.0  # seconds that a body under way still gets


class Connection(HttpToolsProtocol):
    """Give this to uvicorn as `http=`."""

    _timer: asyncio.TimerHandle | None = None
    _in_head = True
    _in_body = False
    _came = 0  # bytes of this head, or of this body since the last look

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(HEAD_WITHIN, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._came += len(data)
        super().data_received(data)
        if self._in_head and self._came > HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._in_head:  # the first one of a connection is waited for already
            self._in_head, self._came = True, 0
            self._wait(HEAD_WITHIN, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def on_headers_complete(self) -> None:
        self._in_head, self._in_body, self._came = False, True, 0
        super().on_headers_complete()
        self._wait(LOOK_EVERY, self._look)

    def on_message_complete(self) -> None:
        self._rest()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._rest()
        super().handle_websocket_upgrade()

    def shutdown(self) -> None:
        super().shutdown()
        if self._in_body:
            self._wait(AT_A_STOP, self.transport.abort)

    def _look(self) -> None:
        """Whoever is kept from sending by the desk itself is not slow."""
        if self._came < LEAST and not self.flow.read_paused:
            self.transport.abort()
            return
        self._came = 0
        self._wait(LOOK_EVERY, self._look)

    def _refuse(self, status: HTTPStatus) -> None:
        """Nothing of the desk knows of this request, so it is answered here."""
        if not self.transport.is_closing():
            head = f"HTTP/1.1 {status} {status.phrase}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(head.encode())
            self.transport.close()

    def _wait(self, seconds: float, act: object, *arguments: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, act, *arguments)  # type: ignore[arg-type]

    def _rest(self) -> None:
        self._in_body = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
