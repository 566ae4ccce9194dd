"""A letter of the desk, read again for whoever looks into the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from console.mail import charsets, headers
from console.mail.parts import content_of, read

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
    message = message_from_bytes(raw)
    fields, parts = headers.of(message), read(message)
    named = tuple((name.title(), fields.first(name)) for name in SHOWN_HEADERS if fields.has(name))
    return ShownLetter(named, "\n".join(parts.texts), _html(message), tuple(each.filename for each in parts.attached))


def _html(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/html":
            return charsets.decode(content_of(part), "utf-8")
    return ""
