"""What a report adds up: counts and times by day and by group."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.desk.report_rows import DIMENSIONS

PERCENT = (50, 90)

Key = int | None


@dataclass(frozen=True, slots=True)
class Took:
    """Minutes of the calendar: half of the times were no longer than `half`, nine of ten no longer than `most`."""

    half: int
    most: int


@dataclass(frozen=True, slots=True)
class Figures:
    """`resolved` and `reopened` are times that it happened; `backlog`: not solved at the end."""

    created: int
    resolved: int
    reopened: int
    backlog: int
    first_response: Took | None
    resolution: Took | None

    @property
    def nothing(self) -> bool:
        return not (self.created or self.resolved or self.reopened or self.backlog or self.first_response)


@dataclass(slots=True)
class Tally:
    """What is counted for one day or group. `left` is of this moment at first, then of the end of what it stands for."""

    created: int = 0
    resolved: int = 0
    reopened: int = 0
    left: int = 0
    answered: list[int] = field(default_factory=list)  # seconds
    solved: list[int] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.created += other.created
        self.resolved += other.resolved
        self.reopened += other.reopened
        self.left += other.left
        self.answered += other.answered
        self.solved += other.solved

    @property
    def grown(self) -> int:
        """By how many more is not solved after it than before."""
        return self.created + self.reopened - self.resolved

    def figures(self) -> Figures:
        return Figures(self.created, self.resolved, self.reopened, self.left, took(self.answered), took(self.solved))


class Tallies:
    """Of each day, with one more for what came after the span, of all days, and by each dimension."""

    def __init__(self, days: int) -> None:
        self.days = [Tally() for _ in range(days + 1)]
        self.total = Tally()
        self.by: tuple[dict[Key, Tally], ...] = tuple({} for _ in DIMENSIONS)
        self._known: dict[tuple[Key, ...], tuple[Tally, ...]] = {}

    def of(self, keys: tuple[Key, ...]) -> tuple[Tally, ...]:
        """All to which a ticket of these groups counts, but for its days."""
        found = self._known.get(keys)
        if found is None:
            groups = (known.setdefault(key, Tally()) for known, key in zip(self.by, keys, strict=True))
            found = self._known[keys] = (self.total, *groups)
        return found

    def count(self, day: int, keys: tuple[Key, ...], one: Tally) -> None:
        """Count something in. What came after the span is only taken back from what is left, so that is of the span's end."""
        self.days[day].add(one)
        for tally in self.of(keys):
            if day == len(self.days) - 1:
                tally.left -= one.grown
            else:
                tally.add(one)


def took(times: list[int]) -> Took | None:
    """The percentiles of times in seconds, each the least time that so many do not exceed; None if there are no times."""
    if not times:
        return None
    times.sort()
    half, most = (times[-(-len(times) * each // 100) - 1] // 60 for each in PERCENT)
    return Took(half, most)
