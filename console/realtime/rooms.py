"""Who is here, and in which rooms. A room's name follows from (ticket, audience, language); clients never name one.

Joining a ticket takes several steps (access, catch-up, then live), and the log moves meanwhile. So a seat first stands
at the door with a `Hold`: what is sent to the room is kept there, and is handed over once the catch-up is out. Since
the hold stands before access is asked, taking access away always finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from console.config import LANGUAGES
from console.desk.filters import Filter
from console.desk.kinds import Audience
from console.desk.people import Person
from console.realtime import wire
from console.realtime.sockets import Socket
from console.viewer import Viewer

HOLD_LIMIT = 256 * 1024  # bytes kept for one seat at a door
ME = "me"
BOARD = "board"


def ticket_channel(number: int) -> str:
    return f"ticket:{number}"


def ticket_room(number: int, audience: Audience, language: str) -> str:
    return f"ticket:{number}/{audience}/{language}"


def person_room(person_id: int, language: str) -> str:
    """Notices are for staff pages, so only seats in the staff namespace are ever put here."""
    return f"person:{person_id}/{language}"


def requester_room(person_id: int) -> str:
    """The pages of the portal that this person has open, in whatever language."""
    return f"requester:{person_id}"


def view_room(channel: str, language: str) -> str:
    return f"{channel}/{language}"


@dataclass(eq=False, slots=True)
class Seat:
    """One person's place in one namespace of one connection. `channels` are those joined, by the room that serves them."""

    sid: str
    audience: Audience
    viewer: Viewer
    socket: Socket
    page: str = ""  # the id that its page drew, for the time when it has no socket
    channels: dict[str, str] = field(default_factory=dict)

    def tell(self, event: str, data: dict[str, Any]) -> None:
        self.push(wire.event(wire.NAMESPACES[self.audience], event, data))

    def push(self, payload: bytes) -> None:
        self.socket.push(wire.frame(payload), payload)

    @property
    def numbers(self) -> list[int]:
        """The tickets it has joined."""
        return [int(channel.partition(":")[2]) for channel in self.channels if channel.startswith("ticket:")]


@dataclass(eq=False, slots=True)
class Hold:
    """A seat at the door of a room, with the (seq, payload) of each event sent meanwhile. `open` until it is let go.

    Past HOLD_LIMIT what was kept is given up: then the catch-up has to reach to `given_up` at least.
    """

    seat: Seat
    kept: list[tuple[int, bytes]] = field(default_factory=list)
    size: int = 0
    given_up: int = 0
    open: bool = True

    def keep(self, seq: int, payload: bytes) -> None:
        self.kept.append((seq, payload))
        self.size += len(payload)
        if self.size > HOLD_LIMIT:
            self.kept.clear()
            self.size, self.given_up = 0, seq


@dataclass(frozen=True, slots=True)
class View:
    """A list that somebody has open."""

    channel: str
    chosen: Filter
    language: str


@dataclass(eq=False, slots=True)
class Room:
    number: int | None  # the ticket, if it is one's
    audience: Audience
    view: View | None = None  # if it is a list's
    seats: set[Seat] = field(default_factory=set)
    holds: dict[Seat, Hold] = field(default_factory=dict)


class Rooms:
    """This worker's seats and rooms. A room exists while somebody is in it or at its door.

    `deliveries` counts frames that went to the sockets of rooms.
    """

    def __init__(self) -> None:
        self.deliveries = 0
        self.seats: dict[str, Seat] = {}
        self._rooms: dict[str, Room] = {}
        self._views: dict[str, str] = {}  # names of the rooms of lists
        self._own: dict[str, str] = {}  # and of those of persons

    def languages(self, number: int, audience: Audience) -> list[str]:
        """The languages in which somebody looks at this ticket. Safe from any thread: it only asks a dict."""
        return [language for language in LANGUAGES if ticket_room(number, audience, language) in self._rooms]

    def person_languages(self, person_id: int) -> list[str]:
        return [language for language in LANGUAGES if person_room(person_id, language) in self._rooms]

    def requester_pages(self, person_id: int, number: int) -> list[Seat]:
        """The portal's pages of this person that may know of this ticket: one that came by a link knows its own only."""
        room = self._rooms.get(requester_room(person_id))
        seats = () if room is None else room.seats
        return [seat for seat in seats if seat.viewer.person.only in (None, number)]

    def has_requesters(self) -> bool:
        """Whether somebody has a page of the portal open. Safe from any thread."""
        return any(name.startswith("requester:") for name in list(self._rooms))

    def occupied(self) -> Iterator[tuple[str, int, Audience]]:
        """The rooms of tickets: name, number, audience."""
        for name, room in list(self._rooms.items()):
            if room.number is not None:
                yield name, room.number, room.audience

    def seated(self, number: int) -> Iterable[Seat]:
        channel = ticket_channel(number)
        return [seat for seat in self.seats.values() if channel in seat.channels]

    def hold(self, seat: Seat, number: int) -> Hold:
        """Put a seat at the door of a ticket's room; one that was inside steps out first."""
        channel = ticket_channel(number)
        self.leave(seat, channel)
        name = ticket_room(number, seat.audience, seat.viewer.language)
        room = self._rooms.setdefault(name, Room(number, seat.audience))
        hold = room.holds[seat] = Hold(seat)
        seat.channels[channel] = name
        return hold

    def admit(self, seat: Seat, number: int) -> None:
        """Let a seat from the door into the room."""
        room = self._rooms[seat.channels[ticket_channel(number)]]
        room.holds.pop(seat).open = False
        room.seats.add(seat)

    def enter_own(self, seat: Seat) -> None:
        """Join `me`."""
        name = person_room(seat.viewer.person.id, seat.viewer.language)
        if seat.audience == "public":
            name = requester_room(seat.viewer.person.id)
        self._rooms.setdefault(name, Room(None, seat.audience)).seats.add(seat)
        seat.channels[ME] = name
        if seat.audience == "staff":
            self._own[name] = name

    def enter_view(self, seat: Seat, channel: str, chosen: Filter) -> None:
        """Join a list of tickets. What of it a seat may see is for whoever sends."""
        self.leave(seat, channel)
        name = view_room(channel, seat.viewer.language)
        view = View(channel, chosen, seat.viewer.language)
        self._rooms.setdefault(name, Room(None, seat.audience, view)).seats.add(seat)
        seat.channels[channel] = self._views[name] = name

    def enter_board(self, seat: Seat) -> None:
        """Join the lead's board. What of it a seat may see is for whoever sends."""
        self._rooms.setdefault(BOARD, Room(None, seat.audience)).seats.add(seat)
        seat.channels[BOARD] = BOARD

    def at_board(self) -> list[Seat]:
        """Who watches a board."""
        room = self._rooms.get(BOARD)
        return [] if room is None else list(room.seats)

    @property
    def has_owners(self) -> bool:
        """Whether a page of a technician is open."""
        return bool(self._own)

    @property
    def has_views(self) -> bool:
        """Whether somebody has a list open."""
        return bool(self._views)

    def views(self) -> Iterator[tuple[View, list[Seat]]]:
        """The open lists with who has them open."""
        for name in list(self._views):
            room = self._rooms[name]
            if room.view is not None:
                yield room.view, list(room.seats)

    def owners(self) -> list[tuple[Person, list[Seat]]]:
        """Everybody whose own channel is open here, with their seats."""
        found: dict[int, tuple[Person, list[Seat]]] = {}
        for name in self._own:
            for seat in self._rooms[name].seats:
                found.setdefault(seat.viewer.person.id, (seat.viewer.person, []))[1].append(seat)
        return list(found.values())

    def leave(self, seat: Seat, channel: str) -> None:
        name = seat.channels.pop(channel, None)
        room = None if name is None else self._rooms.get(name)
        if name is None or room is None:
            return
        room.seats.discard(seat)
        if (hold := room.holds.pop(seat, None)) is not None:
            hold.open = False
        if not room.seats and not room.holds:
            del self._rooms[name]
            self._views.pop(name, None)
            self._own.pop(name, None)

    def remove(self, seat: Seat) -> None:
        for channel in list(seat.channels):
            self.leave(seat, channel)
        self.seats.pop(seat.sid, None)

    def send_to_staff(self, number: int, payload: bytes) -> None:
        """Send what has no words in it, so one frame does for all languages."""
        framed = wire.frame(payload)
        for language in self.languages(number, "staff"):
            seats = self._rooms[ticket_room(number, "staff", language)].seats
            self.deliveries += len(seats)
            for seat in seats:
                seat.socket.push(framed, payload)

    def send(self, name: str, payload: bytes, seq: int | None = None) -> None:
        """Send a payload to everybody in a room; those at the door keep it if it has a `seq`."""
        room = self._rooms.get(name)
        if room is None:
            return
        framed = wire.frame(payload)
        self.deliveries += len(room.seats)
        for seat in room.seats:
            seat.socket.push(framed, payload)
        if seq is not None:
            for hold in room.holds.values():
                hold.keep(seq, payload)
