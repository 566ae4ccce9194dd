"""Any sequence of commands and pauses: what is shown is what can be worked out from the commands alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from console.presence.registry import GRACE, LAPSE
from console.presence.states import is_writing, rank
from presence.conftest import PEOPLE, Ticket
from presence.stillness import Stillness

SOMEBODY = st.sampled_from(["Ana", "Ben"])
TAB = st.sampled_from(["a", "b"])
STATE = st.sampled_from(["reply", "note", "field:type", "viewing", "idle", "away"])
LEASE = st.sampled_from([None, 3.0, 12.0])
STEP = st.one_of(
    st.tuples(st.just("enter"), SOMEBODY, TAB, STATE, LEASE),
    st.tuples(st.just("intend"), SOMEBODY, TAB, STATE),
    st.tuples(st.just("leave"), SOMEBODY, TAB, st.booleans()),
    st.tuples(st.just("pass"), st.sampled_from([0.5, 1.9, 2.1, 4.9, 5.1, 13.0])),
)


@dataclass
class Tab:
    """What was said of one tab: a state that lasts until `lapse`, and when the tab itself ends."""

    name: str
    state: str
    lapse: float
    ends: float
    leaving: bool = False

    def state_at(self, now: float) -> str:
        return "viewing" if is_writing(self.state) and (self.leaving or now >= self.lapse) else self.state


class Told:
    """The tabs by key, as the commands told of them."""

    def __init__(self) -> None:
        self.tabs: dict[str, Tab] = {}

    def enter(self, now: float, name: str, tab: str, state: str, lease: float | None) -> None:
        self.tabs = {key: each for key, each in self.tabs.items() if each.name != name or not each.leaving}
        self.tabs[name + tab] = Tab(name, state, now + LAPSE, now + (lease or inf))

    def intend(self, now: float, name: str, tab: str, state: str) -> None:
        there = self.tabs.get(name + tab)
        if there is not None and not there.leaving:
            there.state, there.lapse = state, now + LAPSE

    def leave(self, now: float, name: str, tab: str, grace: bool) -> None:
        there = self.tabs.get(name + tab)
        if there is not None and not grace:
            del self.tabs[name + tab]
        elif there is not None and not there.leaving:
            there.state, there.leaving, there.ends = there.state_at(now), True, now + GRACE

    def shown(self, now: float) -> dict[str, int]:
        """How strong the state is in which each person is shown."""
        self.tabs = {key: each for key, each in self.tabs.items() if now < each.ends}
        found: dict[str, int] = {}
        for each in self.tabs.values():
            found[each.name] = min(found.get(each.name, 99), rank(each.state_at(now)))
        return found


@settings(max_examples=300)
@given(st.lists(STEP, max_size=40))
def test_what_is_shown_follows_from_what_was_said_and_when(steps: list[tuple[Any, ...]]) -> None:
    clock = Stillness()
    ticket, told = Ticket(clock), Told()
    revs = [ticket.presence.roster(1).rev]
    for name, *said in steps:
        if name == "pass":
            clock.pass_(*said)
        else:
            getattr(told, name)(clock.passed, *said)
        match name:
            case "enter":
                ticket.enter(*said)
            case "intend":
                ticket.intend(said[0], said[2], said[1])
            case "leave":
                ticket.leave(said[0], said[1], grace=said[2])
        expected = told.shown(clock.passed)
        assert {who: rank(state) for who, state in ticket.shown} == expected
        assert [rank(state) for _, state in ticket.shown] == sorted(expected.values())
        assert [bool(ticket.presence.where(who.id)) for who in PEOPLE.values()] == [who in expected for who in PEOPLE]
        revs.append(ticket.presence.roster(1).rev)
    assert revs == sorted(revs)
    for key in list(told.tabs):
        ticket.leave(key[:-1], key[-1], grace=False)
    clock.pass_(1)
    assert (ticket.shown, list(ticket.presence._places), clock.ringing) == ([], [], 0)
