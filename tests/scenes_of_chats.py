"""How chats go on ticket 1: steps for tests/test_same_page.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from desk.acts import Acts, a_file

from cast import Clock
from console.desk.actions import chatting
from console.desk.change import Receipt
from console.desk.kinds import Audience
from console.desk.message import Draft
from console.followers import runner

Steps = Iterator[object]
LINE = "Is it **this** one, `<b>`?"


def side(acts: Acts, who: str, audience: Audience, action: Callable[..., Receipt], **named: Any) -> Receipt:
    return acts.desk.run(action, 1, acts.cast[who], audience=audience, **named)


def asked(acts: Acts, clock: Clock) -> Steps:
    """By a technician and taken back, then by the requester."""
    yield side(acts, "ada", "staff", chatting.ask)
    yield side(acts, "ada", "staff", chatting.end)
    yield side(acts, "rhea", "public", chatting.ask)
    yield side(acts, "rhea", "public", chatting.end)


def whole(acts: Acts, clock: Clock) -> Steps:
    yield side(acts, "ada", "staff", chatting.ask)
    yield side(acts, "rhea", "public", chatting.answer, accept=True)
    yield side(acts, "ada", "staff", chatting.say, draft=Draft(LINE, [a_file()], "chat"), command_id="one")
    yield side(acts, "rhea", "public", chatting.say, draft=Draft("Yes.", source="chat"))
    yield side(acts, "ben", "staff", chatting.say, draft=Draft("I have it here.", source="chat"))
    yield acts.desk.run(chatting.join, 1, acts.cast["lea"])
    yield acts.desk.run(chatting.hand_over, 1, acts.cast["ada"], to=acts.cast["ben"].id)
    yield side(acts, "cora", "public", chatting.say, draft=Draft("Me too.", source="chat"))
    yield side(acts, "rhea", "public", chatting.end)


def declined(acts: Acts, clock: Clock) -> Steps:
    yield side(acts, "ada", "staff", chatting.ask)
    yield side(acts, "rhea", "public", chatting.answer, accept=False)
    yield side(acts, "cora", "public", chatting.ask)
    yield side(acts, "ben", "staff", chatting.answer, accept=False)


def unanswered(acts: Acts, clock: Clock) -> Steps:
    yield side(acts, "ada", "staff", chatting.ask)
    clock.pass_(seconds=(chatting.WAITS + timedelta(seconds=1)).total_seconds())
    yield runner.run_due(acts.desk)


SCENES = {
    "chat_asked": {"": asked},
    "chat_accepted": {"": whole},
    "chat_declined": {"": declined},
    "chat_unanswered": {"": unanswered},
    "chat_joined": {"": whole},
    "chat_handed_over": {"": whole},
    "chat_ended": {"": whole},
    "chat_line": {"": whole},
}
