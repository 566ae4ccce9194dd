"""What the desk refuses. Each refusal carries a sentence for the person; the door translates it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogues without translating it here."""
    return sentence


class Refused(Exception):
    """`sentence` is a catalogue key, `named` its placeholders, `field` the form field it belongs to (or None)."""

    def __init__(self, sentence: str, *, field: str | None = None, **named: Any) -> None:
        super().__init__(sentence % named if named else sentence)
        self.sentence, self.field, self.named = sentence, field, named


class NotFound(Refused):
    """It does not exist, or this person may not know that it does: the answer is the same."""

    def __init__(self) -> None:
        super().__init__(N_("There is nothing here, or you may not open it."))


class Invalid(Refused):
    """The input is wrong; the person can correct it."""


class InvalidForm(Invalid):
    """Several fields of a form may be wrong at once: each of `refusals` is about one of them."""

    def __init__(self, refusals: Sequence[Invalid]) -> None:
        first = refusals[0]
        super().__init__(first.sentence, field=first.field, **first.named)
        self.refusals = refusals


class Missed(Refused):
    """Something arrived that the author has not seen: `positions` in the log, and the ticket's `head` for them."""

    def __init__(self, head: int, positions: Sequence[int]) -> None:
        super().__init__(N_("Something arrived while you were writing. Read it before you send."))
        self.head, self.positions = head, positions


class Changed(Refused):
    """Somebody set this field since the editor looked at it: `value` holds now, `wanted` was to be set ("" for nothing)."""

    def __init__(self, field: str, value: str, wanted: str) -> None:
        super().__init__(N_("Somebody changed this meanwhile. Choose which value holds."), field=field)
        self.value, self.wanted = value, wanted


class DraftMoved(Refused):
    """The draft was saved elsewhere since this device read it."""

    def __init__(self) -> None:
        super().__init__(N_("This draft was changed on another device."))


class TooLarge(Refused):
    """The files are larger than a message may carry."""


class NoRoom(Refused):
    """The disk is full; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            N_("The desk has no room left to store this. What you wrote is still here; tell whoever runs it.")
        )


class CommandReused(Refused):
    """The same command id came with another body."""

    def __init__(self) -> None:
        super().__init__(N_("This key was already used for another request."))
