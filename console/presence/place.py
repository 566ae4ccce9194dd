"""One ticket: who is on it by which connections, and how that is shown, each person once.

The connections of this process are entries with timers. What other processes tell of theirs is a `Part` for each.
"""

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
    order: int  # of its last change of state among all changes, over all processes
    since: datetime  # of that change
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


@dataclass(frozen=True, slots=True)
class Presented:
    """An entry as another process tells it."""

    who: Who
    state: str
    order: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody answers; the one with the lowest order was first."""

    order: int
    who: Who


@dataclass(frozen=True, slots=True)
class Part:
    """What one process tells of a ticket."""

    presented: tuple[Presented, ...] = ()
    claim: Claim | None = None


@dataclass(eq=False, slots=True)
class Place:
    """`entries` are this process's connections, `parts` what the others tell, by process; `shown` has (order, viewer) by
    person. `own_claim` is the one made here, until its timer ends; `told` is the claim that the listeners know."""

    roster: Roster
    entries: dict[str, Entry] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    shown: dict[int, tuple[int, Viewer]] = field(default_factory=dict)
    own_claim: Claim | None = None
    claim_end: Timer | None = None
    told: Who | None = None

    @property
    def claim(self) -> Who | None:
        """Who answers first, of those who are here."""
        claims = [self.own_claim, *(part.claim for part in self.parts.values())]
        here = [claim for claim in claims if claim is not None and claim.who.id in self.shown]
        return min(here, key=lambda claim: claim.order).who if here else None

    @property
    def part(self) -> Part:
        """What this process tells the others."""
        presented = tuple(Presented(each.who, each.state, each.order, each.since) for each in self.entries.values())
        return Part(presented, self.own_claim)

    def viewers(self) -> tuple[Viewer, ...]:
        """Everybody. Who shows the same state as before keeps since when, and their place among equals."""
        shown: dict[int, tuple[int, Viewer]] = {}
        for entry in self._strongest():
            order, before = self.shown.get(entry.who.id, (0, None))
            if before is None or before.state != entry.state:
                who = entry.who
                since = entry.since.strftime("%Y-%m-%dT%H:%M:%SZ")
                order, before = entry.order, Viewer(who.id, who.name, who.initials, who.hue, entry.state, since)
            shown[entry.who.id] = order, before
        self.shown = shown
        ordered = sorted(shown.values(), key=lambda each: (rank(each[1].state), -each[0]))
        return tuple(viewer for _, viewer in ordered)

    def claimed(self, claim: Claim | None, end: Timer | None = None) -> None:
        """Give the own claim to somebody, or to nobody."""
        if self.claim_end is not None:
            self.claim_end.cancel()
        self.own_claim, self.claim_end = claim, end

    def _strongest(self) -> Iterator[Entry | Presented]:
        found: dict[int, Entry | Presented] = {}
        everybody: list[Entry | Presented] = [*self.entries.values()]
        for part in self.parts.values():
            everybody += part.presented
        for entry in everybody:
            other = found.get(entry.who.id)
            if other is None or (rank(entry.state), -entry.order) < (rank(other.state), -other.order):
                found[entry.who.id] = entry
        yield from found.values()
