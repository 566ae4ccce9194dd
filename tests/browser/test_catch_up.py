"""After any fault a page is again what a fresh page would be, without being loaded anew, and nobody's typing suffers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People, run_in, start_again
from browser.screen import ASKED, BACK, Screen
from browser.wire import Wire
from console.desk.actions import fields, note, reply
from console.desk.message import Draft
from world import World

LOST = (
    "WebSocket connection",
    "ERR_CONNECTION_REFUSED",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_CONNECTION_RESET",
    "ERR_EMPTY_RESPONSE",
)
HALF = "Dear Rhea, the drum has to be replaced because it is worn out"
CARET = 20


@pytest.fixture
def ben(page_of: People) -> Screen:
    ben = page_of("ben", height=600)
    ben.forgive(*LOST)
    return ben


def fill(act: Act, world: World, count: int = 12) -> None:
    for each in range(count):
        act(reply.post_reply, 1, world.cast["rhea"], draft=Draft(f"Line {each}\n\n" * 3), audience="public")


def happen(world: World, round: str = "") -> list[str]:
    """One of everything, by others."""
    cast = world.cast
    run_in(world, reply.post_reply, 1, cast["ada"], draft=Draft(f"Missed reply {round}"), audience="staff")
    run_in(world, note.write_note, 1, cast["lea"], draft=Draft(f"Missed note {round}"))
    run_in(world, reply.post_reply, 1, cast["rhea"], draft=Draft(f"Missed question {round}"), audience="public")
    for field, value in (("status", "pending"), ("priority", "urgent"), ("type", "change"), ("impact", "site")):
        run_in(world, fields.set_field, 1, cast["lea"], field=field, value=value)
    run_in(world, fields.set_field, 1, cast["lea"], field="technician", value=str(cast["ada"].id))
    return [f"Missed {word} {round}".strip() for word in ("reply", "note", "question")]


def write_half(screen: Screen) -> dict[str, Any]:
    """Half a reply, three characters of it selected in the middle, the conversation scrolled up."""
    screen.field.fill(HALF)
    screen.field.evaluate(f"(text) => text.setSelectionRange({CARET}, {CARET + 3})")
    screen.page.locator("#pane-conversation").evaluate("(box) => { box.scrollTop = 40; }")
    screen.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    state = screen.caret()
    assert (state["focus"], state["text"], state["start"], state["end"]) == (True, HALF, CARET, CARET + 3)
    assert state["top"] == 40, "the conversation has to be long enough to scroll"
    return state


def same_as_fresh(screen: Screen, page_of: People, number: int = 1) -> None:
    fresh = page_of(screen.name, height=600)
    fresh.open(f"/tickets/{number}" if "/tickets/" in screen.page.url else f"/portal/requests/{number}")
    expect(screen.panel("counts_activity")).to_have_text(fresh.panel("counts_activity").inner_text(), timeout=BACK)
    assert screen.content() == fresh.content()


def test_a_restart_of_the_desk_loses_nothing_and_disturbs_nobody(
    ben: Screen, page_of: People, world: World, act: Act
) -> None:
    fill(act, world)
    ben.open("/tickets/1")
    before = write_half(ben)
    happen(world, "before")
    expect(ben.sent("Missed question before")).to_have_count(1)
    world.stop()
    expect(ben.page.locator(".link-bar")).to_be_visible(timeout=BACK)
    expect(ben.page.locator(".link-bar")).to_contain_text("Connection lost")
    start_again(world)
    for text in happen(world, "after"):
        expect(ben.sent(text)).to_have_count(1, timeout=BACK)
    expect(ben.page.locator(".link-bar")).to_contain_text("Back online", timeout=BACK)
    ben.wait_live()
    assert ben.caret() == before
    same_as_fresh(ben, page_of)
    expect(ben.page.locator(".link-bar")).to_be_hidden(timeout=BACK)
    ben.send_anyway()
    expect(ben.sent(HALF)).to_have_count(1)


def test_a_network_that_was_away_changes_nothing(ben: Screen, page_of: People, world: World, act: Act) -> None:
    fill(act, world)
    ben.open("/tickets/1")
    before = write_half(ben)
    ben.context.set_offline(True)
    texts = happen(world)
    ben.context.set_offline(False)
    for text in texts:
        expect(ben.sent(text)).to_have_count(1, timeout=BACK)
    assert ben.caret() == before
    same_as_fresh(ben, page_of)


@pytest.mark.full
def test_a_line_that_breaks_again_and_again_brings_all_once_and_in_order(
    ben: Screen, page_of: People, world: World
) -> None:
    wire = Wire(ben)
    ben.open("/tickets/1")
    for each in range(4):
        run_in(world, reply.post_reply, 1, world.cast["ada"], draft=Draft(f"Part {each}"), audience="staff")
        wire.cut()
        run_in(world, note.write_note, 1, world.cast["lea"], draft=Draft(f"Aside {each}"))
        expect(ben.sent(f"Aside {each}")).to_have_count(1, timeout=BACK)
    texts = ben.thread.locator(".msg .body").all_inner_texts()[-8:]
    assert texts == [f"{word} {each}" for each in range(4) for word in ("Part", "Aside")]
    same_as_fresh(ben, page_of)


@pytest.mark.full
def test_events_lost_on_the_way_are_asked_for(ben: Screen, page_of: People, world: World) -> None:
    wire = Wire(ben)
    ben.open("/tickets/1")
    wire.losing = 2
    for each in range(4):
        run_in(world, reply.post_reply, 1, world.cast["ada"], draft=Draft(f"Part {each}"), audience="staff")
    for each in range(4):
        expect(ben.sent(f"Part {each}")).to_have_count(1)
    assert wire.losing == 0
    assert ben.thread.locator(".msg .body").all_inner_texts()[-4:] == [f"Part {each}" for each in range(4)]
    same_as_fresh(ben, page_of)


@pytest.mark.full
def test_a_line_gone_silent_is_noticed_and_replaced(ben: Screen, page_of: People, world: World) -> None:
    wire = Wire(ben)
    ben.open("/tickets/1")
    before = ben.page.locator(".link-state").get_attribute("data-state")
    wire.silent = True
    texts = happen(world)
    expect(ben.page.locator(".link-state[data-state=offline]")).to_have_count(1, timeout=3 * 12_000)
    assert before == "live"
    wire.silent = False
    for text in texts:
        expect(ben.sent(text)).to_have_count(1, timeout=BACK)
    same_as_fresh(ben, page_of)


def test_where_sockets_are_blocked_the_page_asks(ben: Screen, page_of: People, world: World) -> None:
    Wire(ben).blocked = True
    ben.open("/tickets/1", live=False)
    ben.page.locator(".link-state[data-state=slow]").wait_for(timeout=ASKED)
    for text in happen(world, "one"):
        expect(ben.sent(text)).to_have_count(1, timeout=ASKED)
    expect(ben.picker("technician")).to_contain_text("Ada Moreno", timeout=ASKED)  # the last of what happened
    ben.field.fill("Sent without a socket")
    ben.page.locator(".notice.unseen").get_by_role("button", name="Show", exact=True).click()
    ben.send()
    expect(ben.sent("Sent without a socket")).to_have_count(1)
    for text in happen(world, "two"):
        expect(ben.sent(text)).to_have_count(1, timeout=ASKED)
    bodies = ben.thread.locator(".msg .body").all_inner_texts()[-7:]
    assert bodies == [
        "Missed reply one", "Missed note one", "Missed question one", "Sent without a socket",
        "Missed reply two", "Missed note two", "Missed question two",
    ]  # fmt: skip
    same_as_fresh(ben, page_of)


@pytest.mark.full
def test_a_requester_without_sockets_is_told_by_asking_and_of_nothing_else(
    page_of: People, world: World, act: Act
) -> None:
    rhea = page_of("rhea")
    rhea.forgive(*LOST)
    Wire(rhea).blocked = True
    rhea.open("/portal/requests/1", live=False)
    happen(world)
    expect(rhea.sent("Missed question")).to_have_count(1, timeout=ASKED)
    expect(rhea.sent("Missed reply")).to_have_count(1)
    expect(rhea.thread).not_to_contain_text("Missed note")
    fresh = page_of("rhea").open("/portal/requests/1")
    expect(rhea.panel("facts")).to_contain_text("waiting for you", timeout=ASKED)
    assert rhea.content() == fresh.content()


def test_more_behind_than_is_replayed_loads_the_regions_anew_and_keeps_the_text(
    ben: Screen, page_of: People, world: World, act: Act
) -> None:
    fill(act, world)
    wire = Wire(ben)
    ben.open("/tickets/1")
    before = write_half(ben)
    wire.blocked = True
    ben.page.route("**/since/**", lambda route: route.abort())
    ben.forgive("ERR_FAILED")
    wire.cut()
    lea = world.cast["lea"]
    for each in range(205):
        act(fields.set_field, 1, lea, field="type", value=("problem", "incident")[each % 2])
    happen(world)
    ben.page.unroute("**/since/**")
    wire.blocked = False
    expect(ben.sent("Missed question")).to_have_count(1, timeout=BACK)
    assert ben.caret() == before
    same_as_fresh(ben, page_of)
    ben.send_anyway()
    expect(ben.sent(HALF)).to_have_count(1)


def test_a_hidden_tab_is_the_same_when_it_is_shown_again(ben: Screen, page_of: People, world: World) -> None:
    ben.open("/tickets/1")
    other = ben.other_tab("/notifications")
    other.page.bring_to_front()
    texts = happen(world)
    ben.page.bring_to_front()
    for text in texts:
        expect(ben.sent(text)).to_have_count(1)
    same_as_fresh(ben, page_of)


@pytest.mark.full
def test_a_frozen_tab_wakes_up_to_what_it_missed(ben: Screen, page_of: People, world: World, act: Act) -> None:
    fill(act, world)
    ben.open("/tickets/1")
    before = write_half(ben)
    control = ben.context.new_cdp_session(ben.page)
    control.send("Page.setWebLifecycleState", {"state": "frozen"})
    texts = happen(world)
    watcher = page_of("ada").open("/tickets/1")
    # the desk gives a silent line 10 s; ada's page lives that long beside the sleeper
    watcher.page.wait_for_timeout(14_000)
    control.send("Page.setWebLifecycleState", {"state": "active"})
    for text in texts:
        expect(ben.sent(text)).to_have_count(1, timeout=BACK)
    assert ben.caret() == before
    same_as_fresh(ben, page_of)
