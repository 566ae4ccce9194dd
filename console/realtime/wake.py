"""Wake-ups between workers: that something was committed, and hints. They say where to look, never what there is.

A lost wake-up costs half a second: every feed looks by itself. A lost hint costs until the page looks by itself.
"""

from __future__ import annotations

import re
from typing import get_args

from console.desk.change import Hint, Topic
from console.desk.desk import Desk
from console.line import Line
from console.realtime.feed import Feed
from console.realtime.hints import Hints

_COMMITTED = re.compile(r"([0-9a-f]{16}) ([1-9][0-9]{0,17})")
_HINTED = re.compile(rf"([0-9a-f]{{16}}) ({'|'.join(get_args(Topic))}) ([1-9][0-9]{{0,17}}) (0|[1-9][0-9]{{0,17}})")


def tell(line: Line, desk: Desk) -> None:
    """Tell the other workers what this desk commits and hints at."""
    desk.on_commit(lambda position: line.publish("committed", f"{line.me} {position}"))
    desk.on_hint(
        lambda hint: line.publish("hinted", f"{line.me} {hint.topic} {hint.person_id} {hint.number or 0}"),
    )


def listen(line: Line, feed: Feed, hints: Hints) -> None:
    """Look where other workers say that there is something."""

    def committed(text: str) -> None:
        found = _COMMITTED.fullmatch(text)
        if found and found[1] != line.me:
            feed.wake(int(found[2]))

    def hinted(text: str) -> None:
        found = _HINTED.fullmatch(text)
        if found and found[1] != line.me:
            topic = next(each for each in get_args(Topic) if each == found[2])
            hints.hear(Hint(topic, int(found[3]), int(found[4]) or None))

    line.subscribe("committed", committed)
    line.subscribe("hinted", hinted)
    line.on_state(lambda up: feed.wake() if up else None)
