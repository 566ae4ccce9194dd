"""The stage of test_machine.py: a desk that can crash, people who send until they are answered, pages on a bad wire."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis.stateful import RuleBasedStateMachine
from same_page import Page, Reader, assert_same_page, templates
from sqlalchemy import Select, select

from cast import Cast, Clock
from console import fragments
from console.database import Database
from console.desk import activity
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import Refused
from console.desk.kinds import Audience
from console.desk.tables import ticket
from console.fragments import Event, Renderer
from stages import Stage

T = TypeVar("T")
MEMORY = Path("/dev/shm")  # a folder in memory: these crashes are of the process, so no disk has to be waited for
LOOKING = {"ada": "en", "ben": "es", "rhea": "pt"}  # who has the page open, and their language


class Crash(Exception):
    """The process dies here."""


@dataclass
class Client:
    """A page on a wire; `wire` are the frames under way."""

    reader: Reader
    page: Page
    wire: list[Event] = field(default_factory=list)

    def receive(self, event: Event) -> None:
        if not self.page.take(event):
            self.reader.catch_up(self.page)

    def heartbeat(self) -> None:
        """The server names its head: a page that is behind asks, and then it shows what a fresh one shows."""
        self.reader.catch_up(self.page)
        assert_same_page(self.page, self.reader.open())


@dataclass(frozen=True)
class Command:
    """What somebody sent, with everything needed to send it again; `words` tell its message apart from all others."""

    actor: str
    id: str
    action: Callable[..., Receipt]
    named: dict[str, Any]
    words: str | None = None


class DeskUnderFire(RuleBasedStateMachine):
    stage: Stage
    first_pages: dict[str, Page]  # by who looks; the same in every example

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-", dir=MEMORY if MEMORY.is_dir() else None))
        self.kept = ExitStack()
        self.address = self.kept.enter_context(self.stage.desk(self.folder / "data"))
        self.clock = Clock()
        self.answered: list[tuple[Command, Receipt]] = []
        self.sent = 0
        self.start()
        self.clients = {name: Client(reader := self.reader(name), self.first_page(name, reader)) for name in LOOKING}

    def start(self) -> None:
        """Begin a process; `log` is what was committed, whether anybody heard of it or not."""
        self.desk = Desk(Database(self.address), clock=self.clock, undo_seconds=5)
        self.cast = Cast(self.desk)
        self.renderer = Renderer(templates())
        self.log = self.read(activity.after, 0)

    def restart(self) -> None:
        """A new process: the sockets are gone, and the feed begins at the end of the log."""
        self.desk.database.close()
        self.start()
        for name, client in self.clients.items():
            client.reader = self.reader(name)
            client.wire.clear()

    def teardown(self) -> None:
        for client in self.clients.values():
            for event in client.wire:
                client.receive(event)
            client.heartbeat()
        self.desk.database.close()
        self.kept.close()
        shutil.rmtree(self.folder)

    def reader(self, name: str) -> Reader:
        audience: Audience = "public" if name == "rhea" else "staff"
        return Reader(self.desk, self.renderer, self.cast[name], audience, LOOKING[name])

    def first_page(self, name: str, reader: Reader) -> Page:
        if name not in self.first_pages:
            self.first_pages[name] = reader.open()
        return deepcopy(self.first_pages[name])

    def read(self, query: Callable[..., T], *args: Any) -> T:
        return self.desk.database.read_now(query, *args)

    def rows(self, query: Select[Any]) -> list[Any]:
        return self.read(lambda connection: list(connection.execute(query)))

    def assert_nothing_changed(self) -> None:
        assert self.read(activity.after, 0) == self.log

    def perform(
        self, actor: str, action: Callable[..., Receipt], fault: str = "", words: str | None = None, **named: Any
    ) -> None:
        """Send a new command until it is answered; what is refused leaves nothing behind."""
        self.sent += 1
        command = Command(actor, str(self.sent), action, named, words)
        try:
            if fault == "crash before commit":
                self.crash_before_commit(command)
            unheard = self.send(command) if fault == "crash after commit" else None
            if unheard:
                self.restart()
            receipt = self.send(command)
            assert unheard in (None, receipt)
        except Refused:
            self.assert_nothing_changed()
        else:
            self.answered.append((command, receipt))
            self.push()

    def send(self, command: Command, body_hash: str = "its body") -> Receipt:
        named = {**command.named, "command_id": command.id, "body_hash": body_hash}
        return self.desk.run(command.action, 1, self.cast[command.actor], **named)

    def crash_before_commit(self, command: Command) -> None:
        finish = Change.finish

        def crash(change: Change) -> None:
            finish(change)
            raise Crash

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Change, "finish", crash)
            with pytest.raises(Crash):
                self.send(command)
        self.assert_nothing_changed()
        self.restart()

    def push(self) -> None:
        """The feed: render what is new for each page that is open, and put it on its wire."""
        known = len(self.log)
        log = self.read(activity.after, 0)
        assert log[:known] == self.log, "what was committed stays as it is"
        self.log = log
        (row,) = self.rows(select(ticket))
        for client in self.clients.values() if len(log) > known else ():
            reader = client.reader
            theirs = [each for each in log[known:] if each.number_for(reader.audience) is not None]
            stretch = self.read(fragments.load, row, reader.audience, theirs)
            for entry in stretch.entries:
                client.wire.append(json.loads(json.dumps(self.renderer.event(entry, stretch.ticket, reader.language))))
