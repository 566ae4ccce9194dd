"""What a line shows of who is on a ticket."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from realtime.line import PATIENCE, Line

# The promised times, in seconds; they are asserted with some slack, because tests share their machine with others.
VISIBLE, GONE, SLACK = 0.3, 2.5, 3

ADA, BEN, LEA, TESS, CLEO = "Ada Moreno", "Ben Okafor", "Lea Brandt", "Tess Quint", "Cleo Vidal"


def states(frame: dict[str, Any]) -> dict[str, str]:
    """State by name, in the order shown; of a `presence`, an acknowledgement or a catch-up."""
    return {viewer["name"]: viewer["state"] for viewer in frame["viewers"]}


def doing(name: str, state: str) -> Callable[[dict[str, str]], bool]:
    """Whether a roster shows this person in this state."""
    return lambda seen: seen.get(name) == state


def until(line: Line, wanted: dict[str, str] | Callable[[dict[str, str]], bool]) -> dict[str, Any]:
    """Read rosters up to one that shows this."""
    seen: list[dict[str, str]] = []
    ends = monotonic() + PATIENCE
    while True:
        try:
            frame = line.next("presence", timeout=max(0.1, ends - monotonic()))
        except TimeoutError:
            raise AssertionError(f"waited for {wanted}, saw {seen}") from None
        assert isinstance(frame, dict)
        seen.append(states(frame))
        if seen[-1] == wanted if isinstance(wanted, dict) else wanted(seen[-1]):
            return frame


def intend(line: Line, state: str, channel: str = "ticket:1") -> None:
    assert line.call("intent", {"channel": channel, "state": state}) == {"ok": True}
