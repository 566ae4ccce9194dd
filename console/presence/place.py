"""One ticket: who is on it by which connections, and how that is shown, each person once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from console.desk.people import Who
from console.presence.clock import Timer
from console.presence.states import rank


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person on a ticket as colleagues see them: `color` is one of eight hues, `since` when this state began (UTC)."""

    id: int
    name: str
    initials: str
    color: int
    state: str
    since: str


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody on a ticket, strongest state first. A roster with a higher `rev` is newer."""

    rev: int
    viewers: tuple[Viewer, ...]


@dataclass(eq=False, slots=True)
class Entry:
    """A person by one connection. `lapse` ends a writing state, `end` the entry: its lease, or the grace of who is `leaving`."""

    who: Who
    state: str
    order: int  # of its last change of state among all changes
    leased: bool = False
    leaving: bool = False
    lapse: Timer | None = None
    end: Timer | None = None

    def still(self) -> None:
        """Stop its timers."""
        for timer in (self.lapse, self.end):
            if timer is not None:
                timer.cancel()
        self.lapse = self.end = None


@dataclass(eq=False, slots=True)
class Place:
    """`shown` has (order, viewer) by person. `claim` is who answers first, until its timer ends; `told` is the one that
    the listeners know."""

    roster: Roster
    entries: dict[str, Entry] = field(default_factory=dict)
    shown: dict[int, tuple[int, Viewer]] = field(default_factory=dict)
    claim: Who | None = None
    claim_end: Timer | None = None
    told: Who | None = None

    def viewers(self, now: datetime) -> tuple[Viewer, ...]:
        """Everybody as of now. Who shows the same state as before keeps since when, and their place among equals."""
        shown: dict[int, tuple[int, Viewer]] = {}
        for entry in self._strongest():
            order, before = self.shown.get(entry.who.id, (0, None))
            if before is None or before.state != entry.state:
                who = entry.who
                since = now.strftime("%Y-%m-%dT%H:%M:%SZ")
                order, before = entry.order, Viewer(who.id, who.name, who.initials, who.hue, entry.state, since)
            shown[entry.who.id] = order, before
        self.shown = shown
        ordered = sorted(shown.values(), key=lambda each: (rank(each[1].state), -each[0]))
        return tuple(viewer for _, viewer in ordered)

    def claimed(self, who: Who | None, end: Timer | None = None) -> None:
        """Give the claim to somebody, or to nobody."""
        if self.claim_end is not None:
            self.claim_end.cancel()
        self.claim, self.claim_end = who, end

    def _strongest(self) -> Iterator[Entry]:
        found: dict[int, Entry] = {}
        for entry in self.entries.values():
            other = found.get(entry.who.id)
            if other is None or (rank(entry.state), -entry.order) < (rank(other.state), -other.order):
                found[entry.who.id] = entry
        yield from found.values()
