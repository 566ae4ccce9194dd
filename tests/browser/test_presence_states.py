"""What somebody does is told by their page: looking, idle, away, writing, changing a field.

Long spans pass by the page's own clock. To the page such a leap is a sleep, so its line may break and come back, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile

import pytest
from playwright.sync_api import expect

from browser.conftest import People
from browser.crowd import LAPSED, RECORD, SEEN, listed
from browser.screen import BACK, LIVE, Screen
from browser.wire import Wire
from world import PATIENCE, Socket, World

HIDE = """(hidden) => {
  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture
def ben(world: World) -> Iterator[Socket]:
    """A colleague who reads what is told of ada."""
    ben = world.socket("ben")
    ben.join("ticket:1")
    yield ben


@pytest.fixture
def ada(page_of: People) -> Screen:
    ada = page_of("ada")
    ada.forgive("WebSocket")
    ada.page.clock.install()
    return ada.open("/tickets/1")


def told(ben: Socket, state: str) -> list[str]:
    """Wait until ben is told that ada does this; gives what he heard of her before."""
    heard: list[str] = []
    while True:
        name, data = ben.arrived.get(timeout=PATIENCE)
        if name == "presence":
            heard += [each["state"] for each in data["viewers"] if each["name"] == "Ada Moreno"] or ["gone"]
            if heard[-1] == state:
                return heard


def intents(screen: Screen) -> list[str]:
    """Let the page's socket keep what it tells of the person, in `window.told`."""
    screen.page.add_init_script(
        """(() => {
          window.told = [];
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) {
            const found = /"intent",.*"state":"([^"]+)"/.exec(data);
            if (found) told.push(found[1]);
            return send.call(this, data);
          };
        })()"""
    )
    return []


@pytest.mark.full
def test_who_rests_for_a_minute_is_idle_and_back_with_the_first_move(ada: Screen, ben: Socket) -> None:
    ada.page.clock.fast_forward(50_000)
    ada.page.mouse.move(400, 300)
    ada.page.clock.fast_forward(50_000)
    ada.page.keyboard.press("Shift")
    ada.page.clock.fast_forward(50_000)
    ada.page.mouse.wheel(0, 100)
    ada.wait_live()
    ada.field.press_sequentially("x")
    assert "idle" not in told(ben, "reply")
    ada.page.clock.fast_forward(61_000)
    told(ben, "idle")
    expect(listed(ada).first).to_have_attribute("title", "Ada Moreno (you), idle", timeout=SEEN)
    ada.page.mouse.move(410, 310)
    told(ben, "viewing")


def test_a_page_out_of_sight_is_away_and_not_gone(ada: Screen, ben: Socket) -> None:
    ada.page.evaluate(HIDE, True)
    ada.page.clock.fast_forward(31_000)
    told(ben, "away")
    ada.page.clock.fast_forward(60_000)
    ada.page.evaluate(HIDE, False)
    heard = told(ben, "viewing")
    after_the_leap = dropwhile(lambda state: state == "gone", heard)
    assert "gone" not in after_the_leap


@pytest.mark.full
def test_a_list_of_choices_left_open_is_an_edit_only_while_somebody_is_there(ada: Screen, ben: Socket) -> None:
    ada.picker("priority").click()
    told(ben, "field:priority")
    ada.page.get_by_role("listbox").wait_for()
    ada.page.clock.fast_forward(61_000)
    told(ben, "idle")
    ada.page.keyboard.press("ArrowDown")
    told(ben, "field:priority")
    ada.page.keyboard.press("Escape")
    told(ben, "viewing")


@pytest.mark.full
def test_what_somebody_did_is_told_again_on_coming_back(page_of: People) -> None:
    ben, ada = page_of("ben").open("/tickets/1"), page_of("ada")
    ada.forgive("WebSocket")
    wire = Wire(ada)
    ada.page.clock.install()
    ada.open("/tickets/1")
    ada.page.clock.fast_forward(61_000)
    expect(listed(ben).last).to_have_attribute("title", "Ada Moreno, idle", timeout=BACK)
    ben.page.evaluate(RECORD)
    wire.cut()
    ben.page.wait_for_function("() => shown.some((list) => list.includes('Ada Moreno, viewing'))", timeout=BACK)
    expect(listed(ben).last).to_have_attribute("title", "Ada Moreno, idle", timeout=BACK)


@pytest.mark.full
def test_writing_is_told_after_the_first_key_and_renewed_while_keys_come(page_of: People, ben: Socket) -> None:
    ada = page_of("ada")
    intents(ada)
    ada.page.clock.install()
    ada.open("/tickets/1")
    page = ada.page

    def said() -> list[str]:
        found: list[str] = page.evaluate("window.told")
        return found

    ada.field.press_sequentially("a")
    told(ben, "reply")
    assert said() == ["reply"]
    for _ in range(2):
        page.clock.run_for(500)
        ada.field.press_sequentially("b")
    assert said() == ["reply"], "not with every key"
    page.clock.run_for(2_100)
    assert said() == ["reply", "reply"], "a key came since, so it is renewed"
    page.clock.run_for(3_100)
    assert said() == ["reply", "reply"], "no key came since"
    ada.field.press_sequentially("c")
    assert said() == ["reply"] * 3
    ada.field.fill("")
    assert said() == ["reply"] * 3 + ["viewing"]
    ada.mode("note")
    ada.field.press_sequentially("d")
    assert said()[4:] == ["note"]
    ada.page.locator("#pane-conversation").focus()
    assert said()[4:] == ["note", "viewing"]
    ada.picker("type").click()
    page.get_by_role("listbox").wait_for()
    page.keyboard.press("Escape")
    assert said()[6:] == ["field:type", "viewing"]


@pytest.mark.full
def test_a_writer_of_whom_nothing_more_is_heard_is_a_reader_again(page_of: People, ben: Socket, world: World) -> None:
    ada = page_of("ada").open("/tickets/1")
    ada.field.press_sequentially("a")
    expect(listed(ada).first).to_have_attribute("title", "Ada Moreno (you), writing a reply", timeout=SEEN)
    expect(listed(ada).first).to_have_attribute("title", "Ada Moreno (you), viewing", timeout=LAPSED)
    expect(ada.page.locator("#typing")).to_have_text("", timeout=LIVE)
