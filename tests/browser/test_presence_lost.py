"""Lines that break, browsers that die: nobody is shown who is not there, and nobody is taken for gone who may be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from browser.conftest import People, start_again
from browser.crowd import LEFT, SEEN, VANISHED, do, gather, hire, listed, more, named, typing
from browser.screen import ASKED, BACK, Screen
from browser.stalling import Stalling
from browser.wire import Wire
from world import World

LOST = ("WebSocket", "ERR_FAILED", "ERR_CONNECTION", "ERR_TIMED_OUT", "ERR_EMPTY_RESPONSE", "ERR_TUNNEL")

ANSWER = """(viewers) => document.dispatchEvent(new CustomEvent('channel:answered', {detail: {
  channel: {name: 'ticket:1'}, joined: true, answer: {rev: Number.MAX_SAFE_INTEGER, viewers}}}))"""


@pytest.fixture
def ada(page_of: People) -> Screen:
    ada = page_of("ada")
    ada.forgive(*LOST)
    return ada


@pytest.fixture
def ben(page_of: People) -> Screen:
    return page_of("ben").open("/tickets/1")


@pytest.fixture
def proxy() -> Iterator[Stalling]:
    proxy = Stalling()
    yield proxy
    proxy.close()


def state(screen: Screen, name: str, words: str, timeout: float) -> None:
    expect(listed(screen).and_(screen.page.get_by_title(f"{name}, {words}"))).to_have_count(1, timeout=timeout)


def test_while_the_line_is_lost_others_are_unknown_and_not_nobody(ada: Screen, world: World) -> None:
    wire = Wire(ada)
    ada.open("/tickets/1")
    gather(world, hire(world, 6))
    expect(more(ada)).to_have_text("+2", timeout=SEEN)
    ada.page.route("**/since/**", lambda route: route.abort())
    wire.blocked = True
    wire.cut()
    state(ada, "Kim 06", "presence unknown", BACK)
    assert [name.split(", ")[1] for name in named(ada)] == ["viewing", *["presence unknown"] * 4]
    more(ada).click()
    expect(ada.page.locator("viewing-now .viewers .what")).to_have_text(["presence unknown"] * 2)
    greyed = "(item) => getComputedStyle(item.querySelector('.av')).backgroundColor"
    assert len({item.evaluate(greyed) for item in listed(ada).all()[1:]}) == 1
    wire.blocked = False
    ada.page.unroute("**/since/**")
    state(ada, "Kim 06", "viewing", BACK)
    expect(listed(ada)).to_have_count(5)


def test_whom_the_desk_itself_can_not_hear_of_is_unknown_and_not_gone(ada: Screen) -> None:
    ada.open("/tickets/1")
    ghost = {"id": 99, "name": "Old Ghost", "initials": "OG", "color": 1, "state": "viewing"}
    for unknown, words in ((False, "viewing"), (True, "presence unknown"), (False, "viewing")):
        ada.page.evaluate(
            """([viewer, unknown]) => document.dispatchEvent(new CustomEvent('channel:answered', {detail: {
              channel: {name: 'ticket:1'}, joined: true, answer: {rev: 1e9, viewers: [viewer], unknown}}}))""",
            [{**ghost, "since": "2026-01-01T00:00:00Z"}, unknown],
        )
        state(ada, "Old Ghost", words, SEEN)


@pytest.mark.full
def test_a_short_break_greys_nobody(ada: Screen, ben: Screen) -> None:
    ada.open("/tickets/1")
    state(ada, "Ben Okafor", "viewing", SEEN)
    ada.page.evaluate("dispatchEvent(new Event('online'))")
    ben.field.press_sequentially("x")
    state(ada, "Ben Okafor", "writing a reply", BACK)
    state(ben, "Ada Moreno", "viewing", SEEN)


@pytest.mark.full
def test_what_the_desk_says_first_on_a_line_holds_wherever_it_counts_from(ada: Screen, ben: Screen) -> None:
    wire = Wire(ada)
    ada.open("/tickets/1")
    state(ada, "Ben Okafor", "viewing", SEEN)
    ghost = {"id": 99, "name": "Old Ghost", "initials": "OG", "color": 1, "state": "viewing"}
    ada.page.evaluate(ANSWER, [{**ghost, "since": "2026-01-01T00:00:00Z"}])
    state(ada, "Old Ghost", "viewing", SEEN)
    wire.cut()
    state(ada, "Ben Okafor", "viewing", BACK)
    expect(ada.page.get_by_title("Old Ghost")).to_have_count(0)
    ben.field.press_sequentially("x")
    state(ada, "Ben Okafor", "writing a reply", SEEN)


@pytest.mark.full
def test_after_a_restart_of_the_desk_all_see_each_other_again(ada: Screen, ben: Screen, world: World) -> None:
    ada.open("/tickets/1")
    ben.forgive(*LOST)
    state(ada, "Ben Okafor", "viewing", SEEN)
    world.stop()
    for each, name in ((ada, "Ben Okafor"), (ben, "Ada Moreno")):
        state(each, name, "presence unknown", BACK)
    start_again(world)
    for each, name in ((ada, "Ben Okafor"), (ben, "Ada Moreno")):
        state(each, name, "viewing", BACK)
        expect(listed(each)).to_have_count(2)


@pytest.mark.full
def test_where_sockets_are_blocked_one_sees_and_is_seen_by_asking(ada: Screen, ben: Screen) -> None:
    Wire(ada).blocked = True
    ada.open("/tickets/1", live=False)
    state(ben, "Ada Moreno", "viewing", ASKED)
    state(ada, "Ben Okafor", "viewing", ASKED)
    ben.field.press_sequentially("x")
    expect(typing(ada)).to_contain_text("Ben Okafor is writing a reply", timeout=ASKED)
    expect(typing(ada)).to_have_text("", timeout=3 * ASKED)
    ada.mode("note")
    with ada.page.expect_request("**/since/**intent=note&page=*"):
        ada.field.press_sequentially("xyz", delay=1500)
    state(ben, "Ada Moreno", "writing an internal note", ASKED)
    ada.context.close()
    expect(listed(ben)).to_have_count(1, timeout=VANISHED)


def test_a_browser_that_dies_is_gone_soon(ada: Screen, ben: Screen) -> None:
    ada.forgive("crash")
    ada.open("/tickets/1")
    state(ben, "Ada Moreno", "viewing", SEEN)
    with suppress(Error):
        ada.page.goto("chrome://crash")
    expect(listed(ben)).to_have_count(1, timeout=VANISHED)


@pytest.mark.full
def test_a_line_gone_silent_takes_its_person_away(ada: Screen, ben: Screen) -> None:
    wire = Wire(ada)
    ada.open("/tickets/1")
    state(ben, "Ada Moreno", "viewing", SEEN)
    wire.silent = wire.blocked = True
    ada.page.route("**/since/**", lambda route: route.abort())
    expect(listed(ben)).to_have_count(1, timeout=VANISHED)
    state(ada, "Ben Okafor", "presence unknown", VANISHED)


def test_a_network_that_carries_nothing_any_more_takes_its_person_away(
    page_of: People, ben: Screen, proxy: Stalling, world: World
) -> None:
    ada = page_of("ada", proxy={"server": proxy.address})
    ada.forgive(*LOST)
    ada.open("/tickets/1")
    state(ben, "Ada Moreno", "viewing", SEEN)
    do(gather(world, hire(world, 1))["kim01"], "reply")
    expect(typing(ada)).to_contain_text("Kim 01 is writing", timeout=SEEN)
    proxy.stall()
    expect(listed(ben)).to_have_count(2, timeout=VANISHED)
    assert not [name for name in named(ben) if name.startswith("Ada")]
    state(ada, "Ben Okafor", "presence unknown", VANISHED)
    expect(typing(ada)).to_have_text("")


@pytest.mark.full
def test_signing_out_elsewhere_takes_the_person_and_the_list_away(ada: Screen, ben: Screen) -> None:
    ada.forgive("401")
    ada.open("/tickets/1")
    state(ben, "Ada Moreno", "viewing", SEEN)
    other = ada.other_tab("/tickets")
    other.page.locator("details.user-menu summary").click()
    other.page.get_by_role("button", name="Sign out").click()
    expect(ada.page.locator(".gone")).to_be_visible()
    expect(ada.page.locator("viewing-now")).to_have_count(0)
    expect(listed(ben)).to_have_count(1, timeout=LEFT)
