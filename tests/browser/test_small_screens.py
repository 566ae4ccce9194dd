"""Phones, narrow windows and zoom: nothing is cut off, everything can be hit, and the same things can be done."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.screen import Screen
from console.desk.actions import opening, reply
from console.desk.message import Draft
from world import World

LONG = "Thisisoneverylongwordwithoutanyplacetobreakitlikeafilepathoranaddress" * 3
STAFF = ("/tickets/1", "/tickets", "/tickets?show=mine", "/notifications", "/tickets/999")
PORTAL = ("/portal/requests/1", "/portal")

# Elements that stick out of the window and are not inside something that scrolls sideways or cuts them off on purpose.
STICKING_OUT = """() => {
  const clipped = (e) => {
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
      const {overflowX, textOverflow} = getComputedStyle(up);
      if (['auto', 'scroll'].includes(overflowX) || textOverflow === 'ellipsis') return true;
    }
    return false;
  };
  const wide = document.documentElement.scrollWidth - innerWidth;
  const out = [...document.body.querySelectorAll('*')].filter((e) => {
    const box = e.getBoundingClientRect();
    return e.checkVisibility({visibilityProperty: true}) && box.width > 1 && box.height > 1
      && box.left < innerWidth && box.right > innerWidth + 1 && !clipped(e);
  });
  // a region that scrolls up and down is not meant to scroll sideways
  const sideways = [...document.querySelectorAll('.scroll')].filter((e) => e.clientWidth && e.scrollWidth > e.clientWidth + 1);
  const name = (e) => `${e.localName}${e.id && '#' + e.id}.${e.className?.baseVal ?? e.className}`;
  return [...(wide > 0 ? [`the page is ${wide} px too wide`] : []), ...out.map((e) => 'out: ' + name(e)),
          ...sideways.map((e) => 'sideways: ' + name(e))];
}"""

# Targets smaller than 24 by 24 px whose 24 px circle touches another target (WCAG 2.2, 2.5.8).
TOO_SMALL = """() => {
  const targets = 'a[href], button, input:not([type=hidden]), summary, textarea, [role=option], [role=tab]';
  const all = [...document.querySelectorAll(targets)]
    .filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .map((e) => [e, e.getBoundingClientRect()]).filter(([e, box]) => box.width > 2 && box.height > 2);
  const small = all.filter(([e, box]) => (box.width < 23.5 || box.height < 23.5) && getComputedStyle(e).display !== 'inline');
  const near = (a, b) => {
    const [x, y] = [a.left + a.width / 2, a.top + a.height / 2];
    const [dx, dy] = [Math.max(b.left - x, x - b.right, 0), Math.max(b.top - y, y - b.bottom, 0)];
    return Math.hypot(dx, dy) < 12;
  };
  const apart = (e, other) => other !== e && !e.contains(other) && !other.contains(e);
  return small.filter(([e, box]) => all.some(([other, its]) => apart(e, other) && near(box, its)))
    .map(([e, box]) => `${e.outerHTML.slice(0, 80)} ${Math.round(box.width)}x${Math.round(box.height)}`);
}"""


def furnish(world: World, act: Act) -> None:
    cast = world.cast
    text = f"A word: {LONG}\n\n```\n{LONG}\n```\n\n| a | b | c |\n|--|--|--|\n| {LONG} | 2 | 3 |\n\nhttps://example.com/{LONG}"
    act(reply.post_reply, 1, cast["rhea"], draft=Draft(text, source="portal"), audience="public")
    act(reply.post_reply, 1, cast["ada"], draft=Draft("An answer in some words"), audience="staff", status="pending")
    draft = Draft("words", source="portal")
    act(opening.open_ticket, cast["rhea"], subject=f"Long {LONG}", draft=draft, department="Support")


@pytest.mark.parametrize(
    "width", [320, *(pytest.param(wide, marks=pytest.mark.full) for wide in (390, 720, 1024, 1440))]
)
def test_nothing_sticks_out_sideways_on_any_page(width: int, page_of: People, world: World, act: Act) -> None:
    furnish(world, act)
    ada, rhea, visitor = page_of("ada", width=width), page_of("rhea", width=width), page_of(width=width)
    ada.forgive("404")
    wrong: dict[str, list[str]] = {}
    pages = [(ada, path) for path in (*STAFF, "/tickets/2")] + [
        (rhea, path) for path in (*PORTAL, "/portal/requests/2")
    ]
    for screen, path in [*pages, (visitor, "/sign-in")]:
        screen.open(path, live=False)
        wrong[path] = screen.page.evaluate(STICKING_OUT)
        if path in ("/tickets/1", "/tickets/2"):
            screen.mode("note")
            screen.page.get_by_role("tab", name="Activity").click()
            wrong[path + " activity"] = screen.page.evaluate(STICKING_OUT)
    assert not {path: found for path, found in wrong.items() if found}


@pytest.mark.full
@pytest.mark.parametrize("width", [390, 1440])
def test_every_target_is_large_enough_or_stands_alone(width: int, page_of: People, world: World, act: Act) -> None:
    furnish(world, act)
    ada, rhea, visitor = page_of("ada", width=width), page_of("rhea", width=width), page_of(width=width)
    ada.forgive("404")
    wrong = {}
    for screen, path in [*((ada, path) for path in STAFF), *((rhea, path) for path in PORTAL), (visitor, "/sign-in")]:
        screen.open(path, live=False)
        wrong[path] = screen.page.evaluate(TOO_SMALL)
    assert not {path: found for path, found in wrong.items() if found}


@pytest.mark.full
def test_on_a_phone_the_navigation_is_a_drawer(page_of: People) -> None:
    ada = page_of("ada", width=390, height=844).open("/tickets/1")
    page, menu = ada.page, ada.page.get_by_role("button", name="Menu", exact=True)
    link = page.get_by_role("link", name="Unassigned")
    expect(link).not_to_be_in_viewport()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(link).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(link).not_to_be_in_viewport()
    expect(menu).to_be_focused()
    # what is out of sight is out of the way of the keyboard, too
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("link", name="Skip to the conversation")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    link.click()
    expect(page).to_have_url(ada.url + "/tickets?show=unassigned")


def test_on_a_phone_the_details_fold_and_the_ticket_is_answered(page_of: People) -> None:
    ada = page_of("ada", width=390, height=844).open("/tickets/1")
    ben = page_of("ben").open("/tickets/1")
    expect(ada.picker("status")).to_be_hidden()
    expect(ada.panel("summary")).to_contain_text("Nobody assigned")
    ada.page.locator(".d-sum summary").click()
    expect(ada.picker("status")).to_be_visible()
    ada.choose("status", "pending")
    expect(ben.panel("status")).to_have_text("Pending")
    ada.page.locator(".d-sum summary").click()
    expect(ada.picker("status")).to_be_hidden()
    ada.reply("From the tram")
    expect(ben.sent("From the tram")).to_be_visible()
    expect(ada.sent("From the tram")).to_be_in_viewport()
    ben.reply("Good journey")
    expect(ada.sent("Good journey")).to_be_in_viewport()


@pytest.mark.full
@pytest.mark.parametrize(("name", "path"), [("ada", "/tickets/1"), ("rhea", "/portal/requests/1")])
def test_at_four_hundred_percent_one_reads_and_answers(
    name: str, path: str, page_of: People, world: World, act: Act
) -> None:
    """A window of 1280 by 1024 at 400 %."""
    furnish(world, act)
    screen: Screen = page_of(name, width=320, height=256).open(path)
    last = screen.sent("An answer in some words")
    last.scroll_into_view_if_needed()
    shown = last.evaluate(
        """(e) => {
          const box = e.querySelector('.body').getBoundingClientRect();
          const at = document.elementFromPoint(box.left + 5, box.top + 5);
          return e.contains(at);
        }"""
    )
    assert shown, "the words of the conversation can be brought into view"
    screen.field.scroll_into_view_if_needed()
    screen.field.click()
    screen.page.keyboard.type("Answered at 400 %")
    expect(screen.field).to_be_in_viewport(ratio=0.5)
    screen.send()
    expect(screen.sent("Answered at 400 %")).to_have_count(1)
