"""A ticket's page as a browser holds it: loaded once, then living on events. It has to equal a freshly loaded one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.robots.markup import Element, normal, parse

Event = dict[str, Any]  # as it comes over the wire


class NoTicket(Exception):
    """What was loaded shows no ticket."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where two pages differ: the region's id and both texts around it."""

    region: str
    kept: str
    fresh: str


class Page:
    """`last` is the number of the last event in it; `applied` has every (seq, kind) that events brought."""

    def __init__(self, source: str) -> None:
        self.applied: list[tuple[int, str]] = []
        self.regions: dict[str, Element] = {}
        channel = None
        for element in parse(source).walk():
            if "data-channel" in element.attributes:
                channel = element
            if element.id in ("thread", "activity-log") or element.id.startswith("panel-"):
                self.regions[element.id] = element
        if channel is None:
            raise NoTicket(source[:200])
        self.channel = channel.attributes["data-channel"]
        self.last, self.epoch = int(channel.attributes["data-seq"]), channel.attributes["data-epoch"]

    def apply(self, event: Event) -> None:
        """Put the next event on the page. Raises ValueError if it is not the next one."""
        if event["seq"] != self.last + 1:
            raise ValueError(f"event {event['seq']} after {self.last}")
        for op in event["ops"]:
            self._swap(op["target"], op["swap"], op["html"])
        self.last = event["seq"]
        self.applied.append((event["seq"], event["kind"]))

    def renew(self, fresh: Page) -> None:
        """Put the live regions of a fresh page into this one."""
        self.regions = fresh.regions
        self.last, self.epoch = fresh.last, fresh.epoch

    def difference(self, fresh: Page) -> Difference | None:
        """Where this page differs from a fresh one at the same number, or None."""
        for name in self.regions.keys() | fresh.regions.keys():
            kept, loaded = (normal(page.regions[name]) if name in page.regions else "" for page in (self, fresh))
            if kept != loaded:
                place = next((i for i, (a, b) in enumerate(zip(kept, loaded, strict=False)) if a != b), 0)
                place = place or min(len(kept), len(loaded))
                around = slice(max(0, place - 80), place + 120)
                return Difference(name, kept[around], loaded[around])
        return None

    def _swap(self, target: str, swap: str, html: str) -> None:
        parts = parse(html).parts
        region = self.regions.get(target)
        if region is None:
            if swap == "delete" and (thread := self.regions.get("thread")):
                thread.parts = [each for each in thread.parts if not isinstance(each, Element) or each.id != target]
        elif swap == "beforeend":
            region.parts += parts
        elif swap == "afterbegin":
            region.parts[:0] = parts
        elif swap in ("outerMorph", "outerHTML"):
            self.regions[target] = next(each for each in parts if isinstance(each, Element))
        elif swap == "delete":
            del self.regions[target]
        else:
            raise ValueError(f"an unknown swap: {swap}")
