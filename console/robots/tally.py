"""What all robots of a crew count and remember together: commands by their marks, deliveries, failures."""

from __future__ import annotations

import math
import re
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal

State = Literal["sent", "answered", "given up"]
MOST_FAILURES = 200  # kept in words; more than that nobody reads


@dataclass(slots=True)
class Message:
    """A message by its mark. `clean` while it was sent only once, so that its delivery can be timed."""

    ticket: int
    kind: Literal["reply", "note"]
    by: str
    sent_at: float
    state: State = "sent"
    clean: bool = True


@dataclass(slots=True)
class Tally:
    run: str = field(default_factory=lambda: secrets.token_hex(4))
    counts: Counter[str] = field(default_factory=Counter)
    messages: dict[str, Message] = field(default_factory=dict)
    field_commands: Counter[tuple[int, str]] = field(default_factory=Counter)  # sent, by ticket and field
    shown: dict[int, dict[int, str]] = field(
        default_factory=dict
    )  # kinds that staff pages were shown, by ticket and seq
    deliveries: list[float] = field(default_factory=list)  # seconds
    failures: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    most_viewers: int = 0
    _marks: re.Pattern[str] = field(init=False)
    _inside: re.Pattern[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self._marks = re.compile(rf"(?:reply|inside)-{self.run}-\d+-\d+")
        self._inside = re.compile(rf"inside-{self.run}-\d+-\d+".encode())

    def forget(self, number: int) -> None:
        """What was shown of this ticket belongs to another epoch: the desk was restored."""
        self.shown.pop(number, None)

    def begin(self, kind: Literal["reply", "note"], ticket: int, robot: int, by: str) -> str:
        """A mark for a new message, which its text has to carry."""
        mark = f"{'inside' if kind == 'note' else 'reply'}-{self.run}-{robot}-{len(self.messages)}"
        self.messages[mark] = Message(ticket, kind, by, monotonic())
        return mark

    def applied(self, number: int, event: dict[str, Any], *, staff: bool, viewer: str, joined_at: float | None) -> None:
        """A page of this viewer put an event on itself. Delivery is timed on lines that stood when the message was sent."""
        self.counts["events"] += 1
        if staff:
            known = self.shown.setdefault(number, {}).setdefault(event["seq"], event["kind"])
            if known != event["kind"]:
                self.fail(
                    f"ticket {number}: activity {event['seq']} is {known} on one page and {event['kind']} on another"
                )
        if joined_at is None or event["kind"] not in ("replied", "requester_replied", "noted"):
            return
        now = monotonic()
        for mark in {found for op in event["ops"] for found in self._marks.findall(op["html"])}:
            message = self.messages.get(mark)
            if message is not None and message.clean and message.by != viewer and joined_at < message.sent_at:
                self.deliveries.append(now - message.sent_at)

    def public_bytes(self, data: bytes, where: str) -> None:
        """Bytes that a requester got: a mark of a note in them is a leak."""
        for mark in self._inside.findall(data):
            self.leaks.append(f"{where}: the mark {mark.decode()} of an internal note reached a requester")

    def marks_in(self, text: str) -> list[str]:
        return self._marks.findall(text)

    def fail(self, sentence: str) -> None:
        self.counts["failures"] += 1
        if len(self.failures) < MOST_FAILURES:
            self.failures.append(sentence)

    def counters(self) -> dict[str, float | int | None]:
        """Everything counted, for programs; times in milliseconds."""
        names = (
            "sent answered retried repeated stopped merged given_up events pulls renewals reconnects failures".split()
        )
        found: dict[str, float | int | None] = {name: self.counts[name] for name in names}
        for name, share in (("delivery_p50_ms", 0.5), ("delivery_p99_ms", 0.99)):
            value = percentile(self.deliveries, share)
            found[name] = None if math.isnan(value) else round(value * 1000, 1)
        return found | {"deliveries": len(self.deliveries), "most_viewers": self.most_viewers}


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of `values` lies (nearest rank); nan without any."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
