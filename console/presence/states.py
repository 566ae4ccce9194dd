"""What somebody does on a ticket, and which of two such states says more."""

from __future__ import annotations

import re

STRONGEST_FIRST = ("reply", "note", "field", "chat", "viewing", "idle", "away")
WRITING = ("reply", "note", "field", "chat")

_FIELD = re.compile(r"field:[a-z][a-z_]{0,29}")  # which field is edited; the page knows its name in words


def is_state(text: str) -> bool:
    """Whether this is a state: one of those above, where `field` names which: `field:status`."""
    return bool(_FIELD.fullmatch(text)) or (text != "field" and text in STRONGEST_FIRST)


def rank(state: str) -> int:
    """0 for the strongest."""
    return STRONGEST_FIRST.index(state.partition(":")[0])


def is_writing(state: str) -> bool:
    """Whether it has to be renewed to go on."""
    return state.partition(":")[0] in WRITING
