"""A lead watches the board while a technician works, and acts from it."""

from __future__ import annotations

from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.test_axe import violations
from console.desk.actions import opening
from console.desk.message import Draft
from world import World


def opens(act: Act, world: World, subject: str) -> int | None:
    draft = Draft("Help.", source="portal")
    return act(opening.open_ticket, world.cast["rhea"], subject=subject, draft=draft, department="Support").number


def test_a_lead_watches_and_acts_while_a_technician_works(page_of: People, act: Act, world: World) -> None:
    till, jam = opens(act, world, "The till is stuck"), opens(act, world, "A paper jam")
    lea, ben = page_of("lea").open("/board"), page_of("ben").open("/tickets")
    page = lea.page
    expect(page.get_by_role("link", name="Live board")).to_have_attribute("aria-current", "page")
    expect(ben.page.get_by_role("link", name="Live board")).to_have_count(0)
    technicians, unassigned = page.locator("#card-technicians"), page.locator("#card-unassigned")

    ben.open(f"/tickets/{till}")
    expect(technicians).to_contain_text(f"Viewing #{till} The till is stuck")
    ben.field.press_sequentially("Try the other")
    expect(technicians).to_contain_text(f"Writing a reply in #{till} The till is stuck")

    # assigned by keyboard: the focus goes back to where it was, and to the card when that is gone
    page.locator(f"#assign-nobody-{till}").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#assign-menu").get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("b")
    expect(page.get_by_role("menuitem", name="Ben Okafor")).to_be_focused()
    page.keyboard.press("Enter")
    expect(unassigned).not_to_contain_text("The till is stuck")
    expect(unassigned).to_be_focused()
    expect(ben.page.locator("#panel-technician")).to_contain_text("Ben Okafor")

    # a row that changes keeps the focus that it has
    take = page.locator(f"#take-nobody-{jam}")
    take.focus()
    opens(act, world, "Another one")
    expect(unassigned).to_contain_text("Another one")
    expect(take).to_be_focused()
    page.keyboard.press("Enter")
    expect(unassigned).not_to_contain_text("A paper jam")

    ben_id = world.cast["ben"].id
    page.locator(f"#whisper-{ben_id}").click()
    expect(page.get_by_role("heading", name="Whisper to Ben Okafor")).to_be_visible()
    page.keyboard.type("Well done")
    assert violations(lea) == []
    page.get_by_role("button", name="Whisper", exact=True).click()
    expect(page.locator("#whisper-sheet")).to_be_hidden()
    expect(page.locator(f"#whisper-{ben_id}")).to_be_focused()
    expect(ben.page.locator(".toast").last).to_contain_text("Lea Brandt whispers: Well done")
    assert violations(lea) == []


def test_the_board_fits_a_phone_and_a_wall_and_breaks_no_rule(page_of: People, act: Act, world: World) -> None:
    opens(act, world, "The till is stuck")
    phone, wall = page_of("lea", width=390, dark=True).open("/board"), page_of("lea").open("/board?wall=1")
    phone.page.get_by_text("Show as a table").click()
    for screen in (phone, wall):
        expect(screen.page.locator("#card-unassigned")).to_contain_text("The till is stuck")
        assert screen.page.evaluate("document.getElementById('board').scrollWidth <= innerWidth")
        assert violations(screen) == []
    expect(wall.page.get_by_role("navigation", name="Main")).to_have_count(0)
    opens(act, world, "A paper jam")
    for screen in (phone, wall):
        expect(screen.page.locator("#card-unassigned")).to_contain_text("A paper jam")
    expect(phone.page.locator("#chart-table")).to_have_attribute("open", "")  # what was unfolded stays so
