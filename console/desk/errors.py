"""What the desk refuses. Each refusal carries a sentence for the person; the door translates it."""

from __future__ import annotations

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


class TooLarge(Refused):
    """The files are larger than a message may carry."""


class CommandReused(Refused):
    """The same command id came with another body."""

    def __init__(self) -> None:
        super().__init__(N_("This key was already used for another request."))
