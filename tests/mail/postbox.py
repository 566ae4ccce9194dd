"""Mail for the tests: written in few words, taken in as the pipe takes it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from itertools import count
from typing import Any

from desk.acts import Acts
from sqlalchemy import select

from cast import email
from console.desk import tables as t
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.desk.post import Post
from console.desk.signed import Signer, signer
from console.mail.incoming import Intake, Received
from console.mail.parse import parse
from console.mail.parsed import Parsed

DESK = "support@desk.example"
NEW = "new@out.example"
POST = Post(
    address=DESK,
    departments={"billing@desk.example": "Billing"},
    department="Support",
    trusted=frozenset({"mx.desk.example"}),
)
_numbers = count(1)


class Here:
    """The parser in this process; that it can run apart is tested elsewhere."""

    def parse(self, raw: bytes) -> Parsed:
        return parse(raw)


def write(
    sender: str,
    body: str = "Help.",
    *,
    subject: str = "Blank pages",
    to: str = DESK,
    headers: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
    html: str | None = None,
    message_id: str | None = None,
) -> bytes:
    """A mail from this address, or from the person of the cast with this name."""
    mail = EmailMessage()
    mail["From"] = sender if "@" in sender else f"{sender.title()} <{email(sender)}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{message_id or f'm{next(_numbers)}@out.example'}>"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(body)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


# What the host that the desk believes says of a mail of its own domain.
PASS = {"Authentication-Results": "mx.desk.example; dmarc=pass header.from=desk.example"}


@dataclass(slots=True)
class Postbox:
    """Where the tests' mail goes in, and what the desk told about it."""

    desk: Desk
    files: FileStore
    own: frozenset[str] = frozenset({DESK})
    told: list[dict[str, Any]] = field(default_factory=list)

    def take(self, raw: bytes, source: str = "pipe", recipients: tuple[str, ...] = ()) -> dict[str, Any]:
        """Take a mail in; gives what became of it."""
        return self.receive(raw, source, recipients).told

    def receive(self, raw: bytes, source: str = "pipe", recipients: tuple[str, ...] = ()) -> Received:
        intake = Intake(self.desk, self.files, Here(), 64_000, self.own)
        found = intake.file(intake.keep(raw, source, recipients))
        self.told.append(found.told)
        return found

    def from_(self, sender: str, body: str = "Help.", **named: Any) -> dict[str, Any]:
        return self.take(write(sender, body, **named))

    def answer(self, sender: str, sent: str, body: str = "And now?", **named: Any) -> dict[str, Any]:
        """An answer to the mail with this Message-ID."""
        headers = {"In-Reply-To": f"<{sent}>", "References": f"<{sent}>", **named.pop("headers", {})}
        return self.take(write(sender, body, headers=headers, **{"subject": "Re: Blank pages", **named}))

    @property
    def signer(self) -> Signer:
        return self.desk.database.read_now(signer)


def opened(postbox: Postbox, sender: str = NEW, **named: Any) -> tuple[int, str]:
    """A ticket opened by mail: its number, and the Message-ID of the confirmation."""
    told = postbox.from_(sender, **named)
    assert told["result"] == "created" and told["acknowledgement"]["to"] == (sender if "@" in sender else email(sender))
    return int(told["ticket"]), told["acknowledgement"]["message_id"]


def status(acts: Acts, number: int) -> str:
    found: str = acts.row(select(t.ticket.c.status).where(t.ticket.c.number == number)).status
    return found


def said(acts: Acts, number: int) -> list[str]:
    query = select(t.message.c.body).where(t.message.c.ticket_number == number).order_by(t.message.c.id)
    return [row.body for row in acts.rows(query)]


def bounce(sent: str, to: str = NEW, *, status: str = "5.1.1", action: str = "failed") -> bytes:
    """The report that the mail with this Message-ID did not reach its receiver."""
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: support@desk.example\nSubject: Undelivered Mail\n"
        f"Message-ID: <b{sent[:30]}{status}@mx.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n--B\n\nYour mail came back.\n\n'
        "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n\n"
        f"--B\nContent-Type: message/rfc822\n\nFrom: support@desk.example\nMessage-ID: <{sent}>\n\nx\n--B--\n"
    ).encode()
