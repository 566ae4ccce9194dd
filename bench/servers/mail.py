"""Real mail servers for the tests: one that keeps mailboxes, and one that stands for the world which gets our mail."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from imap_tools import MailBoxUnencrypted

PATIENCE = 15.0  # seconds
PASSWORD = "secret-of-the-mailbox"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_until(holds: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """What `holds` gives once it is true; it is asked again and again, for so many seconds."""
    until = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)
    return found


@dataclass(slots=True)
class Mailboxes:
    """An IMAP server with one account, and a folder of it."""

    imap: int
    user: str = "support@desk.example"
    folder: str = "INBOX"

    @property
    def address(self) -> str:
        """The mailbox as the setting writes it."""
        return f"imap+plain://{self.user.replace('@', '%40')}:{PASSWORD}@127.0.0.1:{self.imap}/{self.folder}"

    def deliver(self, raw: bytes) -> None:
        """Put a mail into it, so that those who wait there are told."""
        with self.account() as box:
            box.append(raw, self.folder)

    def account(self) -> MailBoxUnencrypted:
        """The account as a mail program opens it, to be used as a context manager."""
        return MailBoxUnencrypted("127.0.0.1", self.imap, timeout=PATIENCE).login(self.user, PASSWORD)


@contextmanager
def mailboxes() -> Iterator[Mailboxes]:
    """Run one; gives when it answers."""
    served, smtp = Mailboxes(free_port()), free_port()
    words = ["--host", "127.0.0.1", "--user", served.user, "--password", PASSWORD, "--no-http"]
    words += ["--imap-port", str(served.imap), "--smtp-port", str(smtp)]
    process = subprocess.Popen(
        [sys.executable, "-m", "mail_devel", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: answers(served.imap) and answers(smtp))
        yield served
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            return bool(line.recv(1))
    except OSError:
        return False


@dataclass(slots=True)
class World:
    """Whoever gets our mail. `refuses` answers an address with something else than 250; `drops` hangs up after DATA
    so often, `drops_each` once for each mail; `farewell` is what QUIT is answered."""

    mails: list[tuple[str, bytes]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    drops: int = 0
    drops_each: bool = False
    farewell: str = "221 Bye"
    port: int = 0

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.mails += [(address, envelope.original_content or b"") for address in envelope.rcpt_tos]
        again = sum(raw == envelope.original_content for _, raw in self.mails) > 1
        if self.drops or (self.drops_each and not again):
            self.drops = max(0, self.drops - 1)
            assert server.transport is not None
            server.transport.close()
        return "250 OK"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
        return self.farewell

    @property
    def address(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Message]:
        """The mails that this address got, oldest first."""
        return [message_from_bytes(raw) for receiver, raw in self.mails if receiver == address]


@contextmanager
def world() -> Iterator[World]:
    found = World(port=free_port())
    controller = Controller(found, hostname="127.0.0.1", port=found.port)
    controller.start()
    try:
        yield found
    finally:
        controller.stop()
