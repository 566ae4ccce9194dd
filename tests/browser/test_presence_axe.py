"""Every state of presence by the rules of the automated accessibility check; and it fits wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from browser.conftest import People
from browser.crowd import SEEN, do, gather, hire, listed, more, typing
from browser.screen import BACK, LIVE, Screen
from browser.test_axe import violations
from browser.test_small_screens import STICKING_OUT, TOO_SMALL
from browser.wire import Wire
from world import World

STATES = ("away", "idle", "viewing", "chat", "field:status", "note", "reply")


def states(page_of: People, world: World, width: int, dark: bool) -> Iterator[tuple[str, Screen]]:
    ada = page_of("ada", width=width, height=844, dark=dark)
    ada.forgive("WebSocket", "ERR_FAILED")
    wire = Wire(ada)
    ada.open("/tickets/1")
    yield "alone", ada
    sockets = gather(world, hire(world, len(STATES)))
    for socket, state in zip(sockets.values(), STATES, strict=True):
        do(socket, state)
    expect(listed(ada).nth(1)).to_have_attribute("title", "Kim 07, writing a reply", timeout=SEEN)
    expect(typing(ada)).to_contain_text("are writing")
    yield "everything", ada
    more(ada).click()
    yield "menu", ada
    lea = page_of("lea", width=width, height=844, dark=dark).open("/tickets")
    expect(lea.page.locator("#ticket-1 .here")).to_have_count(3, timeout=LIVE)
    yield "list", lea
    wire.blocked = True
    ada.page.route("**/since/**", lambda route: route.abort())
    wire.cut()
    expect(listed(ada).nth(1)).to_have_attribute("title", "Kim 07, presence unknown", timeout=BACK)
    yield "unknown", ada


@pytest.mark.parametrize(
    ("width", "dark"),
    [
        pytest.param(1440, False, id="desk-light"),
        pytest.param(390, True, id="phone-dark"),
        pytest.param(1440, True, id="desk-dark", marks=pytest.mark.full),
        pytest.param(320, False, id="narrow-light"),
    ],
)
def test_no_state_of_presence_has_a_violation_or_sticks_out(
    width: int, dark: bool, page_of: People, world: World
) -> None:
    found: dict[str, list[str]] = {}
    for name, screen in states(page_of, world, width, dark):
        found[name] = [
            *violations(screen),
            *screen.page.evaluate(STICKING_OUT),
            *screen.page.evaluate(TOO_SMALL),
        ]
    assert len(found) == 5
    assert not {name: each for name, each in found.items() if each}
