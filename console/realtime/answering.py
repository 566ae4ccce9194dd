"""Socket.IO in which every packet of a client is read strictly first, and then answered by a door or refused."""

from __future__ import annotations

from functools import partial
from typing import Any

import socketio

from console.realtime import wire
from console.realtime.doors import Door, Handshake
from console.realtime.engine import Engine, Members
from console.realtime.events import report
from console.realtime.refusals import HOSTILE
from console.realtime.rooms import Seat
from console.realtime.sockets import Socket


class Server(socketio.AsyncServer):  # type: ignore[misc]
    """The Socket.IO server; `address` is the desk's own origin."""

    def __init__(self, address: str) -> None:
        super().__init__(
            client_manager=Members(),
            serializer=wire.Packet,
            logger=wire.LIBRARY_LOG,
            namespaces=list(wire.NAMESPACES.values()),
            address=address,
        )
        self.doors: dict[str, Door] = {}
        self.closed = False  # nobody comes in any more

    def add(self, door: Door) -> None:
        self.doors[door.namespace] = door
        self.on("connect", door.connect, namespace=door.namespace)
        self.on("disconnect", door.disconnect, namespace=door.namespace)

    def find(self, sid: str, namespace: str) -> Socket:
        """The connection of a seat."""
        socket: Socket = self.eio.sockets[self.manager.eio_sid_from_sid(sid, namespace)]
        return socket

    async def end(self, seat: Seat) -> None:
        """Disconnect a seat from its namespace."""
        await self.disconnect(seat.sid, wire.NAMESPACES[seat.audience])

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        # The library keeps the whole request for as long as the connection lives.
        self.environ[eio_sid] = Handshake(environ.get("HTTP_COOKIE", ""), environ.get("HTTP_ACCEPT_LANGUAGE", ""))

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        socket: Socket | None = self.eio.sockets.get(eio_sid)
        if socket is None or self.closed:
            if socket is not None:
                socket.cut()
            return
        try:
            await self._packet(socket, eio_sid, data)
        except wire.Malformed:
            socket.cut()
        except Exception as problem:
            report("a client's packet was not understood", problem)
            socket.cut()

    async def _packet(self, socket: Socket, eio_sid: str, text: Any) -> None:
        kind, namespace, number, data = wire.read(text)
        affordable = socket.bucket.take()
        if kind == "event":
            if namespace not in self.doors:
                raise wire.Malformed
            reply = partial(_reply, socket, namespace, number)
            sid = self.manager.sid_from_eio_sid(eio_sid, namespace)
            if not affordable:
                reply({"ok": False, "error": "limited"})
            elif not self.manager.is_connected(sid, namespace):
                reply({"ok": False, "error": "signed_out"})
            else:
                await self.doors[namespace].take(sid, data[0], data[1:], reply)
        elif not affordable:
            socket.cut()
        elif kind == "connect":
            await self._handle_connect(eio_sid, namespace, data)
        else:
            await self._handle_disconnect(eio_sid, namespace, self.reason.CLIENT_DISCONNECT)


def _reply(socket: Socket, namespace: str, number: int | None, answer: dict[str, Any]) -> None:
    if number is not None:
        payload = wire.ack(namespace, number, answer)
        socket.push(wire.frame(payload), payload)
    elif answer.get("error") in HOSTILE:
        socket.cut()
