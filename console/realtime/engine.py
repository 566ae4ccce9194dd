"""Engine.IO and the register of Socket.IO as the desk uses them: WebSocket only, our sockets, our rooms."""

from __future__ import annotations

from typing import Any

import engineio
from engineio.packet import OPEN, Packet
from socketio.async_manager import AsyncManager

from console.realtime.sockets import ANSWER_WITHIN, MESSAGE_LIMIT, PING_EVERY, Socket
from console.realtime.transport import EXTENSION
from console.realtime.wire import LIBRARY_LOG


class Engine(engineio.AsyncServer):  # type: ignore[misc]
    """The Engine.IO server; `address` is an origin that is allowed besides the one the page was loaded from."""

    def __init__(self, *, address: str, **options: Any) -> None:
        super().__init__(
            async_mode="asgi",
            transports=["websocket"],
            allow_upgrades=False,
            http_compression=False,
            ping_interval=PING_EVERY,
            ping_timeout=ANSWER_WITHIN,
            max_http_buffer_size=MESSAGE_LIMIT,
            monitor_clients=False,  # each socket watches itself
            logger=LIBRARY_LOG,
            **options,
        )
        self.address = address
        self.cuts = {"slow": 0, "unanswered": 0, "not admitted": 0}  # connections ended by the desk, by reason

    async def _handle_connect(self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None) -> Any:
        # The library names its socket class here and gives no other way to choose it.
        sid = self.generate_id()
        socket = self.sockets[sid] = Socket(self, sid)
        socket.found = (environ["asgi.scope"].get("extensions") or {}).get(EXTENSION)
        timing = {"pingInterval": PING_EVERY * 1000, "pingTimeout": ANSWER_WITHIN * 1000}
        await socket.send(Packet(OPEN, {"sid": sid, "upgrades": [], **timing, "maxPayload": MESSAGE_LIMIT}))
        try:
            await self._trigger_event("connect", sid, environ, run_async=False)
            socket.schedule_ping()
            return await socket.handle_get_request(environ)
        finally:
            self.sockets.pop(sid, None)

    def _cors_allowed_origins(self, environ: dict[str, Any]) -> list[str]:
        # Behind a proxy that does not say X-Forwarded-Proto the library takes https pages for strangers.
        return [*super()._cors_allowed_origins(environ), self.address]


class Members(AsyncManager):  # type: ignore[misc]
    """The library's register of seats. Rooms of the desk are in `rooms.py`; here each seat has its own two, and no other."""

    def basic_disconnect(self, sid: str, namespace: str, **_options: Any) -> None:
        # The library looks through every room of the namespace, one per seat: a reconnect of all would be quadratic.
        self.basic_leave_room(sid, namespace, sid)
        self.basic_leave_room(sid, namespace, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]
