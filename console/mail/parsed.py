"""What a mail says, taken apart: the values that the parser gives and everything else of the mail reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

MailClass = Literal["human", "list", "auto_reply", "auto_generated", "bounce", "complaint"]
BounceKind = Literal["permanent", "transient", "unknown"]


@dataclass(frozen=True, slots=True)
class Address:
    """An address in lower case, and the decoded name beside it (or "")."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a mail. `filename` is never empty and has no path; `content_id` is without `<>`."""

    filename: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str | None = None

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Bounce:
    """Whom a mail could not reach: `status` as RFC 3463 writes it (5.1.1), `original_message_id` without `<>`."""

    recipients: tuple[str, ...]
    status: str | None
    kind: BounceKind
    original_message_id: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of mail it is, and the header or pattern that decided."""

    name: MailClass
    reason: str
    bounce: Bounce | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A mail. Ids are without `<>`; every text is free of lone surrogates; `html` is sanitised.

    The fields behind `warnings` are not part of what other programs see: they are read where mail is filed.
    """

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]  # oldest first
    date: datetime | None
    from_: Address | None  # None: none, or several that can't be told apart
    sender: Address | None  # the effective author
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    html: str | None
    reply: str
    quoted: str
    signature: str
    attachments: tuple[Attached, ...]
    kind: Kind
    spam: bool | None
    warnings: tuple[str, ...]
    delivered_to: tuple[str, ...] = ()  # addresses of Delivered-To, X-Original-To, Envelope-To
    authentication: tuple[str, ...] = ()  # values of Authentication-Results, topmost first
    loop: tuple[str, ...] = ()  # values of X-Loop and X-Agent-Console
    no_answer: bool = False  # its headers ask for no automatic answer
    complained_of: str | None = None  # Message-ID of the mail that a complaint is about
    forwarded: Address | None = None  # the author of a mail that this one forwards

    def as_json(self) -> dict[str, Any]:
        """The fields that other programs count on."""
        bounce = self.kind.bounce
        return {
            "message_id": self.message_id,
            "in_reply_to": list(self.in_reply_to),
            "references": list(self.references),
            "date": None if self.date is None else _rfc3339(self.date),
            "from": _address(self.from_),
            "sender": _address(self.sender),
            "reply_to": _addresses(self.reply_to),
            "to": _addresses(self.to),
            "cc": _addresses(self.cc),
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "reply": self.reply,
            "quoted": self.quoted,
            "signature": self.signature,
            "attachments": [
                {
                    "filename": each.filename,
                    "content_type": each.content_type,
                    "size": each.size,
                    "sha256": each.sha256,
                    "inline": each.inline,
                    "content_id": each.content_id,
                }
                for each in self.attachments
            ],
            "class": self.kind.name,
            "class_reason": self.kind.reason,
            "bounce": None
            if bounce is None
            else {
                "recipients": list(bounce.recipients),
                "status": bounce.status,
                "kind": bounce.kind,
                "original_message_id": bounce.original_message_id,
            },
            "spam": self.spam,
            "warnings": list(self.warnings),
        }


NOTHING = Parsed(
    message_id=None,
    in_reply_to=(),
    references=(),
    date=None,
    from_=None,
    sender=None,
    reply_to=(),
    to=(),
    cc=(),
    subject="",
    text="",
    html=None,
    reply="",
    quoted="",
    signature="",
    attachments=(),
    kind=Kind("human", "nothing was read"),
    spam=None,
    warnings=(),
)


def _address(address: Address | None) -> dict[str, str] | None:
    return None if address is None else {"address": address.address, "name": address.name}


def _addresses(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    return [{"address": each.address, "name": each.name} for each in addresses]


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
