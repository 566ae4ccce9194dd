"""Many people on one ticket: browsers for those who are looked at, bare sockets for the rest."""

from __future__ import annotations

from playwright.sync_api import Locator

from browser.screen import LIVE, Screen
from cast import email
from console.desk.actions import staffing
from world import Socket, World

# How long the product may take, in ms: its promises times three.
COMES = 900  # somebody joined
LEFT = 7_500  # somebody closed their last page
VANISHED = 45_000  # somebody's line broke
LAPSED = 15_000  # somebody wrote, and nothing more was heard of it
SEEN = LIVE  # somebody does something else, while much else is going on

LISTED = "[...document.querySelectorAll('viewing-now > ul > li')].map((item) => item.title)"

# Keeps every list of names that the page ever showed in `window.shown`.
RECORD = f"""() => {{
  window.shown = [{LISTED}];
  new MutationObserver(() => shown.push({LISTED})).observe(document.querySelector('viewing-now'),
    {{subtree: true, childList: true, attributes: true}});
}}"""


def listed(screen: Screen) -> Locator:
    """The avatars of the list, oneself first."""
    return screen.page.locator("viewing-now > ul > li")


def named(screen: Screen) -> list[str]:
    """What the list says of each."""
    return [each.get_attribute("title") or "" for each in listed(screen).all()]


def more(screen: Screen) -> Locator:
    """The button that names the rest."""
    return screen.page.locator("viewing-now button")


def typing(screen: Screen) -> Locator:
    return screen.page.locator("#typing")


def hire(world: World, count: int) -> list[str]:
    """Add technicians of Support, Kim 01 and so on; gives the names under which `world` knows them."""
    names = [f"kim{number:02}" for number in range(1, count + 1)]
    for name in names:
        world.desk.run(
            staffing.add_person,
            None,
            name=f"Kim {name[3:]}",
            email=email(name),
            role="technician",
            departments=("Support",),
        )
    return names


def gather(world: World, names: list[str], number: int = 1) -> dict[str, Socket]:
    """Let them enter a ticket, one after the other."""
    sockets = {name: world.socket(name) for name in names}
    for socket in sockets.values():
        assert socket.join(f"ticket:{number}")["ok"]
    return sockets


def do(socket: Socket, state: str, number: int = 1) -> None:
    assert socket.call("intent", {"channel": f"ticket:{number}", "state": state})["ok"]
