"""A letter of the desk, read again for whoever looks into the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from console.mail.headers import Headers
from console.mail.parts import contents
from console.mail.structure import read_message

SHOWN_HEADERS: tuple[str, ...] = (
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
)
SHOWN_HEADERS += ("auto-submitted", "precedence", "x-auto-response-suppress")


@dataclass(frozen=True, slots=True)
class ShownLetter:
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    files: tuple[str, ...]


def shown_letter(raw: bytes) -> ShownLetter:
    """The letter with these bytes. Its HTML is our own, and is shown in a frame all the same."""
    message = read_message(raw)
    fields, held = Headers(message), contents(message)
    named = tuple((name.title(), fields.text(name)) for name in SHOWN_HEADERS if name in fields)
    return ShownLetter(named, held.text, held.html or "", tuple(each.filename for each in held.attachments))
