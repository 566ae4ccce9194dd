"""C11 and C12: mail that comes in while whoever fetches it is killed, and letters whose line breaks behind the data."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.faults.fleet import ROOT
from bench.faults.trial import Outcome
from bench.servers.mail import Mailboxes, mailboxes, world
from console.config import Settings, prepare_data
from console.database import Database
from console.desk.actions import opening, reply, staffing
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.desk.message import Draft
from console.desk.people import load_person
from console.desk.post import Post
from console.desk.tables import inbound, letter, mailbox, message
from console.followers.letter_leaves import LetterLeaves, letter_team
from console.followers.runner import run_due
from console.mail.incoming import Intake
from console.mail.parse import parse
from console.mail.parsed import Parsed
from console.mail.sender import Sender
from console.mail.transport import SMTP
from console.migrating import migrate
from console.statics import Statics
from console.templating import Templates

LONGEST = 1.8  # seconds until a fetch is killed; a whole one takes about so long


@dataclass(slots=True)
class Folder:
    """A desk's data folder."""

    path: Path

    def said(self) -> str:
        return ""

    @property
    def settings(self) -> Settings:
        return Settings(data=self.path)


@contextmanager
def folder() -> Iterator[Folder]:
    with tempfile.TemporaryDirectory(prefix="console-mails-") as path:
        found = Folder(Path(path) / "data")
        prepare_data(found.settings)
        migrate(found.settings.database_address)
        yield found


def fetching_killed(rounds: int) -> Any:
    """C11: each round a mail comes, sometimes by the pipe too, and the process that fetches is killed at any moment."""

    async def course(desk: Folder) -> Outcome:
        return await asyncio.to_thread(_fetch_rounds, desk, rounds)

    return course


def lines_broken(letters: int) -> Any:
    """C12: the server that takes our mail hangs up when it has all of it, before it says so."""

    async def course(desk: Folder) -> Outcome:
        return await asyncio.to_thread(_send_letters, desk, letters)

    return course


def _fetch_rounds(desk: Folder, rounds: int) -> Outcome:
    chance, killed = random.Random(11), 0
    with mailboxes() as served:
        for nth in range(rounds):
            raw = f"From: p{nth}@out.example\nTo: support@desk.example\nSubject: x\nMessage-ID: <{nth}@out>\n\nMail {nth}\n"
            served.deliver(raw.encode())
            also = _start(desk, served, "receive", raw.encode()) if nth % 10 == 0 else None
            fetch = _start(desk, served, "fetch")
            try:
                fetch.wait(chance.uniform(0.2, LONGEST))
            except subprocess.TimeoutExpired:
                os.kill(fetch.pid, signal.SIGKILL)
                fetch.wait()
                killed += 1
            if also is not None:
                also.wait()
        # The lease of the one that was killed last runs out, as it would in life.
        _forget_leases(desk)
        last = _start(desk, served, "fetch")
        last.wait()
    _file_left(desk)
    counted = Counter(_bodies(desk))
    lost = [nth for nth in range(rounds) if not counted[f"Mail {nth}"]]
    doubled = [body for body, count in counted.items() if count > 1]
    wrong = [f"lost: {lost[:10]}"] * bool(lost) + [f"doubled: {doubled[:10]}"] * bool(doubled)
    wrong += ["nothing was killed"] if not killed else []
    return Outcome(f"{rounds} mails, {killed} fetches killed, lost {len(lost)}, doubled {len(doubled)}", wrong)


def _start(desk: Folder, served: Mailboxes, word: str, raw: bytes | None = None) -> subprocess.Popen[bytes]:
    _forget_leases(desk)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "mail", word, "--data", str(desk.path)],
        cwd=ROOT,
        env={**kept, "CONSOLE_MAIL_IMAP": served.address, "CONSOLE_MAIL_ADDRESS": "support@desk.example"},
        stdin=subprocess.PIPE if raw is not None else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if raw is not None and process.stdin is not None:
        process.stdin.write(raw)
        process.stdin.close()
    return process


def _forget_leases(desk: Folder) -> None:
    """A mailbox is free ninety seconds after its reader was killed; here at once."""
    database = Database(desk.settings.database_address)
    try:
        with database.writing() as connection:
            connection.execute(mailbox.update().values(holder=None, held_until=None))
    finally:
        database.close()


class Here:
    def parse(self, raw: bytes) -> Parsed:
        return parse(raw)


def _file_left(desk: Folder) -> None:
    """What was kept and not filed is filed by any server; here by this one."""
    waiting = select(inbound.c.id).where(inbound.c.state == "received").order_by(inbound.c.id)
    database = Database(desk.settings.database_address)
    try:
        post = Post(address="support@desk.example")
        intake = Intake(Desk(database, post=post), FileStore(desk.settings.attachments), Here(), 64_000)
        for each in database.read_now(lambda connection: connection.execute(waiting).scalars().all()):
            intake.file(each)
    finally:
        database.close()


def _bodies(desk: Folder) -> list[str]:
    database = Database(desk.settings.database_address)
    try:
        return list(database.read_now(lambda connection: connection.execute(select(message.c.body)).scalars().all()))
    finally:
        database.close()


def _send_letters(desk: Folder, letters: int) -> Outcome:
    moment = [datetime.now(UTC)]
    database = Database(desk.settings.database_address)
    at = Desk(database, clock=lambda: moment[0], post=Post(address="support@desk.example"))
    at.run(staffing.add_person, None, name="Tess", email="tess@x.example", role="technician", departments=["Support"])
    at.run(staffing.add_person, None, name="Rita", email="rita@x.example", role="requester")
    tess, rita = (database.read_now(load_person, email=f"{name}@x.example") for name in ("tess", "rita"))
    assert tess is not None and rita is not None
    opened = at.run(opening.open_ticket, rita, subject="x", draft=Draft("Help."), department="Support")
    for nth in range(letters):
        at.run(reply.post_reply, opened.number or 0, tess, draft=Draft(f"Reply {nth}"), audience="staff")
    templates = Templates(desk.settings, Statics())
    sender = Sender(at.post, "Desk", "https://desk.example", "en")
    with world() as outside:
        outside.drops_each = True
        leaves = LetterLeaves(FileStore(desk.settings.attachments), templates, SMTP(outside.address), sender)
        for _ in range(3 * letters):
            if not run_due(at, letter_team(leaves)):
                moment[0] += timedelta(minutes=2)
        got = Counter(raw.partition(b"Message-ID: <")[2].partition(b">")[0] for _, raw in outside.mails)
    states = database.read_now(lambda connection: connection.execute(select(letter.c.state)).scalars().all())
    database.close()
    wrong = [] if len(got) == letters else [f"{letters} letters arrived under {len(got)} ids"]
    wrong += [] if set(states) == {"sent"} else [f"states in the end: {Counter(states)}"]
    return Outcome(f"{letters} letters, each line broken once, {sum(got.values())} copies under {len(got)} ids", wrong)
