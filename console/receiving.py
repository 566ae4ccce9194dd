"""`console mail receive`: one mail from a pipe into the desk, within the time that a mail server waits for it.

The process that parses is forked first, while nothing is open yet. Whatever keeps the desk from taking the mail in is
passing for the mail server: it keeps the mail and comes again.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from pydantic import ValidationError

from console.config import Settings, prepare_data
from console.mail.apart import Apart

T = TypeVar("T")

ANSWERED_WITHIN = 13.0  # seconds; a mail server gives up after 15 or more
LOCK_WITHIN = 11.0  # seconds that another process may hold the database
PIPE = "pipe"
CODES = {"too_large": os.EX_UNAVAILABLE, "not_a_message": os.EX_DATAERR}


class Refusal(Exception):
    """The mail was not taken in: `code` tells the mail server what to do."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


def receive(
    source: BinaryIO, data: Path | None, addresses: Sequence[str], *, bounces: bool
) -> tuple[int, dict[str, Any]]:
    """Take in the mail that `source` gives; the exit code, and what became of it. Raises Refusal."""
    from console.mail.incoming import RAW_BYTES

    settings = _settings(data)
    apart = Apart()
    raw = source.read(RAW_BYTES + 1)
    if not raw.strip():
        return os.EX_DATAERR, _whole({"result": "rejected", "reason": "not_a_message"}, None)
    if len(raw) > RAW_BYTES:
        while source.read(1 << 20):  # or the one who writes it would see a broken pipe
            pass
        return os.EX_UNAVAILABLE, _whole({"result": "rejected", "reason": "too_large"}, None)
    late = threading.Timer(ANSWERED_WITHIN, _give_up)
    late.daemon = True
    late.start()
    try:
        told = _file(settings, apart, raw, addresses)
    finally:
        late.cancel()
    code = os.EX_OK
    if told["result"] == "rejected":
        code = CODES.get(told["reason"], os.EX_NOPERM if bounces else os.EX_OK)
    return code, told


def fetch(data: Path | None) -> Iterator[tuple[str, int]]:
    """Read each mailbox once; gives its name and how many mails were taken in. Raises Refusal."""
    from console.database import Database
    from console.desk.attachment import FileStore
    from console.desk.desk import Desk
    from console.mail.incoming import Intake
    from console.mail.mailbox import BROKEN, Mailbox
    from console.mail.places import place
    from console.migrating import migrate
    from console.postal import WrongSetting, post_of

    settings = _settings(data)
    if not settings.mail_imap:
        raise Refusal(os.EX_CONFIG, "No mailbox is set: CONSOLE_MAIL_IMAP names one.")
    apart = Apart()
    try:
        prepare_data(settings)
        migrate(settings.database_address)
        desk = Desk(Database(settings.database_address), post=post_of(settings))
        files = FileStore(settings.attachments, settings.message_bytes)
        intake = Intake(desk, files, apart, settings.comment_characters)
        for address in settings.mail_imap.split():
            box = Mailbox(place(address), intake)
            yield box.name, box.fetch()
    except (WrongSetting, ValueError) as wrong:
        raise Refusal(os.EX_CONFIG, f"The settings of mail are not possible: {wrong}") from None
    except BROKEN as problem:
        raise Refusal(os.EX_TEMPFAIL, f"The mailbox can't be read now ({type(problem).__name__}).") from None


def _file(settings: Settings, apart: Apart, raw: bytes, addresses: Sequence[str]) -> dict[str, Any]:
    from sqlalchemy.exc import SQLAlchemyError

    from console.database import Database
    from console.desk.attachment import FileStore
    from console.desk.desk import Desk
    from console.desk.errors import NoRoom
    from console.mail.incoming import Intake
    from console.migrating import migrate
    from console.postal import WrongSetting, post_of

    try:
        prepare_data(settings)
        post = post_of(settings)
        _patiently(lambda: migrate(settings.database_address))
        database = Database(settings.database_address)
        files = FileStore(settings.attachments, settings.message_bytes)
        own = frozenset(address.strip().lower() for address in addresses)
        intake = Intake(Desk(database, post=post), files, apart, settings.comment_characters, own)
        kept = _patiently(lambda: intake.keep(raw, PIPE))
        received = _patiently(lambda: intake.file(kept))
    except WrongSetting as wrong:
        raise Refusal(os.EX_CONFIG, str(wrong)) from None
    except (SQLAlchemyError, NoRoom, OSError) as problem:
        raise Refusal(os.EX_TEMPFAIL, f"The desk can't take mail in now ({type(problem).__name__}).") from None
    return _whole(received.told, received.parsed)


def _settings(data: Path | None) -> Settings:
    try:
        return Settings() if data is None else Settings(data=data)
    except (ValidationError, ValueError) as wrong:
        raise Refusal(os.EX_CONFIG, f"The settings are not possible: {wrong}") from None


def _patiently(act: Callable[[], T]) -> T:
    """Do it again while another process holds the database."""
    from sqlalchemy.exc import OperationalError

    until = time.monotonic() + LOCK_WITHIN
    while True:
        try:
            return act()
        except OperationalError as problem:
            if "locked" not in str(problem.orig) or time.monotonic() > until:
                raise


def _give_up() -> None:
    """Another process holds what is needed. Nothing is half stored: what was not committed never was."""
    os.write(2, b"The desk can't take mail in now: it took too long.\n")
    os._exit(os.EX_TEMPFAIL)


def _whole(told: dict[str, Any], parsed: Any) -> dict[str, Any]:
    """What the mail says and what became of it, in one object with all fields."""
    from console.desk.mail import Outcome
    from console.mail.parsed import NOTHING

    says = (parsed or NOTHING).as_json()
    return says | Outcome("ignored").as_json() | told
