"""Presence in the memory of one process. Everything is called in the loop's thread, but what only looks something up.

What comes in are commands about keys (a key is one connection; a person may have many), what goes out are rosters and
calls of listeners. Each process looks after its own connections with their timers; `part` is what it has to tell others
of a ticket, and `hear` takes what they tell, so that `roster`, `claim` and `where` answer from memory everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from console.desk.people import Who
from console.presence.clock import Clock
from console.presence.place import Claim, Entry, Part, Place, Roster, Viewer
from console.presence.states import is_writing

LAPSE = 5.0  # seconds from the last renewal until who was writing is viewing again
GRACE = 2.0  # seconds in which somebody who left may come back unnoticed
POLL_LEASE = 12.0  # seconds that an entry lives after a poll: four polls
CLAIM = 120.0  # seconds from the last word of a reply until somebody else is shown as answering


def polling_key(session_id: int, page: str = "") -> str:
    """The key of a page without a socket, which asks every few seconds; it begins with that of its session."""
    return f"poll:{session_id}:{page}"


class Presence:
    """`withdrawn` counts the rounds in which access was taken away: what was asked before one has to be asked again.

    `unknown`: what other processes tell can't be heard at the moment, so nobody may be taken for gone.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.withdrawn = 0
        self.unknown = False
        self.clock = clock or Clock()
        self._rev = self._order = 0
        self._rev = self._next_rev()
        self._places: dict[int, Place] = {}
        self._where: dict[int, set[int]] = {}
        self._connected: dict[str, int] = {}
        self._connections: Counter[int] = Counter()
        self._listeners: list[Callable[[int], None]] = []
        self._sharers: list[Callable[[int], None]] = []
        self._droppers: list[Callable[[int, str], None]] = []

    # What a connection does

    def connect(self, key: str, person_id: int) -> None:
        """Somebody is online, wherever."""
        self._connected[key] = person_id
        self._connections[person_id] += 1

    def disconnect(self, key: str) -> None:
        if (person_id := self._connected.pop(key, None)) is not None:
            self._connections[person_id] -= 1
            if not self._connections[person_id]:
                del self._connections[person_id]

    def enter(self, number: int, key: str, who: Who, state: str = "viewing", lease: float | None = None) -> None:
        """Be on a ticket until `leave`, or for `lease` seconds. Entering again renews the lease and the state."""
        place = self._places.setdefault(number, Place(Roster(self._rev, ())))
        for left in [each for each, entry in place.entries.items() if entry.leaving and entry.who.id == who.id]:
            place.entries.pop(left).still()
        before = place.entries.get(key)
        if before is not None:
            before.still()
        entry = place.entries[key] = before or Entry(who, state, self._next_order(), self.clock.now())
        if lease is not None:
            entry.leased = True
            entry.end = self.clock.later(lease, self._remove, number, key)
        self._do(number, place, key, state)

    def intend(self, number: int, key: str, state: str) -> None:
        """Do something else on a ticket that was entered; or renew a writing state, which falls back by itself."""
        place = self._places.get(number)
        if place is not None and key in place.entries and not place.entries[key].leaving:
            self._do(number, place, key, state)

    def leave(self, number: int, key: str, *, grace: bool) -> None:
        """Be on the ticket no more: at once, or with `grace` unless the same person comes back before it ends."""
        place = self._places.get(number)
        entry = None if place is None else place.entries.get(key)
        if place is None or entry is None:
            return
        if not grace:
            self._remove(number, key)
        elif not entry.leaving:
            entry.still()
            entry.leaving = True
            entry.end = self.clock.later(GRACE, self._remove, number, key)
            self._change(entry, "viewing" if is_writing(entry.state) else entry.state)
            self._tell(number, place)

    def drop(self, number: int, key: str) -> None:
        """End an entry at once, in whichever process it is: a page that asked every few seconds asks no more."""
        self.leave(number, key, grace=False)
        for tell in self._droppers:
            tell(number, key)

    def settle(self, number: int) -> None:
        """Somebody was put in charge, or has answered: nobody claims the ticket any more."""
        place = self._places.get(number)
        if place is not None and place.own_claim is not None:
            place.claimed(None)
            self._tell(number, place)

    def loose(self) -> list[tuple[int, str, int]]:
        """The entries that no connection holds, but a lease or a grace: ticket, key, person."""
        return [
            (number, key, entry.who.id)
            for number, place in self._places.items()
            for key, entry in place.entries.items()
            if entry.leased or entry.leaving
        ]

    # What processes tell each other

    def on_part(self, share: Callable[[int], None]) -> None:
        """Call `share(number)` whenever the own part of a ticket may have changed."""
        self._sharers.append(share)

    def on_drop(self, tell: Callable[[int, str], None]) -> None:
        """Call `tell(number, key)` for an entry that is to end wherever it is."""
        self._droppers.append(tell)

    def part(self, number: int) -> Part:
        """What this process has to tell of a ticket."""
        place = self._places.get(number)
        return Part() if place is None else place.part

    def parts(self) -> list[int]:
        """The tickets of which this process has something to tell."""
        return [number for number, place in self._places.items() if place.entries]

    def hear(self, process: str, number: int, part: Part) -> None:
        """Another process tells this of a ticket; it stands until it tells something else."""
        empty = not part.presented and part.claim is None
        place = self._places.get(number)
        if place is None:
            if empty:
                return
            place = self._places[number] = Place(Roster(self._rev, ()))
        if empty:
            place.parts.pop(process, None)
        else:
            place.parts[process] = part
        self._show(number, place)

    def forget(self, process: str) -> None:
        """Another process is gone, and everybody whom it told of."""
        for number, place in list(self._places.items()):
            if place.parts.pop(process, None) is not None:
                self._show(number, place)

    def heard(self, process: str) -> list[int]:
        """The tickets that this process tells something of."""
        return [number for number, place in self._places.items() if process in place.parts]

    def abandon(self) -> None:
        """This process was taken for gone: nobody is here any more until they come again."""
        for number, place in list(self._places.items()):
            for entry in place.entries.values():
                entry.still()
            place.entries.clear()
            self._tell(number, place)

    def doubt(self, unknown: bool) -> None:
        """Say whether the others can be heard; everybody who looks has to know."""
        if unknown != self.unknown:
            self.unknown = unknown
            for number, place in list(self._places.items()):
                self._show(number, place, anew=True)

    # What others may know; from any thread

    def roster(self, number: int) -> Roster:
        place = self._places.get(number)
        return Roster(self._rev, ()) if place is None else place.roster

    def told(self, number: int) -> dict[str, Any]:
        """The roster as pages get it: `viewers` and `rev`, and `unknown` when the others can't be heard."""
        roster = self.roster(number)
        return {"viewers": roster.viewers, "rev": roster.rev, **({"unknown": True} if self.unknown else {})}

    def claim(self, number: int) -> Who | None:
        """Who began to answer first, as long as that holds. It is worth showing while nobody is in charge."""
        place = self._places.get(number)
        return None if place is None else place.claim

    def where(self, person_id: int) -> frozenset[int]:
        """The tickets that this person is on."""
        return frozenset(self._where.get(person_id, ()))

    def is_online(self, person_id: int) -> bool:
        return person_id in self._connections or person_id in self._where

    def here(self) -> dict[int, tuple[Viewer, ...]]:
        """Everybody on every ticket."""
        places = [(number, place.roster.viewers) for number, place in list(self._places.items())]
        return {number: viewers for number, viewers in places if viewers}

    @property
    def count(self) -> int:
        """How many tickets somebody is on."""
        return len(self._places)

    def on_change(self, listener: Callable[[int], None]) -> None:
        """Call `listener(number)` whenever the roster or the claim of a ticket has changed."""
        self._listeners.append(listener)

    # Inside

    def _next_rev(self) -> int:
        # Milliseconds of a clock that all processes agree about, so that numbers go on rising over a restart and from one
        # process to another: changes are rarer than one in each.
        self._rev = max(self._rev + 1, int(self.clock.now().timestamp() * 1_000))
        return self._rev

    def _next_order(self) -> int:
        self._order = max(self._order + 1, int(self.clock.now().timestamp() * 1_000_000))
        return self._order

    def _do(self, number: int, place: Place, key: str, state: str) -> None:
        entry = place.entries[key]
        if entry.lapse is not None:
            entry.lapse.cancel()
        entry.lapse = self.clock.later(LAPSE, self._lapse, number, key) if is_writing(state) else None
        self._change(entry, state)
        if state == "reply" and (place.claim is None or place.claim.id == entry.who.id):
            own = place.own_claim
            claim = own if own is not None and own.who.id == entry.who.id else Claim(self._next_order(), entry.who)
            place.claimed(claim, self.clock.later(CLAIM, self.settle, number))
        self._tell(number, place)

    def _change(self, entry: Entry, state: str) -> None:
        if entry.state != state:
            entry.state, entry.order, entry.since = state, self._next_order(), self.clock.now()

    def _lapse(self, number: int, key: str) -> None:
        place = self._places[number]
        place.entries[key].lapse = None
        self._change(place.entries[key], "viewing")
        self._tell(number, place)

    def _remove(self, number: int, key: str) -> None:
        place = self._places[number]
        place.entries.pop(key).still()
        self._tell(number, place)

    def _tell(self, number: int, place: Place) -> None:
        """Something changed here: renew what is shown, and have it told to the other processes."""
        self._show(number, place)
        for share in self._sharers:
            share(number)

    def _show(self, number: int, place: Place, *, anew: bool = False) -> None:
        """Renew what is shown of a ticket; if that is another picture, tell the listeners."""
        viewers = place.viewers()
        if place.own_claim is not None and place.own_claim.who.id not in place.shown:
            place.claimed(None)
        claim = place.claim
        if not place.entries and not place.parts:
            self._places.pop(number, None)
        if viewers == place.roster.viewers and claim == place.told and not anew:
            return
        before, now = {each.id for each in place.roster.viewers}, place.shown.keys()
        for person_id in before - now:
            self._where[person_id].discard(number)
            if not self._where[person_id]:
                del self._where[person_id]
        for person_id in now - before:
            self._where.setdefault(person_id, set()).add(number)
        place.roster, place.told = Roster(self._next_rev(), viewers), claim
        for listener in self._listeners:
            listener(number)
