"""One activity as the payload of an `event`, for a push and for a catch-up alike."""

from __future__ import annotations

import logging
import traceback
from pathlib import PurePath
from typing import Any

from console.desk.conversation import Entry, Ticket
from console.desk.kinds import Audience
from console.desk.public_side import PublicEntry, PublicTicket
from console.fragments import Renderer
from console.realtime import wire

LARGEST_EVENT = 16 * 1024  # bytes; what is larger is fetched by each page that wants it

log = logging.getLogger(__name__)


def payload(
    renderer: Renderer, audience: Audience, entry: Entry | PublicEntry, ticket: Ticket | PublicTicket, language: str
) -> bytes:
    """The `event` with what to change in the page, or with `pull` if that is too large or can't be rendered."""
    try:
        event = renderer.event(entry, ticket, language)
    except Exception as problem:  # one event must not stop those behind it
        report(
            f"no {language} event for activity {entry.seq} ({entry.kind}, {audience}) of ticket {entry.number}", problem
        )
    else:
        encoded = wire.event(wire.NAMESPACES[audience], "event", event)
        if len(encoded) <= LARGEST_EVENT:
            return encoded
    return pull(audience, entry.number, entry.seq, entry.kind)


def pull(audience: Audience, number: int, seq: int, kind: str) -> bytes:
    """An `event` that has the page ask for what happened."""
    event: dict[str, Any] = {"channel": f"ticket:{number}", "seq": seq, "kind": kind, "pull": True, "say": None}
    return wire.event(wire.NAMESPACES[audience], "event", event)


def report(what: str, problem: BaseException) -> None:
    """Log an exception's type and place. Its message is left out: it may quote what somebody wrote."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = " < ".join(f"{each.name} ({PurePath(each.filename).name}:{each.lineno})" for each in reversed(frames))
    log.error("%s: %s at %s", what, type(problem).__name__, place)
