"""One connection: no queue and no writer task of its own, liveness by a monotonic clock, an end to whoever does not read.

Under uvicorn with `transport.Protocol` packets go straight to the transport. Under another ASGI server there is no such
transport to be had; the library's own queue is used then, slower and bounded in packets.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

import engineio
from engineio import exceptions
from engineio.async_socket import AsyncSocket
from engineio.packet import MESSAGE, PING, PONG, Packet

from console.realtime.limits import Bucket
from console.realtime.transport import Protocol
from console.realtime.wire import frame

PING_EVERY = 6  # seconds
ANSWER_WITHIN = 4  # seconds
ADMITTED_WITHIN = 10.0  # seconds in which a connection has to enter a namespace
MESSAGE_LIMIT = 64 * 1024  # bytes of one message from a client; give it to uvicorn as `ws_max_size`, too
QUEUE_LIMIT = 500  # packets waiting in the library's queue, where that is used

__all__ = ["Protocol", "Socket"]

_PING = frame(b"2")


class Socket(AsyncSocket):  # type: ignore[misc]
    """One connection. `namespaces` counts those it has entered; `bucket` limits what it may ask; `unanswered` says that
    it was ended because a ping was."""

    def __init__(self, server: engineio.AsyncServer, sid: str) -> None:
        super().__init__(server, sid)
        self.last_ping = (
            None  # the library's liveness reads the wall clock, and a step of it would end every connection
        )
        self.found: Protocol | None = None  # the transport beneath, until packets go straight to it
        self.protocol: Protocol | None = None
        self.bucket = Bucket()
        self.namespaces = 0
        self.unanswered = False
        self._opened = self._heard = monotonic()
        self._working = False
        self._timer: asyncio.TimerHandle | None = None

    def push(self, framed: bytes, payload: bytes) -> None:
        """Send a payload; `framed` is the same payload as a frame, made once for all its recipients."""
        if self.protocol is not None:
            self.protocol.push(framed)
        elif not self.closed:
            self.queue.put_nowait(Packet(MESSAGE, payload[1:].decode()))
            if self.queue.qsize() > QUEUE_LIMIT:
                self.cut()

    def cut(self) -> None:
        """End the connection without ceremony; what waits to be written is dropped."""
        if self.protocol is not None:
            self.protocol.transport.abort()
        else:
            self.queue.put_nowait(None)  # ends the library's writer, which closes the connection

    def dismiss(self) -> None:
        """End the connection because the service stops."""
        if self.protocol is not None:
            self.protocol.shutdown()
        else:
            self.cut()

    async def send(self, pkt: Packet) -> None:
        if self.protocol is None:
            await super().send(pkt)
        else:
            self.protocol.push(frame(pkt.encode().encode()))

    async def receive(self, pkt: Packet) -> None:
        self._heard = monotonic()
        if pkt.packet_type == PONG:
            return
        if pkt.packet_type == MESSAGE and pkt.binary:
            raise exceptions.SocketIsClosedError
        self._working = True  # what the client sends meanwhile, pongs too, waits until this is done
        try:
            await super().receive(pkt)
        finally:
            self._working = False
            self._heard = monotonic()

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self.closed and self.protocol is not None and self.protocol.slow:
            self.server.cuts["slow"] += 1
        await super().close(wait=wait, abort=abort, reason=reason)

    def schedule_ping(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(PING_EVERY, self._ping)

    def _ping(self) -> None:
        now = monotonic()
        if self.closed or (not self.namespaces and now - self._opened > ADMITTED_WITHIN):
            self.server.cuts["not admitted"] += not self.closed
            self.cut()
            return
        if self.protocol is not None:
            self.protocol.push(_PING)
        else:
            self.queue.put_nowait(Packet(PING))
        self._timer = asyncio.get_running_loop().call_later(ANSWER_WITHIN, self._answered, now)

    def _answered(self, asked: float) -> None:
        if self._heard < asked and not self._working:
            self.unanswered = True
            self.server.cuts["unanswered"] += 1
            self.cut()
        else:
            self._timer = asyncio.get_running_loop().call_later(PING_EVERY - ANSWER_WITHIN, self._ping)

    async def _websocket_handler(self, ws: Any) -> None:
        try:
            if self.found is None:
                await super()._websocket_handler(ws)
            else:
                await self._converse(ws, self.found)
        except (ValueError, LookupError, RecursionError, exceptions.EngineIOError):
            pass  # not a packet of this protocol; the connection ends
        finally:
            await self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
            await ws.close()

    async def _converse(self, ws: Any, protocol: Protocol) -> None:
        self.connected = self.upgraded = True
        while not self.queue.empty():
            # What was queued before the handshake goes first; from here on nothing enters the queue.
            protocol.push(frame(self.queue.get_nowait().encode().encode()))
            self.queue.task_done()
        self.protocol = protocol
        while not self.closed:
            message = await ws.asgi_receive()
            text = message.get("text") if message["type"] == "websocket.receive" else None
            if not text or len(text) > MESSAGE_LIMIT:
                return
            await self.receive(Packet(encoded_packet=text))
