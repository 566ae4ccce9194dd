"""A mail as the desk files it, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from console.desk.attachment import StoredFile
from console.desk.kinds import Audience

Sort = Literal["human", "list", "automatic", "bounce", "complaint"]
Verdict = Literal["pass", "fail"]
Result = Literal["created", "appended", "ignored", "rejected"]


@dataclass(frozen=True, slots=True)
class Party:
    """An address in lower case, and a name or ""."""

    address: str
    name: str = ""

    def as_json(self) -> dict[str, str]:
        return {"address": self.address, "name": self.name}


@dataclass(frozen=True, slots=True)
class Failure:
    """What a bounce tells: whom a mail did not reach, and the Message-ID of that mail."""

    recipients: tuple[str, ...]
    status: str | None
    permanent: bool
    mail_id: str | None


@dataclass(frozen=True, slots=True)
class Mail:
    """A parsed mail. `mail_id` is its Message-ID, or made from its bytes; ids are without `<>`.

    `addressed` is every address it was sent to, the envelope's first; `own` are addresses that are the desk's besides
    those of its settings. `verdict` is what a trusted host said of its sender.
    """

    inbound_id: int
    mail_id: str
    author: Party | None
    sort: Sort
    subject: str
    body: str
    quoted: str
    signature: str
    has_html: bool
    files: Sequence[StoredFile]
    addressed: tuple[str, ...]
    copied: tuple[Party, ...]  # To and Cc
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]  # oldest first
    from_: Party | None = None  # the header's, where it differs from the author
    own: frozenset[str] = frozenset()
    verdict: Verdict | None = None
    is_own_loop: bool = False
    no_answer: bool = False
    spam: bool = False
    failure: Failure | None = None
    forwarded: Party | None = None
    language: str | None = None  # what it seems to be written in


@dataclass(slots=True)
class Outcome:
    """What became of a mail, as `console mail receive` tells it. Numbers of tickets are strings of digits."""

    result: Result
    reason: str | None = None
    ticket: str | None = None
    matched_by: str | None = None
    author: dict[str, str] | None = None
    author_kind: Literal["customer", "agent"] = "customer"
    visibility: Literal["public", "internal"] = "public"
    reopened: bool = False
    follow_up_of: str | None = None
    related: str | None = None
    participants: list[dict[str, str]] = field(default_factory=list)
    acknowledgement: dict[str, str] | None = None
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The fields that other programs count on."""
        return {name: value for name, value in asdict(self).items() if name != "warnings"}


@dataclass(frozen=True, slots=True)
class Match:
    """The ticket that a mail names, how, and what it may do there.

    `side`: as whom its author may write, None for a stranger; `audience`: who may know what they say.
    """

    number: int
    by: str
    side: Literal["requester", "technician"] | None
    audience: Audience = "public"
