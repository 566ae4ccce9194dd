"""Searching by keyboard: the box, the page of what was found, and the command palette."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import Act, People
from browser.screen import Screen
from browser.test_axe import violations
from browser.test_small_screens import STICKING_OUT, TOO_SMALL
from console.desk.actions import note, opening
from console.desk.message import Draft
from world import World


@pytest.fixture
def tickets(world: World, act: Act) -> None:
    """Ticket 2 is about a gauge, and a note on ticket 1 says that word."""
    draft = Draft("It shows **nothing**, since Monday.", source="portal")
    act(opening.open_ticket, world.cast["rhea"], subject="The gauge in hall 4", draft=draft, department="Support")
    act(note.write_note, 1, world.cast["ben"], draft=Draft("Is it the gauge?"))


def palette(screen: Screen) -> Locator:
    return screen.page.get_by_role("dialog", name="Command palette")


def chosen(screen: Screen) -> Locator:
    return palette(screen).locator("[role=option][aria-selected=true]")


def test_the_slash_leads_to_the_box_and_enter_to_what_is_found(page_of: People, tickets: None) -> None:
    ada = page_of("ada").open("/tickets/1")
    ada.page.keyboard.press("/")
    expect(ada.page.get_by_role("searchbox", name="Search or jump to")).to_be_focused()
    ada.page.keyboard.type("gauge")
    ada.page.keyboard.press("Enter")
    expect(ada.page).to_have_url(f"{ada.url}/search?q=gauge")
    rows = ada.page.locator("tr[id^=ticket-] a.subj")
    expect(rows).to_have_text(["The gauge in hall 4", "Blank pages"])
    expect(ada.page.locator("#ticket-2 mark")).to_have_text(["gauge"])
    ada.page.keyboard.press("j")
    ada.page.keyboard.press("j")
    expect(rows.last).to_be_focused()
    ada.page.keyboard.press("/")
    box = ada.page.get_by_role("searchbox", name="Search tickets")
    expect(box).to_be_focused()
    ada.page.keyboard.type("#2")
    ada.page.keyboard.press("Enter")
    expect(ada.page).to_have_url(f"{ada.url}/tickets/2")


# Keys that no busy machine pulls apart.
KEYS = """(box, text) => {
  for (const letter of text) {
    box.value += letter;
    box.dispatchEvent(new InputEvent("input", {bubbles: true, data: letter}));
  }
}"""


def test_the_palette_goes_anywhere_and_gives_the_focus_back(page_of: People, tickets: None) -> None:
    ada = page_of("ada").open("/tickets/1")
    page = ada.page
    ada.field.focus()
    page.keyboard.press("Control+k")
    box = palette(ada).get_by_role("combobox", name="Search or jump to")
    expect(box).to_be_focused()
    expect(chosen(ada)).to_have_text("My tickets")
    page.keyboard.press("Escape")
    expect(palette(ada)).to_be_hidden()
    expect(ada.field).to_be_focused()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search/options" in request.url else None)
    page.keyboard.press("Control+k")
    box.evaluate(KEYS, "gauge")
    expect(palette(ada).get_by_role("group", name="Tickets").get_by_role("option")).to_have_count(2)
    words = [each.partition("q=")[2] for each in asked if not each.endswith("q=")]
    assert words == ["gauge"], "it waits for a pause, and does not ask at each key"
    expect(chosen(ada)).to_contain_text("The gauge in hall 4")
    expect(palette(ada).get_by_role("status")).to_have_text("3 results")
    expect(box).to_have_attribute("aria-activedescendant", "palette-ticket-2")
    page.keyboard.press("ArrowDown")
    expect(chosen(ada)).to_contain_text("Blank pages")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{ada.url}/tickets/2")
    ada.wait_live()
    page.keyboard.press("Control+k")
    page.keyboard.type("internal n")
    expect(palette(ada).get_by_role("status")).to_have_text("2 results")
    expect(chosen(ada)).to_have_text("Internal note")
    page.keyboard.press("Enter")
    expect(palette(ada)).to_be_hidden()
    expect(ada.field).to_be_focused()
    expect(page.get_by_role("button", name="Save note", exact=True)).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("notific")
    expect(chosen(ada)).to_have_text("Notifications")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{ada.url}/notifications")


def test_the_palette_says_when_nothing_is_there_or_the_search_does_not_answer(page_of: People) -> None:
    ada = page_of("ada").open("/tickets")
    ada.forgive("ERR_FAILED")
    ada.page.keyboard.press("Control+k")
    ada.page.route("**/search/options*", lambda route: route.abort(), times=1)
    ada.page.keyboard.type("zebra")
    expect(palette(ada).get_by_role("status")).to_have_text("The search did not answer. Try again.")
    ada.page.keyboard.type("s")
    expect(chosen(ada)).to_have_text("Search all tickets for “zebras”")


@pytest.mark.full
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, False), (390, True)])
def test_the_search_breaks_no_rule(width: int, dark: bool, page_of: People, tickets: None) -> None:
    ada = page_of("ada", width=width, dark=dark).open("/search")
    wrong = {"empty": violations(ada) + ada.page.evaluate(STICKING_OUT)}
    for question in ("gauge", "zebra"):
        ada.open(f"/search?q={question}")
        wrong[question] = violations(ada) + ada.page.evaluate(STICKING_OUT) + ada.page.evaluate(TOO_SMALL)
    ada.open("/tickets/1")
    ada.page.keyboard.press("Control+k")
    wrong["palette"] = violations(ada) + ada.page.evaluate(STICKING_OUT)
    ada.page.keyboard.type("gauge")
    expect(palette(ada).get_by_role("option").first).to_contain_text("gauge")
    wrong["found"] = violations(ada) + ada.page.evaluate(STICKING_OUT) + ada.page.evaluate(TOO_SMALL)
    ada.page.keyboard.press("Escape")
    ada.page.locator("h1").click()
    ada.page.keyboard.press("/")
    if width < 1180:
        expect(ada.page).to_have_url(f"{ada.url}/search")
        expect(ada.page.locator("#question")).to_be_visible()
    assert not {name: found for name, found in wrong.items() if found}
