"""One request from its first word to its reopening: two technicians, and a requester on a phone."""

from __future__ import annotations

import offers
from playwright.sync_api import expect

from browser.conftest import People
from browser.screen import LIVE
from browser.test_axe import violations
from browser.test_chat import box, line, say, start
from browser.test_occurrences import begin_note
from world import World

AMONG_US = "Among us: their contract ends in May."


def test_a_request_is_asked_noted_chatted_about_solved_and_opened_again(page_of: People, world: World) -> None:
    offers.make(world.desk, world.cast)
    ada, ben = page_of("ada").open("/tickets?show=unassigned"), page_of("ben").open("/tickets")
    rhea = page_of("rhea", width=390, height=780).open("/portal")

    rhea.page.get_by_role("main").get_by_role("link", name="New request").click()
    rhea.page.get_by_label("Subject").fill("The label printer smokes")
    rhea.page.get_by_label("Application").select_option(label="Administration")
    rhea.page.get_by_label("Module", exact=False).select_option(label="Stock")
    rhea.page.get_by_label("Description").fill("Since this morning, in hall 3.")
    rhea.page.get_by_role("button", name="Add", exact=True).click()
    rhea.page.wait_for_url("**/portal/requests/2")
    rhea.wait_live()

    # it is before the technicians at once: one opens it, notes something and calls the other
    shown = ada.page.get_by_role("button", name="1 ticket changed. Show")
    shown.click(timeout=LIVE)
    ada.page.get_by_role("link", name="The label printer smokes").click()
    ada.wait_live()
    expect(ada.page.locator(".props")).to_contain_text("Stock")
    ada.choose("technician", str(world.cast["ada"].id))
    ada.note(f"{AMONG_US} @Ben Okafor")
    notice = ben.page.get_by_role("region", name="New notifications")
    expect(notice).to_contain_text("Ada Moreno", timeout=LIVE)
    notice.get_by_role("link").first.click()
    ben.wait_live()
    expect(ben.message("Among us")).to_be_visible()
    expect(rhea.message("Since this morning")).to_be_visible()

    # they chat, and the other technician helps
    start(ada, rhea)
    say(ada, "Does it still smoke?")
    expect(line(rhea, "Does it still smoke?")).to_have_count(1)
    say(rhea, "No. It smells.")
    say(ben, "Leave it off, I come.")
    for screen in (ada, ben, rhea):
        expect(line(screen, "Leave it off, I come.")).to_have_count(1)
        expect(line(screen, "No. It smells.")).to_have_count(1)
    box(rhea).get_by_role("button", name="End chat").click()
    expect(ada.thread).to_contain_text("Rhea Lindqvist ended the chat")

    # what was done is recorded for the requester, with the solution, and the request is resolved
    ben.page.reload()  # what a page holds when it is loaded has been seen, however short the chat was on screen
    ben.wait_live()
    form = begin_note(ben)
    form.get_by_label("Visible to requester").check()
    form.get_by_label("Time spent (minutes)").fill("35")
    form.get_by_label("Solution").fill("A new print head")
    ben.field.fill("Went to hall 3.")
    ben.page.get_by_role("button", name="Save note", exact=True).click()
    expect(rhea.message("Went to hall 3.").get_by_role("region", name="Solution")).to_contain_text("A new print head")
    ben.choose("status", "resolved")
    expect(rhea.page.locator("#panel-facts")).to_contain_text("Resolved", timeout=LIVE)
    expect(ada.picker("status")).to_contain_text("Resolved")

    # it was not: the requester says so, and everybody sees it open again
    rhea.page.get_by_role("button", name="It is not solved").click()
    for screen in (ada, ben):
        expect(screen.picker("status")).to_contain_text("Open", timeout=LIVE)
    rhea.field.fill("It smokes again.")
    rhea.send()
    for screen in (ada, ben):
        expect(screen.message("It smokes again.")).to_be_visible(timeout=LIVE)

    # each page is what a fresh one shows, and nothing of the technicians' has reached the requester
    for screen in (ada, ben, rhea):
        before = screen.content()
        screen.page.reload()
        screen.wait_live()
        assert screen.content() == before
        assert violations(screen) == []
    frames = "".join(rhea.frames) + rhea.page.content()
    assert "contract ends" not in frames and '"presence"' not in frames and "35 min" not in frames
