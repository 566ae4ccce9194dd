"""How a letter leaves: over SMTP, or, while there is no server, into the outbox of the desk, where it is read."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Protocol
from urllib.parse import unquote, urlsplit

from console.desk.errors import N_

STEP_SECONDS = 20.0  # for each answer of the server
# What the pages say in the reader's language; what a server answered stands as it is.
AWAY, BROKE = N_("The mail server can’t be reached"), N_("The connection broke")
REST_SECONDS = 30.0  # nothing is tried after a server could not be reached


class Temporary(Exception):
    """It may work later."""


class Permanent(Exception):
    """It will never work: the receiver was refused."""


class Doubtful(Exception):
    """The server had all of it, and did not say whether it takes it."""


class Transport(Protocol):
    def send(self, sender: str, to: str, raw: bytes) -> None:
        """Raises Temporary, Permanent, Doubtful."""
        ...


class Outbox:
    """No server: what is sent stays in the desk, on the page of the outbox."""

    def send(self, sender: str, to: str, raw: bytes) -> None:
        del sender, to, raw


class SMTP:
    """One server, by address: `smtp://name:password@host:587` (TLS as soon as the server has it), `smtps://…`, or
    `smtp+plain://…` for a server on this machine. A new connection for each mail; certificates are always checked.
    """

    def __init__(self, address: str, *, clock: Callable[[], float] = monotonic) -> None:
        parts = urlsplit(address)
        self.kind, self.host = parts.scheme, parts.hostname or "localhost"
        self.port = parts.port or {"smtps": 465, "smtp": 587}.get(parts.scheme, 25)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self._clock, self._rests_until = clock, 0.0

    def send(self, sender: str, to: str, raw: bytes) -> None:
        """Raises Temporary, Permanent, Doubtful."""
        if self._clock() < self._rests_until:
            raise Temporary(AWAY)
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as problem:
            self._rests_until = self._clock() + REST_SECONDS
            raise Temporary(f"{AWAY} ({_words(problem)})") from None
        try:
            self._hand_over(server, sender, to, raw)
        finally:
            with suppress(OSError, smtplib.SMTPException):  # what is answered to a farewell changes nothing
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        if self.kind == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=STEP_SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=STEP_SECONDS)
            server.ehlo()
            if self.kind == "smtp":
                server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)
        return server

    def _hand_over(self, server: smtplib.SMTP, sender: str, to: str, raw: bytes) -> None:
        given = False
        kind: type[Exception]
        try:
            server.ehlo_or_helo_if_needed()
            _expect(server.mail(sender, [f"size={len(raw)}"] if server.has_extn("size") else []), 250)
            _expect(server.rcpt(to), 250, 251)
            _expect(server.docmd("DATA"), 354)
            server.send(_dotted(raw))
            given = True
            _expect(server.getreply(), 250)
        except smtplib.SMTPResponseException as problem:
            kind = Permanent if 500 <= problem.smtp_code < 600 else Temporary
            raise kind(_words(problem)) from None
        except (OSError, smtplib.SMTPException) as problem:
            kind = Doubtful if given else Temporary
            raise kind(f"{BROKE} ({_words(problem)})") from None


def _dotted(raw: bytes) -> bytes:
    """The mail as DATA wants it: CRLF ends each line, a dot at the start of one is doubled, a dot alone ends it."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"


def _expect(reply: tuple[int, bytes], *codes: int) -> None:
    if reply[0] not in codes:
        raise smtplib.SMTPResponseException(*reply)


def _words(problem: Exception) -> str:
    """What went wrong, on one line, without what was sent."""
    if isinstance(problem, smtplib.SMTPResponseException):
        error = problem.smtp_error
        text = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
        return f"{problem.smtp_code} {' '.join(text.split())[:200]}"
    return type(problem).__name__


def transport(address: str) -> Transport:
    """The way that the setting names."""
    return SMTP(address) if address else Outbox()
