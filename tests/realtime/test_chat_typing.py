"""Who types in a chat: the other side learns it, and only while there is a chat."""

from __future__ import annotations

from realtime.line import Line, Open

from console.desk.actions import chatting
from world import World


def chat(world: World) -> None:
    world.desk.run(chatting.ask, 1, world.cast["ada"], audience="staff")
    world.desk.run(chatting.answer, 1, world.cast["rhea"], audience="public", accept=True)


def joined(line: Open, name: str, namespace: str) -> Line:
    found = line(name, namespace)
    found.join("ticket:1")
    return found


def test_each_side_learns_that_the_other_types_and_that_it_stopped(world: World, line: Open) -> None:
    chat(world)
    ada, rhea = joined(line, "ada", "/staff"), joined(line, "rhea", "/portal")
    for one, other, side, name in ((ada, rhea, "technician", "Ada Moreno"), (rhea, ada, "requester", "Rhea Lindqvist")):
        for state, on in (("chat", True), ("viewing", False)):
            assert one.call("intent", {"channel": "ticket:1", "state": state}) == {"ok": True}
            told = other.next("typing")
            assert told == {"channel": "ticket:1", "side": side, "name": name, "on": on}


def test_who_leaves_types_no_more(world: World, line: Open) -> None:
    chat(world)
    ada, rhea = joined(line, "ada", "/staff"), joined(line, "rhea", "/portal")
    rhea.call("intent", {"channel": "ticket:1", "state": "chat"})
    assert ada.next("typing")["on"]
    rhea.call("leave", {"channel": "ticket:1"})
    assert not ada.next("typing")["on"]


def test_without_a_chat_nobody_learns_it(world: World, line: Open) -> None:
    ada, rhea = joined(line, "ada", "/staff"), joined(line, "rhea", "/portal")
    assert ada.call("intent", {"channel": "ticket:1", "state": "chat"}) == {"ok": True}
    chat(world)
    assert rhea.next("event")["kind"] == "chat_asked"
    assert rhea.next("event")["kind"] == "chat_accepted"
    assert rhea.so_far("typing") == []
    ada.call("intent", {"channel": "ticket:1", "state": "chat"})
    assert rhea.next("typing")["on"], "the twin: in the chat they do"
