"""A mailbox that is read over IMAP: every mail once, from a cursor of UIDs, and told at once by IDLE.

Each mail is kept before it is flagged, so whatever breaks in between, it is fetched again and known again.
"""

from __future__ import annotations

import imaplib
import logging
import random
import re
import secrets
import ssl
from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError
from imap_tools.idle import get_socket_poller
from sqlalchemy.exc import SQLAlchemyError

from console.desk.actions import mailboxes
from console.desk.actions.taking_in import answer_too_large
from console.desk.desk import Desk
from console.desk.mail import Party
from console.mail.headers import Headers
from console.mail.incoming import RAW_BYTES, TROUBLE, Intake
from console.mail.places import Place
from console.mail.structure import read_message

log = logging.getLogger(__name__)

STEP_SECONDS = 30.0  # for each answer of the server
IDLE_SECONDS = 25.0  # in one go; then the lease is renewed
GLANCE_SECONDS = 1  # between two looks whether to stop
PAUSES = (5.0, 15.0, 60.0, 300.0)  # after a failure
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
# What may go wrong on the way to a mailbox; imaplib and imap_tools each raise errors of their own.
BROKEN = (*TROUBLE, imaplib.IMAP4.error, ImapToolsError)


class Mailbox:
    """Reads one mailbox into a desk, in a thread of its own."""

    def __init__(self, where: Place, intake: Intake) -> None:
        self.where, self.intake = where, intake
        self.name, self.source = where.name, f"imap:{where.name}"[:80]
        self._holder = secrets.token_hex(8)

    @property
    def desk(self) -> Desk:
        return self.intake.desk

    def watch(self, stop: Event) -> None:
        """Read it until `stop` is set; after a failure again, later and later."""
        failures = 0
        while not stop.is_set():
            try:
                if not self._has_it():
                    stop.wait(IDLE_SECONDS)
                    continue
                with self._open() as box:
                    failures = 0
                    self._follow(box, stop)
            except BROKEN as problem:
                self._fails(problem)
                stop.wait(PAUSES[min(failures, len(PAUSES) - 1)] * random.uniform(0.8, 1.2))
                failures += 1
        self._safely(lambda: self.desk.run(mailboxes.let_go, self.name, self._holder))

    def fetch(self) -> int:
        """Read it once to its end; gives how many mails were taken in. Raises what is in BROKEN."""
        if not self._has_it():
            return 0
        try:
            with self._open() as box:
                return self._round(box)
        finally:
            self.desk.run(mailboxes.let_go, self.name, self._holder)

    def _follow(self, box: BaseMailBox, stop: Event) -> None:
        while not stop.is_set() and self._has_it():
            self._round(box)  # also when nothing was told: servers drop IDLE silently
            _idle(box, stop)

    def _open(self) -> BaseMailBox:
        where = self.where
        context = ssl.create_default_context()
        box: BaseMailBox
        if where.kind == "imaps":
            box = MailBox(where.host, where.port, timeout=STEP_SECONDS, ssl_context=context)
        elif where.kind == "imap":
            box = MailBoxStartTls(where.host, where.port, timeout=STEP_SECONDS, ssl_context=context)
        else:
            box = MailBoxUnencrypted(where.host, where.port, timeout=STEP_SECONDS)
        try:
            return box.login(where.user, where.password, where.folder)
        except BROKEN:
            box.client.shutdown()
            raise

    def _round(self, box: BaseMailBox) -> int:
        """Take in what is behind the cursor; a mail that fails does not hold up the others."""
        validity = int(box.folder.status(self.where.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        row = self.desk.database.read_now(mailboxes.known, self.name)
        cursor = (row.uid or 0) if row.uidvalidity == validity else 0
        answer = _ask(box, "SEARCH", f"UID {cursor + 1}:*")
        told = {int(each) for each in (answer[0] or b"").split()}
        found = sorted(uid for uid in told if uid > cursor)  # a search behind the end gives the last one
        for uid in found:
            self._take(box, validity, uid)
            self.desk.run(mailboxes.reached, self.name, validity, uid)
        self.desk.run(mailboxes.read_to_end, self.name, validity)
        return len(found)

    def _take(self, box: BaseMailBox, validity: int, uid: int) -> None:
        if _size(box, uid) > RAW_BYTES:
            self._answer_too_large(box, uid)
        else:
            raw = _bytes(box, uid, "BODY.PEEK[]")
            if raw is None:  # deleted meanwhile
                return
            kept = self.intake.keep(raw, self.source, uidvalidity=validity, uid=uid)
            box.client.uid("STORE", str(uid), "+FLAGS", r"(\Seen)")
            told = self.intake.file(kept).told
            if told.get("reason") == "too_large":
                self._answer_too_large(box, uid)
            return
        box.client.uid("STORE", str(uid), "+FLAGS", r"(\Seen)")

    def _answer_too_large(self, box: BaseMailBox, uid: int) -> None:
        fields = Headers(read_message(_bytes(box, uid, "BODY.PEEK[HEADER]") or b""))
        senders = fields.addresses("from").addresses
        if senders and "auto-submitted" not in fields and not self.desk.post.is_own(senders[0].address):
            sender = Party(senders[0].address, senders[0].name)
            self.desk.run(answer_too_large, sender, fields.text("subject"))

    def _has_it(self) -> bool:
        return self.desk.run(mailboxes.take, self.name, self._holder).made == 1

    def _fails(self, problem: Exception) -> None:
        words = _spoken(problem).replace(self.where.password or "\0", "…")[:200]
        log.warning("the mailbox %s can't be read: %s", self.name, words)
        self._safely(lambda: self.desk.run(mailboxes.failed, self.name, words))

    def _safely(self, act: Callable[[], object]) -> None:
        try:
            act()
        except SQLAlchemyError as problem:
            log.warning("nothing could be noted of the mailbox %s: %s", self.name, type(problem).__name__)


def _idle(box: BaseMailBox, stop: Event) -> None:
    """Wait until the server tells of something, or `stop` is set."""
    until = monotonic() + IDLE_SECONDS
    with box.idle:
        while monotonic() < until and not stop.is_set():
            if get_socket_poller(box.client.sock, GLANCE_SECONDS):
                break


def _size(box: BaseMailBox, uid: int) -> int:
    for each in _ask(box, "FETCH", str(uid), "(RFC822.SIZE)"):
        found = _SIZE.search(each if isinstance(each, bytes) else each[0] if each else b"")
        if found is not None:
            return int(found[1])
    return 0


def _bytes(box: BaseMailBox, uid: int, what: str) -> bytes | None:
    answer = _ask(box, "FETCH", str(uid), f"({what})")
    return next((bytes(each[1]) for each in answer if isinstance(each, tuple) and len(each) > 1), None)


def _ask(box: BaseMailBox, *words: str) -> list[Any]:
    """What the server answers. A refusal is an error: what it does not give now is not taken for deleted."""
    state, answer = box.client.uid(*words)
    if state != "OK":
        raise UnexpectedCommandStatusError((state, answer), "OK")
    return answer or []


def _spoken(problem: Exception) -> str:
    """What the server said; of a broken line or of the desk's own troubles the kind alone."""
    if isinstance(problem, UnexpectedCommandStatusError):
        said = problem.command_result[1][-1]
        return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return type(problem).__name__ if isinstance(problem, OSError | SQLAlchemyError) else str(problem)
