"""The live side as the application sees it: one object to mount, start, stop and ask."""

from __future__ import annotations

import asyncio
from typing import Any

import socketio

from console.config import Settings
from console.desk.desk import Desk
from console.fragments import Renderer
from console.line import Line
from console.presence.registry import Presence
from console.presence.sharing import Sharing
from console.realtime import wake, wire
from console.realtime.answering import Server
from console.realtime.beat import HEAD_EVERY, beat
from console.realtime.doors import Door
from console.realtime.feed import Feed
from console.realtime.hints import Hints
from console.realtime.rooms import Rooms
from console.realtime.rosters import Rosters
from console.realtime.typing import Typing
from console.realtime.views import Views
from console.viewer import cookie_name

FAREWELL = 2.0  # seconds in which connections that were told to end may do so


class Realtime:
    """`asgi` puts the sockets in front of an application; `start` and `stop` belong in its lifespan."""

    def __init__(
        self, desk: Desk, renderer: Renderer, presence: Presence, settings: Settings, line: Line | None = None
    ) -> None:
        self.line = line
        self.server = Server(settings.address)
        self.rooms = Rooms()
        self.rosters = Rosters(presence, self.rooms, Typing(self.rooms, line))
        self.views = Views(desk, renderer, presence, self.rooms)
        self.hints = Hints(desk, renderer, self.rooms)
        self.feed = Feed(desk, renderer, self.rooms, self.rosters, self.views, self.server.end, self._close)
        self.head_every = HEAD_EVERY
        for audience in wire.AUDIENCES:
            name = cookie_name(settings.https)
            most = settings.sockets_per_person
            self.server.add(Door(desk, self.feed, self.rosters, self.rooms, audience, name, self.server.find, most))
        self._desk = desk
        self._beat: asyncio.Task[None] | None = None
        desk.on_commit(self.feed.wake)
        desk.on_hint(self.hints.hear)
        self.sharing: Sharing | None = None
        if line is not None:
            wake.tell(line, desk)
            wake.listen(line, self.feed, self.hints)
            self.sharing = Sharing(presence, line, self._send_away)

    def lag(self) -> float:
        """How many seconds ago everything in the log was shown; infinite if nothing more will be."""
        return self.feed.behind

    def seated(self) -> dict[str, int]:
        """How many live connections each namespace has."""
        found = dict.fromkeys(wire.NAMESPACES.values(), 0)
        for seat in self.rooms.seats.values():
            found[wire.NAMESPACES[seat.audience]] += 1
        return found

    def asgi(self, app: Any) -> Any:
        """The application with the sockets at /socket.io in front of it; the lifespan stays the application's."""
        return socketio.ASGIApp(self.server, app)

    async def start(self) -> None:
        await self.feed.start()
        self._beat = asyncio.create_task(
            beat(self._desk, self.feed, self.rooms, self.rosters, self.server.end, self.head_every), name="heads"
        )
        self.views.start()
        self.hints.start()
        if self.line is not None and self.sharing is not None:
            await self.line.start()
            await self.sharing.start()

    async def stop(self) -> None:
        """Let nobody in, end the connections so that the pages come back to whoever serves next, and stop following."""
        self._close()
        for _ in range(int(FAREWELL / 0.05)):
            if not self.server.eio.sockets:
                break
            await asyncio.sleep(0.05)
        if self._beat is not None:
            self._beat.cancel()
            await asyncio.gather(self._beat, return_exceptions=True)
        await asyncio.gather(self.feed.stop(), self.views.stop(), self.hints.stop())
        if self.line is not None and self.sharing is not None:
            await self.sharing.stop()
            await self.line.stop()

    def _close(self) -> None:
        self.server.closed = True
        self._send_away()

    def _send_away(self) -> None:
        """End the connections; their pages come again."""
        for socket in list(self.server.eio.sockets.values()):
            socket.dismiss()
