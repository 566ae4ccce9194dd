"""What has to be true when the robots rest: pages equal fresh ones, and everything answered is in the log exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from console.robots.door import Door
from console.robots.tally import Tally

FIELD_KINDS = {"status_changed": "status", "priority_changed": "priority", "assigned": "technician"}
PAGE = 200  # activities in one answer


@dataclass(slots=True)
class Report:
    """What was found. `consistent_after`: seconds until every page equalled a fresh one, None if that did not come."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    consistent_after: float | None = None
    counters: dict[str, float | int | None] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return not any(words for _, words in self.findings())

    def findings(self) -> list[tuple[str, list[str]]]:
        """Each kind of finding with its sentences."""
        return [
            ("Lost", self.lost),
            ("Doubled", self.doubled),
            ("Pages that differ from a fresh one", self.differing),
            ("Internal notes that reached a requester", self.leaks),
            ("Failures", self.failures),
        ]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"clean": self.clean}


async def activities(door: Door, token: str, number: int) -> list[dict[str, Any]]:
    """The log of a ticket as this token may read it. Raises GivenUp, Turned."""
    found: list[dict[str, Any]] = []
    while True:
        after = found[-1]["seq"] if found else 0
        answer = await door.api(token, "GET", f"/tickets/{number}/activity?after={after}&limit={PAGE}")
        found += answer["items"]
        if not answer["items"] or found[-1]["seq"] >= answer["head"]:
            return found


def check_log(report: Report, tally: Tally, number: int, log: Sequence[dict[str, Any]]) -> None:
    """Compare the staff's log of one ticket with what was answered and what was shown."""
    check_numbers(report, f"ticket {number}", log)
    messages: dict[str, set[int]] = {}
    for item in log:
        message = item.get("message") or {}
        for mark in tally.marks_in(message.get("body") or ""):
            messages.setdefault(mark, set()).add(message["id"])
    for mark, sent in tally.messages.items():
        times = len(messages.get(mark, ()))
        if sent.ticket == number and times == 0 and sent.state == "answered":
            report.lost.append(
                f"ticket {number}: the {sent.kind} {mark} was answered with success and is not in the log"
            )
        if sent.ticket == number and times > 1:
            report.doubled.append(
                f"ticket {number}: the {sent.kind} {mark} was sent once and is in the log {times} times"
            )
    kinds = {item["seq"]: item["kind"] for item in log}
    for seq, kind in sorted(tally.shown.get(number, {}).items()):
        if kinds.get(seq) != kind:
            there = kinds.get(seq, "nothing")
            report.lost.append(f"ticket {number}: activity {seq} was shown as {kind}, and the log has {there} there")


def check_fields(report: Report, tally: Tally, number: int, log: Sequence[dict[str, Any]], before: int) -> None:
    """Values follow one another, and no field changed more often than robots changed it. `before` is where they began."""
    last: dict[str, Any] = {}
    changes: Counter[str] = Counter()
    for item in log:
        name = FIELD_KINDS.get(item["kind"])
        if name is None:
            continue
        if name in last and item["from"] != last[name]:
            report.lost.append(
                f"ticket {number}: activity {item['seq']} changes the {name} from {item['from']}, but it was {last[name]}"
            )
        last[name] = item["to"]
        changes[name] += item["seq"] > before and item["side"] == "technician"
    for name, times in changes.items():
        if times > tally.field_commands[number, name]:
            report.doubled.append(
                f"ticket {number}: the {name} was changed {times} times by {tally.field_commands[number, name]} commands"
            )


def check_numbers(report: Report, what: str, log: Sequence[dict[str, Any]]) -> None:
    """The numbers of a log have no holes."""
    numbers = [item["seq"] for item in log]
    if numbers != list(range(1, len(numbers) + 1)):
        hole = next((i for i, number in enumerate(numbers, 1) if i != number), len(numbers))
        report.lost.append(f"{what}: the log has no activity {hole}")
