"""Pages without a socket: presence by asking."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from realtime.line import PATIENCE, Do, Open
from realtime.watching import ADA, BEN, GONE, SLACK, intend, states, until

from console.desk.actions import staffing
from console.presence import registry
from console.web import since
from world import JSON, World, email, http, send


def poll(client: httpx2.Client, intent: str | None = None, path: str = "/tickets/1") -> dict[str, Any]:
    asked = f"{path}/since/2" + ("" if intent is None else f"?intent={intent}")
    answer = client.get(asked, headers=JSON)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def test_a_page_that_polls_is_seen_with_what_its_person_does(world: World, line: Open) -> None:
    ben, ada = line("ben"), world.browse("ada")
    ben.join("ticket:1")
    assert states(poll(ada, "viewing")) == {ADA: "viewing", BEN: "viewing"}
    until(ben, {ADA: "viewing", BEN: "viewing"})
    answer = poll(ada, "reply")
    told = until(ben, {ADA: "reply", BEN: "viewing"})
    assert (answer["viewers"], answer["rev"]) == (told["viewers"], told["rev"])
    intend(ben, "note")
    assert states(poll(ada, "idle")) == {BEN: "note", ADA: "idle"}


def test_asking_without_an_intent_puts_nobody_on_the_ticket(world: World, line: Open) -> None:
    ben, ada = line("ben"), world.browse("ada")
    ben.join("ticket:1")
    assert states(poll(ada)) == {BEN: "viewing"}
    answer = send(ada, "/tickets/1/notes", body="A word", last="2").json()
    assert states(answer) == {BEN: "viewing"}, "the answer to a command tells as well"


def test_a_page_that_asks_no_more_is_gone_when_its_lease_ends(
    world: World, line: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(since, "POLL_LEASE", 0.5)
    ben, ada = line("ben"), world.browse("ada")
    ben.join("ticket:1")
    poll(ada, "viewing")
    until(ben, {ADA: "viewing", BEN: "viewing"})
    until(ben, {BEN: "viewing"})


def test_the_lease_is_longer_than_three_polls_and_shorter_than_what_is_promised() -> None:
    assert 3 * 3 < registry.POLL_LEASE < 15


def test_a_page_that_has_its_socket_back_leaves_as_quickly_as_any_other(world: World, line: Open) -> None:
    ben, cookie = line("ben"), world.session("ada")
    ben.join("ticket:1")
    with http(base_url=world.url, cookies={"console_session": cookie}) as client:
        poll(client, "idle")
    until(ben, {BEN: "viewing", ADA: "idle"})
    ada = line("ada", cookie=cookie)
    ada.join("ticket:1")
    until(ben, {ADA: "viewing", BEN: "viewing"})
    ada.close()
    frame = ben.next("presence", timeout=GONE * SLACK)
    assert states(frame) == {BEN: "viewing"}


def test_two_tabs_of_one_session_do_not_speak_for_each_other(world: World, line: Open) -> None:
    ben, cookie = line("ben"), world.session("ada")
    ben.join("ticket:1")
    with http(base_url=world.url, cookies={"console_session": cookie}) as client:
        poll(client, "reply&page=one")
        assert states(poll(client, "away&page=two")) == {ADA: "reply", BEN: "viewing"}, "the strongest of her tabs"
        line("ada", cookie=cookie, page="two").join("ticket:1")
        assert states(poll(client))[ADA] == "reply", "the tab that has its socket back takes only its own lease away"


def test_what_is_no_state_is_refused(world: World) -> None:
    answer = world.browse("ada").get("/tickets/1/since/2?intent=dancing", headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["field"] == "intent"


def test_requesters_are_told_nothing_and_put_nobody_on_the_ticket(world: World, line: Open) -> None:
    ben = line("ben")
    ben.join("ticket:1")
    for intent in ("chat", "viewing", "dancing"):
        answer = poll(world.browse("rhea"), intent, path="/portal/requests/1")
        assert answer.keys() == {"epoch", "seq", "events"}
    intend(ben, "idle")
    assert states(ben.next("presence")) == {BEN: "idle"}


def test_whoever_loses_access_between_two_polls_is_gone_at_once(world: World, do: Do, line: Open) -> None:
    assert registry.POLL_LEASE > PATIENCE, "that nobody asks any more would not be enough"
    ben, ada = line("ben"), world.browse("ada")
    ben.join("ticket:1")
    poll(ada, "reply")
    until(ben, {ADA: "reply", BEN: "viewing"})
    do(staffing.change_access, None, email=email("ada"), departments=["Billing"])
    frame = ben.next("presence")
    assert states(frame) == {BEN: "viewing"}
    assert ada.get("/tickets/1/since/2?intent=reply", headers=JSON).status_code == 404


def test_access_that_is_lost_while_a_poll_is_answered_shows_nobody(
    world: World, do: Do, line: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catch-up is read, and before it is answered the feed has seen to the loss of access."""
    ben, ada = line("ben"), world.browse("ada")
    ben.join("ticket:1")
    read, lost = world.desk.read, list[bool]()

    async def late(query: Any, *args: Any, **named: Any) -> Any:
        found = await read(query, *args, **named)
        if query.__qualname__.startswith("_answer") and not lost:
            lost.append(True)
            receipt = await world.desk.do(staffing.change_access, None, email=email("ada"), departments=[])
            await world.console.realtime.feed.reached(receipt.position)
        return found

    monkeypatch.setattr(world.desk, "read", late)
    assert ada.get("/tickets/1/since/2?intent=reply", headers=JSON).status_code == 404
    assert lost
    intend(ben, "idle")
    assert states(ben.next("presence")) == {BEN: "idle"}
