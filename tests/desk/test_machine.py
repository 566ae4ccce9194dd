"""A desk under fire: commands, repeats, crashes and a bad wire in any order, and still one truth for everybody.

Three people act and look: Ada and Ben as staff, in English and Spanish, Rhea in the portal, in Portuguese. Their pages
keep the rules of the protocol: the next event is applied, a known one dropped, a hole asks for what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from console import fragments
from console.desk import activity, message
from console.desk import tables as t
from console.desk.actions.fields import set_field
from console.desk.actions.note import write_note
from console.desk.actions.reply import post_reply
from console.desk.actions.viewing import record_view
from console.desk.change import Receipt
from console.desk.errors import CommandReused
from console.desk.message import Draft
from console.desk.ticket import FIELDS
from console.followers import runner
from desk.machine import Crash, DeskUnderFire
from stages import OnPostgreSQL, Stage

STAFF = st.sampled_from(("ada", "ben"))
STATUS = st.sampled_from((None, *FIELDS["status"]))
FAULTS = st.sampled_from(("", "", "", "crash before commit", "crash after commit"))
VALUES = st.sampled_from([(field, value) for field, values in FIELDS.items() for value in values])
WIRE_FAULTS = st.sampled_from(("", "", "drop", "duplicate", "reorder"))
WHICH = st.integers(0, 99)


class Machine(DeskUnderFire):
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

    def say(self, actor: str, action: Callable[..., Receipt], what: str, fault: str, **named: Any) -> None:
        words = f"{what}-{self.sent}-of-{actor}."
        self.perform(actor, action, fault, words, draft=Draft(words), **named)

    @rule(actor=STAFF, what=VALUES, fault=FAULTS)
    def set_field(self, actor: str, what: tuple[str, str], fault: str) -> None:
        self.perform(actor, set_field, fault, field=what[0], value=what[1])

    @rule(actor=STAFF, technician=st.sampled_from(("ada", "ben", None)))
    def assign(self, actor: str, technician: str | None) -> None:
        value = "" if technician is None else str(self.cast[technician].id)
        self.perform(actor, set_field, field="technician", value=value)

    @rule(actor=STAFF)
    def view(self, actor: str) -> None:
        self.desk.run(record_view, 1, self.cast[actor])
        self.push()

    @rule(seconds=st.sampled_from((1, 6, 2_000)))
    def wait(self, seconds: int) -> None:
        self.clock.pass_(seconds=seconds)
        runner.run_due(self.desk)
        self.push()

    @rule(actor=STAFF)
    def fail_inside(self, actor: str) -> None:
        with pytest.raises(Crash), self.desk.change(1, self.cast[actor], "failing") as change:
            said = message.add(change, "note", "technician", Draft("never"))
            change.set(status="closed", priority="low")
            change.append("noted", side="technician", message_id=said)
            raise Crash
        self.assert_nothing_changed()

    @precondition(lambda self: self.answered)
    @rule(which=WHICH, other_body=st.booleans())
    def repeat(self, which: int, other_body: bool) -> None:
        command, receipt = self.answered[which % len(self.answered)]
        if other_body:
            with pytest.raises(CommandReused):
                self.send(command, body_hash="another body")
        else:
            assert self.send(command) == receipt
        self.assert_nothing_changed()

    # The wire

    @precondition(lambda self: any(client.wire for client in self.clients.values()))
    @rule(which=WHICH, fault=WIRE_FAULTS)
    def deliver(self, which: int, fault: str) -> None:
        busy = [client for client in self.clients.values() if client.wire]
        client = busy[which % len(busy)]
        event = client.wire.pop(0)
        if fault in ("duplicate", "reorder"):
            client.wire.insert(which % (len(client.wire) + 1), event)
        if fault in ("", "duplicate"):
            client.receive(event)

    @rule(name=st.sampled_from(("ada", "ben", "rhea")))
    def reconnect(self, name: str) -> None:
        self.clients[name].wire.clear()
        self.clients[name].heartbeat()

    @rule()
    def crash(self) -> None:
        self.restart()

    # What always holds

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        log = self.read(activity.after, 0)
        assert [each.position for each in log] == list(range(1, len(log) + 1)) and log == self.log
        own = [each for each in log if each.number == 1]
        public = [each.public_seq for each in own if each.public_seq is not None]
        assert [each.seq for each in own] == list(range(1, len(own) + 1))
        assert public == list(range(1, len(public) + 1))
        assert self.read(activity.heads, [1]) == {1: (len(own), len(public))}

    @invariant()
    def the_log_tells_what_the_rows_say(self) -> None:
        (row,) = self.rows(select(t.ticket))
        for name in ("status", "priority", "type", "impact", "technician_id"):
            kind = "assigned" if name == "technician_id" else f"{name}_changed"
            told = [each.facts["to"] for each in self.log if each.kind == kind]
            assert not told or told[-1] == getattr(row, name)

    @invariant()
    def what_was_answered_is_there_once(self) -> None:
        bodies = [row.body for row in self.rows(select(t.message.c.body))]
        assert len(bodies) == len(set(bodies))
        assert {command.words for command, _ in self.answered if command.words} <= set(bodies)
        kept = {(row.actor_id, row.id) for row in self.rows(select(t.command))}
        people = {name: self.cast[name].id for name in self.clients}
        assert {(people[command.actor], command.id) for command, _ in self.answered} <= kept

    @invariant()
    def the_requester_sees_no_note_and_no_reply_before_it_leaves(self) -> None:
        client = self.clients["rhea"]
        secret = select(t.message.c.body).where((t.message.c.state == "queued") | (t.message.c.kind == "note"))
        seen = client.page.text() + json.dumps(client.wire)
        assert not [row.body for row in self.rows(secret) if row.body in seen]


def play(stage: Stage, examples: int, steps: int, *phases: Phase) -> None:
    machine = type("MachineOnStage", (Machine,), {"stage": stage, "first_pages": {}})
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=chosen)


@pytest.mark.timeout(300)
def test_whatever_goes_wrong_all_pages_show_the_same_and_nothing_is_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fragments, "REPLAY_LIMIT", 10)
    play(stage, 25, 25, Phase.generate)  # a failing run is told as it is: making it small takes minutes


@pytest.mark.full
@pytest.mark.timeout(1_200)
def test_whatever_goes_wrong_for_long_all_pages_show_the_same_and_nothing_is_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fragments, "REPLAY_LIMIT", 25)
    examples = 150 if isinstance(stage, OnPostgreSQL) else 500  # there each step takes three times as long
    play(stage, examples, 40, Phase.generate, Phase.shrink)
