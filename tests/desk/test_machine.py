"""A desk under fire: commands, repeats, crashes and a bad wire in any order, and still one truth for everybody.

Three people act; Ada and Ben look at the ticket as staff (in English and Spanish), Rhea in the portal (in Portuguese).
Their pages keep the rules of the protocol: the next event is applied, a known one dropped, a hole asks for what is missing.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from same_page import Page, Reader, assert_same_page, templates
from sqlalchemy import Connection, func, select

from cast import Cast, Clock
from console import fragments
from console.database import Database
from console.desk import activity, message
from console.desk import tables as t
from console.desk.actions.fields import set_field
from console.desk.actions.note import write_note
from console.desk.actions.reply import post_reply
from console.desk.actions.viewing import record_view
from console.desk.activity import Activity
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import CommandReused, Refused
from console.desk.kinds import Audience
from console.desk.message import Draft
from console.desk.ticket import FIELDS
from console.followers import runner
from console.fragments import Event, Renderer

LOOKING = {"ada": "en", "ben": "es", "rhea": "pt"}
STAFF = st.sampled_from(("ada", "ben"))
STATUS = st.sampled_from((None, *FIELDS["status"]))
FAULTS = st.sampled_from(("none", "none", "none", "before", "after"))
WHICH = st.integers(0, 5)


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
        """The server names its head; a page that is behind asks."""
        self.reader.catch_up(self.page)
        assert_same_page(self.page, self.reader.open())


@dataclass(frozen=True)
class Command:
    """What somebody sent, with everything needed to send it again; `words` tell it apart from all others."""

    actor: str
    id: str
    action: Callable[..., Receipt]
    named: dict[str, Any]
    words: str | None = None


class Machine(RuleBasedStateMachine):
    stage: Path
    loaded: dict[str, Page]  # first pages, by language

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        shutil.copytree(self.stage, self.folder, dirs_exist_ok=True)
        self.clock = Clock()
        self.answered: list[tuple[Command, Receipt]] = []
        self.log: list[Activity] = []
        self.sent = 0
        self.notes: set[str] = set()
        self.start()
        self.clients = [Client(reader, deepcopy(self.first_page(reader))) for reader in map(self.reader, LOOKING)]

    def start(self) -> None:
        self.desk = Desk(Database(f"sqlite:///{self.folder / 'desk.db'}"), clock=self.clock, undo_seconds=5)
        self.renderer = Renderer(templates())
        self.log = self.read(activity.after, 0)  # whatever was committed, heard of or not

    def reader(self, name: str) -> Reader:
        audience: Audience = "public" if name == "rhea" else "staff"
        return Reader(self.desk, self.renderer, Cast(self.desk)[name], audience, LOOKING[name])

    def first_page(self, reader: Reader) -> Page:
        """The page before anything happens, loaded once: it is the same in every example."""
        if reader.language not in self.loaded:
            self.loaded[reader.language] = reader.open()
        return self.loaded[reader.language]

    def read(self, query: Callable[..., Any], *args: Any) -> Any:
        return self.desk.database.read_now(query, *args)

    def teardown(self) -> None:
        for client in self.clients:
            for event in client.wire:
                client.receive(event)
            client.heartbeat()
        self.desk.database.close()
        shutil.rmtree(self.folder)

    # Commands

    @rule(actor=STAFF, status=STATUS, at_once=st.booleans(), fault=FAULTS)
    def reply(self, actor: str, status: str | None, at_once: bool, fault: str) -> None:
        self.say(actor, post_reply, "reply", fault, audience="staff", status=status, at_once=at_once)

    @rule(actor=STAFF, status=STATUS, fault=FAULTS)
    def note(self, actor: str, status: str | None, fault: str) -> None:
        self.say(actor, write_note, "note", fault, status=status)

    @rule(fault=FAULTS)
    def requester_replies(self, fault: str) -> None:
        self.say("rhea", post_reply, "request", fault, audience="public")

    @rule(actor=STAFF, what=st.sampled_from([(name, value) for name, values in FIELDS.items() for value in values]))
    def set_field(self, actor: str, what: tuple[str, str]) -> None:
        self.perform(actor, set_field, "none", field=what[0], value=what[1])

    @rule(actor=STAFF, technician=st.sampled_from(("ada", "ben", None)))
    def assign(self, actor: str, technician: str | None) -> None:
        value = "" if technician is None else str(Cast(self.desk)[technician].id)
        self.perform(actor, set_field, "none", field="technician", value=value)

    @rule(actor=STAFF)
    def view(self, actor: str) -> None:
        self.desk.run(record_view, 1, Cast(self.desk)[actor])
        self.push()

    @rule(seconds=st.sampled_from((1, 6, 2_000)))
    def wait(self, seconds: int) -> None:
        self.clock.pass_(seconds=seconds)
        runner.run_due(self.desk)
        self.push()

    @rule(actor=STAFF)
    def fail_inside(self, actor: str) -> None:
        with pytest.raises(Crash), self.desk.change(1, Cast(self.desk)[actor], "failing") as change:
            said = message.add(change, "note", "technician", Draft("never"))
            change.set(status="closed", priority="low")
            change.append("noted", side="technician", message_id=said)
            raise Crash
        assert self.read(activity.after, 0) == self.log

    @precondition(lambda self: self.answered)
    @rule(which=st.integers(0, 99), other=st.booleans())
    def repeat(self, which: int, other: bool) -> None:
        command, receipt = self.answered[which % len(self.answered)]
        if other:
            with pytest.raises(CommandReused):
                self.send(command, body_hash="another body")
        else:
            assert self.send(command) == receipt
        assert self.read(activity.after, 0) == self.log

    # The wire

    @precondition(lambda self: any(client.wire for client in self.clients))
    @rule(which=WHICH, fault=st.sampled_from(("none", "none", "drop", "duplicate", "reorder")))
    def deliver(self, which: int, fault: str) -> None:
        busy = [client for client in self.clients if client.wire]
        client = busy[which % len(busy)]
        event = client.wire.pop(0)
        if fault in ("duplicate", "reorder"):
            client.wire.insert(which % (len(client.wire) + 1), event)
        if fault in ("none", "duplicate"):
            client.receive(event)

    @rule(which=WHICH)
    def reconnect(self, which: int) -> None:
        client = self.clients[which % len(self.clients)]
        client.wire.clear()
        client.heartbeat()

    @rule()
    def restart(self) -> None:
        """A new process: the sockets are gone, and the feed begins at the end of the log."""
        self.desk.database.close()
        self.start()
        for client, name in zip(self.clients, LOOKING, strict=True):
            client.reader = self.reader(name)
            client.wire.clear()

    # What always holds

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        log: list[Activity] = self.read(activity.after, 0)
        assert [each.position for each in log] == list(range(1, len(log) + 1)) and log == self.log
        own = [each for each in log if each.number == 1]
        public = [each.public_seq for each in own if each.public_seq is not None]
        assert [each.seq for each in own] == list(range(1, len(own) + 1))
        assert public == list(range(1, len(public) + 1))
        assert self.read(activity.heads, [1]) == {1: (len(own), len(public))}

    @invariant()
    def the_log_tells_what_the_rows_say(self) -> None:
        row = self.read(lambda connection: connection.execute(select(t.ticket)).one())
        for name in ("status", "priority", "type", "impact", "technician_id"):
            kind = "assigned" if name == "technician_id" else f"{name}_changed"
            told = [each.facts["to"] for each in self.log if each.kind == kind]
            assert not told or told[-1] == getattr(row, name)

    @invariant()
    def what_was_answered_is_there_once(self) -> None:
        def count(connection: Connection) -> dict[str, int]:
            query = select(t.message.c.body, func.count().label("times")).group_by(t.message.c.body)
            return {row.body: row.times for row in connection.execute(query)}

        bodies = self.read(count)
        assert set(bodies.values()) == {1}
        assert {command.words for command, _ in self.answered if command.words} <= bodies.keys()

    @invariant()
    def the_requester_sees_no_note_and_nothing_before_it_leaves(self) -> None:
        client = self.clients[2]
        waiting = select(t.message.c.body).where(t.message.c.state == "queued")
        hidden = {*self.notes, *self.read(lambda connection: connection.execute(waiting).scalars().all())}
        on_the_wire = client.page.text() + json.dumps(client.wire)
        assert not [words for words in hidden if words in on_the_wire]

    # How commands are sent

    def say(self, actor: str, action: Callable[..., Receipt], what: str, fault: str, **named: Any) -> None:
        words = f"{what}-{self.sent}-of-{actor}."
        if what == "note":
            self.notes.add(words)
        self.perform(actor, action, fault, words, draft=Draft(words), **named)

    def perform(
        self, actor: str, action: Callable[..., Receipt], fault: str, words: str | None = None, **named: Any
    ) -> None:
        """Send a new command until it is answered; what is refused leaves nothing behind."""
        self.sent += 1
        command = Command(actor, str(self.sent), action, named, words)
        try:
            if fault == "before":
                self.crash_before_commit(command)
            unheard = self.send(command) if fault == "after" else None
            if fault == "after":
                self.restart()
            receipt = self.send(command)
            assert unheard in (None, receipt)
        except Refused:
            assert self.read(activity.after, 0) == self.log
        else:
            self.answered.append((command, receipt))
            self.push()
            assert self.log[-1].position >= receipt.position

    def send(self, command: Command, body_hash: str = "its body") -> Receipt:
        actor = Cast(self.desk)[command.actor]
        named = {**command.named, "command_id": command.id, "body_hash": body_hash}
        return self.desk.run(command.action, 1, actor, **named)

    def crash_before_commit(self, command: Command) -> None:
        finish = Change.finish

        def crash(change: Change) -> None:
            finish(change)
            raise Crash

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Change, "finish", crash)
            with pytest.raises(Crash):
                self.send(command)
        self.restart()

    def push(self) -> None:
        """The feed: render what is new for each page that is open, and put it on its wire."""
        known = len(self.log)
        log: list[Activity] = self.read(activity.after, 0)
        assert log[:known] == self.log, "what was committed stays as it is"
        self.log = log
        row = self.read(lambda connection: connection.execute(select(t.ticket)).one())
        for client in self.clients if len(log) > known else ():
            reader = client.reader
            stretch = self.read(fragments.load, row, reader.audience, log[known:])
            for entry in stretch.entries:
                client.wire.append(json.loads(json.dumps(self.renderer.event(entry, stretch.ticket, reader.language))))


def play(stage: Path, examples: int, steps: int) -> None:
    machine = type("MachineOnStage", (Machine,), {"stage": stage, "loaded": {}})
    quiet = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=quiet)  # type: ignore[no-untyped-call]


def test_whatever_goes_wrong_all_pages_show_the_same_and_nothing_is_lost(
    empty_stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fragments, "REPLAY_LIMIT", 10)
    play(empty_stage, examples=40, steps=25)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_whatever_goes_wrong_for_long_all_pages_show_the_same_and_nothing_is_lost(
    empty_stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fragments, "REPLAY_LIMIT", 25)
    play(empty_stage, examples=500, steps=40)
