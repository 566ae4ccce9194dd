"""What may be said on a socket of what one does, and by whom."""

from __future__ import annotations

import pytest
from realtime.line import Open
from realtime.watching import ADA, BEN, LEA, TESS, doing, intend, states, until

from console.desk.actions import opening
from console.desk.message import Draft
from console.presence import registry
from console.realtime import rosters
from world import World

STATES = ["reply", "note", "field:status", "field:technician", "chat", "viewing", "idle", "away"]
NO_STATES = ["", "field", "field:", "field:<b>", "typing", "Reply", "reply ", "x" * 51, "field:" + "x" * 31]


def test_every_state_is_seen_by_the_others(line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
    for state in STATES:
        intend(ada, state)
        until(ben, doing(ADA, state))


def test_those_who_write_come_first(line: Open) -> None:
    ada, ben, lea = line("ada"), line("ben"), line("lea")
    for each in (ada, ben, lea):
        each.join("ticket:1")
    intend(ada, "reply")
    intend(lea, "note")
    told = until(ben, {ADA: "reply", LEA: "note", BEN: "viewing"})
    assert list(states(told)) == [ADA, LEA, BEN]


def test_typing_that_never_ends_is_ended_by_the_server(line: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "LAPSE", 0.4)
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
    intend(ada, "reply")
    until(ben, {ADA: "reply", BEN: "viewing"})
    until(ben, {ADA: "viewing", BEN: "viewing"})


@pytest.mark.parametrize("state", NO_STATES)
def test_what_is_no_state_is_refused(line: Open, state: str) -> None:
    for name, namespace in (("ada", "/staff"), ("rhea", "/portal")):
        each = line(name, namespace)
        each.join("ticket:1")
        assert each.call("intent", {"channel": "ticket:1", "state": state}) == {"ok": False, "error": "bad_request"}


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"channel": "ticket:1"}, "bad_request"),
        ({"state": "reply"}, "bad_request"),
        ({"channel": "ticket:1", "state": 7}, "bad_request"),
        ({"channel": "ticket:1", "state": None}, "bad_request"),
        ({"channel": "me", "state": "reply"}, "bad_request"),
        ({"channel": "view:all", "state": "viewing"}, "bad_request"),
        ({"channel": "nothing", "state": "reply"}, "bad_request"),
        ({"channel": "ticket:2", "state": "reply"}, "not_found"),
        ({"channel": "view:7", "state": "reply"}, "bad_request"),
    ],
)
def test_an_intent_is_about_a_ticket_that_was_joined(line: Open, sent: dict[str, object], error: str) -> None:
    ada = line("ada")
    ada.join("ticket:1")
    ada.join("view:all")
    assert ada.call("intent", sent) == {"ok": False, "error": error}
    assert ada.call("intent") == {"ok": False, "error": "bad_request"}
    intend(ada, "reply")


def test_an_intent_after_the_leave_brings_nobody_back(line: Open) -> None:
    ada, ben = line("ada"), line("ben")
    for each in (ada, ben):
        each.join("ticket:1")
    ben.call("leave", {"channel": "ticket:1"})
    assert ben.call("intent", {"channel": "ticket:1", "state": "reply"}) == {"ok": False, "error": "not_found"}
    until(ada, {ADA: "viewing"})


def test_a_requester_may_say_two_things_and_is_heard_by_nobody(line: Open) -> None:
    ada, rhea = line("ada"), line("rhea", "/portal")
    ada.join("ticket:1")
    assert rhea.join("ticket:1").keys() == {"ok", "epoch", "seq"}
    for state in STATES:
        answer = rhea.call("intent", {"channel": "ticket:1", "state": state})
        allowed = state in rosters.OF_REQUESTERS
        assert answer == ({"ok": True} if allowed else {"ok": False, "error": "bad_request"}), state
    intend(ada, "idle")
    assert states(ada.next("presence")) == {ADA: "idle"}, "nothing was told of her"


def test_a_requester_hears_nothing_of_who_is_there(line: Open) -> None:
    rhea, ada, ben = line("rhea", "/portal"), line("ada"), line("ben")
    rhea.join("ticket:1")
    for each in (ada, ben):
        each.join("ticket:1")
    for state in STATES:
        intend(ada, state)
    until(ben, {ADA: "away", BEN: "viewing"})
    assert rhea.so_far("presence") == []
    assert not any("viewers" in text or ADA in text for text in rhea.raw)


def test_a_technician_on_the_portal_is_on_no_roster(world: World, line: Open) -> None:
    """Tess asks for help herself; her request's page does not make her a colleague who looks at it."""
    world.desk.run(opening.open_ticket, world.cast["tess"], subject="Mine", draft=Draft("."), department="Support")
    portal, ada = line("tess", "/portal"), line("ada")
    assert portal.join("ticket:2")["ok"] is True
    assert states(ada.join("ticket:2")) == {ADA: "viewing"}
    assert portal.call("intent", {"channel": "ticket:2", "state": "chat"}) == {"ok": True}
    line("tess").join("ticket:2")
    told = ada.next("presence")  # the first one
    assert states(told) == {TESS: "viewing", ADA: "viewing"}, "the twin: on the staff side she is one"
