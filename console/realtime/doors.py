"""The doors of the two namespaces: who may connect, and what those who are in may ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

import msgspec
from socketio.exceptions import ConnectionRefusedError

from console.config import LANGUAGES
from console.desk import chat
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.kinds import Audience
from console.desk.scopes import READ
from console.realtime import wire
from console.realtime.eviction import admits
from console.realtime.feed import Feed, FeedStopped
from console.realtime.joining import Join, Reply, join, ticket_number
from console.realtime.refusals import Refused
from console.realtime.rooms import Rooms, Seat
from console.realtime.rosters import Rosters
from console.realtime.sockets import Socket
from console.viewer import Viewer, by_session, by_token, read_cookie


@dataclass(frozen=True, slots=True)
class Handshake:
    """What is kept of the request that opened a connection."""

    cookies: str
    accept_language: str


class Auth(msgspec.Struct):
    """What a client may say when it connects: an API token in place of the cookie, its page's language and own id."""

    token: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    language: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    page: Annotated[str, msgspec.Meta(max_length=40)] = ""


class Leave(msgspec.Struct):
    """The argument of `leave`."""

    channel: str


class Intent(msgspec.Struct):
    """The argument of `intent`: what the person does on a ticket they have joined."""

    channel: str
    state: Annotated[str, msgspec.Meta(max_length=50)]


class Door:
    """One namespace. `cookie` is the session cookie's name, `find(sid, namespace)` gives a seat's connection, `most` is how
    many seats one person may have here."""

    def __init__(
        self,
        desk: Desk,
        feed: Feed,
        rosters: Rosters,
        rooms: Rooms,
        audience: Audience,
        cookie: str,
        find: Callable[[str, str], Socket],
        most: int,
    ) -> None:
        self.desk, self.feed, self.rosters, self.rooms = desk, feed, rosters, rooms
        self.audience, self.namespace = audience, wire.NAMESPACES[audience]
        self._cookie, self._find, self._most = cookie, find, most
        self._seated: Counter[int] = Counter()  # by person

    async def connect(self, sid: str, handshake: Handshake, auth: Any) -> None:
        """Seat whoever the cookie or the token names. Raises ConnectionRefusedError."""
        try:
            said = msgspec.convert(auth or {}, Auth)
        except msgspec.ValidationError:
            raise ConnectionRefusedError("bad_request") from None
        while True:
            # Access that is taken away while it is looked up must not slip through: then it is looked up again.
            before = self.feed.evictions
            viewer = await self._viewer(handshake, said)
            if before == self.feed.evictions:
                break
        if viewer is None or not admits(viewer.person, self.audience):
            raise ConnectionRefusedError("signed_out")
        if self._seated[viewer.person.id] >= self._most:
            raise ConnectionRefusedError("limited")
        if said.language in LANGUAGES:
            viewer = replace(viewer, language=said.language)
        socket = self._find(sid, self.namespace)
        socket.namespaces += 1
        self._seated[viewer.person.id] += 1
        seat = self.rooms.seats[sid] = Seat(sid, self.audience, viewer, socket, said.page)
        self.rosters.connect(seat)

    async def disconnect(self, sid: str, _reason: Any = None) -> None:
        if (seat := self.rooms.seats.get(sid)) is not None:
            seat.socket.namespaces -= 1
            self._seated[seat.viewer.person.id] -= 1
            self.rosters.disconnect(seat, grace=not seat.socket.unanswered)
            self.rooms.remove(seat)

    async def take(self, sid: str, name: str, arguments: list[Any], reply: Reply) -> None:
        """Do what an event of this seat asks, and acknowledge it."""
        seat = self.rooms.seats.get(sid)
        try:
            if seat is None:
                raise Refused("signed_out")
            if name not in ("join", "leave", "intent"):
                raise Refused("unknown_event")
            if len(arguments) != 1:
                raise Refused("bad_request")
            if name == "join":
                asked = msgspec.convert(arguments[0], Join)
                await join(self.desk, self.feed, self.rooms, self.rosters, seat, asked, reply)
            elif name == "leave":
                self._leave(seat, msgspec.convert(arguments[0], Leave).channel)
                reply({"ok": True})
            else:
                await self._intend(seat, msgspec.convert(arguments[0], Intent))
                reply({"ok": True})
        except Refused as refused:
            reply({"ok": False, "error": refused.error})
        except msgspec.ValidationError:
            reply({"ok": False, "error": "bad_request"})
        except NotFound:
            reply({"ok": False, "error": "not_found"})
        except (FeedStopped, TimeoutError):
            if seat is not None:  # the page comes again, or asks over HTTP meanwhile
                seat.socket.cut()

    def _leave(self, seat: Seat, channel: str) -> None:
        number = ticket_number(channel)
        self.rooms.leave(seat, channel)
        if number is not None:
            self.rosters.leave(seat, number, grace=True)

    async def _intend(self, seat: Seat, asked: Intent) -> None:
        number = ticket_number(asked.channel)
        if number is None:
            raise Refused("bad_request")
        self.rosters.intend(seat, number, asked.state)
        # Outside a chat nobody on the other side may learn that somebody types.
        if asked.state == "chat":
            goes_on, named = await self.desk.read(chat.typing, number)
            if goes_on:
                self.rosters.typing.on(seat, number, named=named or seat.audience == "public")

    async def _viewer(self, handshake: Handshake, said: Auth) -> Viewer | None:
        if said.token is not None:
            viewer = await by_token(self.desk, said.token, handshake.accept_language)
            return viewer if viewer is not None and READ in viewer.scopes else None
        cookie = read_cookie(handshake.cookies, self._cookie)
        return await by_session(self.desk, cookie, handshake.accept_language)
