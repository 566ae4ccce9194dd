"""A send past what its author has not seen: the scene that the tests of the guard share."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, expect

from browser.conftest import Act, People
from browser.screen import Screen
from console.desk.actions import reply
from console.desk.message import Draft
from world import World

MINE = "We will send a technician tomorrow"
THEIRS = "I have answered this already"
HEADING = "Not sent yet. 1 update arrived that you have not seen."


def reader(page_of: People, world: World, act: Act, **look: Any) -> Screen:
    """Ada, reading the beginning of a long conversation: what arrives at its end is not on her screen."""
    for each in range(8):
        act(reply.post_reply, 1, world.cast["rhea"], draft=Draft(f"Line {each}\n\n" * 3), audience="public")
    ada = page_of("ada", **look).open("/tickets/1")
    ada.forgive("409")
    ada.page.locator("#pane-conversation").evaluate("(box) => { box.scrollTop = 0; }")
    return ada


def answer(world: World, act: Act, text: str = THEIRS, who: str = "ben") -> None:
    act(reply.post_reply, 1, world.cast[who], draft=Draft(text), audience="staff")


def stopped(screen: Screen, world: World, act: Act, text: str = MINE) -> Locator:
    """Ada writes, Ben answers first, Ada sends: the panel that opens."""
    screen.field.fill(text)
    answer(world, act)
    expect(screen.sent(THEIRS)).to_have_count(1)
    screen.send()
    panel = screen.page.get_by_role("alertdialog")
    expect(panel).to_be_visible()
    return panel


def sends(screen: Screen) -> int:
    return len([path for path in screen.posts if path.endswith(("/replies", "/notes"))])
