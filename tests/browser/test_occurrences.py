"""Notes with more than words, in the browser: the button, the fields, and what each side sees of them, live."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Route, expect

from browser.conftest import People
from browser.screen import Screen
from browser.test_axe import violations
from world import World


def begin_note(screen: Screen) -> Locator:
    """Press *Add note*; gives its form."""
    screen.page.get_by_role("button", name="Add note").click()
    form = screen.page.get_by_role("form", name="New message")
    expect(form.get_by_role("group", name="More about it")).to_be_visible()
    expect(screen.field).to_be_focused()
    return form


def test_a_note_made_visible_is_before_the_requester_with_its_solution_and_the_time_stays_inside(
    page_of: People,
) -> None:
    ada, ben = page_of("ada").open("/tickets/1"), page_of("ben").open("/tickets/1")
    rhea = page_of("rhea").open("/portal/requests/1")
    form = begin_note(ada)
    expect(form.get_by_label("Send by email")).to_be_disabled()
    form.get_by_label("Visible to requester").check()
    expect(form.get_by_label("Send by email")).to_be_checked()
    expect(form).to_contain_text("The requester sees this")
    form.get_by_label("When it happened").fill("2026-02-03T14:30")
    form.get_by_label("Time spent (minutes)").fill("95")
    form.get_by_label("Solution").fill("Take the **old** driver")
    ada.field.fill("Went to hall 3.")
    ada.page.get_by_role("button", name="Save note", exact=True).click()
    for screen in (ada, ben):
        note = screen.message("Went to hall 3.")
        expect(note).to_contain_text("Note, visible to the requester")
        expect(note.get_by_role("region", name="Solution")).to_contain_text("Take the old driver")
        expect(note).to_contain_text("1 h 35 min")
    seen = rhea.message("Went to hall 3.")
    expect(seen.get_by_role("region", name="Solution")).to_contain_text("Take the old driver")
    expect(seen).to_contain_text("Happened")
    assert "1 h 35" not in (seen.text_content() or "") and "minutes" not in rhea.page.content()
    expect(form.get_by_role("group", name="More about it")).to_be_hidden()
    expect(form.get_by_label("Solution")).to_have_value("")


def test_an_internal_note_with_a_solution_stays_inside(page_of: People) -> None:
    ada, ben = page_of("ada").open("/tickets/1"), page_of("ben").open("/tickets/1")
    rhea = page_of("rhea").open("/portal/requests/1")
    form = begin_note(ada)
    form.get_by_label("Solution").fill("Hidden solution")
    ada.field.fill("Among us.")
    ada.page.get_by_role("button", name="Save note", exact=True).click()
    expect(ben.message("Among us.")).to_contain_text("Hidden solution")
    rhea.page.reload()
    rhea.wait_live()
    assert "Hidden solution" not in rhea.page.content()
    assert not any("Hidden solution" in frame for frame in rhea.frames)


def test_what_is_refused_is_told_at_its_field_and_nothing_is_lost(page_of: People) -> None:
    ada = page_of("ada").open("/tickets/1")
    ada.forgive("422")
    form = begin_note(ada)
    form.get_by_label("Visible to requester").check()
    form.get_by_label("Send by email").uncheck()
    form.get_by_label("When it happened").fill("2090-02-03T14:30")
    form.get_by_label("Solution").fill("Not yet")
    ada.field.fill("Too early.")
    ada.page.get_by_role("button", name="Save note", exact=True).click()
    expect(form).to_contain_text("It can’t have happened in the future.")
    expect(form.get_by_label("When it happened")).to_have_attribute("aria-invalid", "true")
    expect(ada.field).to_have_value("Too early.")
    expect(form.get_by_label("Solution")).to_have_value("Not yet")
    expect(form.get_by_label("Visible to requester")).to_be_checked()
    expect(form.get_by_label("Send by email")).not_to_be_checked()
    ada.page.wait_for_function(
        "() => Object.keys(sessionStorage).some((key) => sessionStorage[key].includes('Not yet'))"
    )
    ada.page.reload()
    ada.wait_live()
    expect(form.get_by_label("Solution")).to_have_value("Not yet")
    expect(form.get_by_label("Visible to requester")).to_be_checked()


def test_a_reply_tells_its_solution_too_and_may_stay_out_of_the_mail(page_of: People, world: World) -> None:
    ada, rhea = page_of("ada").open("/tickets/1"), page_of("rhea").open("/portal/requests/1")
    ada.page.get_by_role("button", name="More about it").click()
    form = ada.page.get_by_role("form", name="New message")
    expect(form.get_by_label("Visible to requester")).to_be_hidden()
    form.get_by_label("Send by email").uncheck()
    form.get_by_label("Solution").fill("By reply")
    ada.field.fill("Solved.")
    ada.send()
    expect(rhea.message("Solved.")).to_contain_text("By reply")
    ada.message("Solved.").get_by_role("button", name="Delivery").click()
    expect(ada.message("Solved.").locator(".letters")).to_contain_text("No mail was written for this message.")


@pytest.mark.parametrize(("width", "dark"), ((1280, False), (390, True)))
def test_the_fields_break_no_rule_of_accessibility_and_fit(width: int, dark: bool, page_of: People) -> None:
    ada = page_of("ada", width=width, dark=dark).open("/tickets/1")
    begin_note(ada)
    assert violations(ada) == []
    assert ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_note_is_made_visible_later_and_both_sides_see_it_at_once(page_of: People) -> None:
    ada, ben = page_of("ada").open("/tickets/1"), page_of("ben").open("/tickets/1")
    rhea = page_of("rhea", width=390).open("/portal/requests/1")
    ada.note("It was the driver.")
    note = ben.message("It was the driver.")
    expect(note).to_contain_text("Internal note")
    note.get_by_text("Make visible").click()
    note.get_by_label("Send by email").uncheck()
    assert violations(ben) == []
    note.get_by_role("button", name="Show it to the requester").click()
    for screen in (ada, ben):
        expect(screen.message("It was the driver.")).to_contain_text("Note, visible to the requester")
        expect(screen.thread).to_contain_text("Ben Okafor made a note visible to the requester")
    expect(rhea.message("It was the driver.")).to_have_count(1)


def test_what_was_written_for_technicians_stays_inside_when_a_visible_note_comes_back_to_it(page_of: People) -> None:
    ada = page_of("ada").open("/tickets/1")
    ada.forgive("422")
    held: list[Route] = []
    ada.page.route("**/notes", lambda route: held.append(route))
    form = begin_note(ada)
    form.get_by_label("Visible to requester").check()
    form.get_by_label("When it happened").fill("2090-02-03T14:30")
    ada.field.fill("For the requester.")
    ada.page.get_by_role("button", name="Save note", exact=True).click()
    expect(ada.field).to_have_value("")
    ada.field.fill("Among us.")
    ada.page.wait_for_function("() => !document.querySelector('form.composer').classList.contains('is-visible')")
    held[0].continue_()
    expect(ada.field).to_have_value("For the requester.\n\nAmong us.")
    expect(form.get_by_label("Visible to requester")).not_to_be_checked()
    expect(form).to_contain_text("Only technicians see this")


def test_a_text_that_is_removed_goes_from_every_page_and_leaves_its_empty_place(page_of: People) -> None:
    ada, ben = page_of("ada").open("/tickets/1"), page_of("ben").open("/tickets/1")
    rhea = page_of("rhea").open("/portal/requests/1")
    ada.reply("The key is swordfish.")
    ada.note("It was for another desk.")
    expect(rhea.message("swordfish")).to_be_visible()
    for words in ("swordfish", "another desk"):
        message = ada.message(words)
        message.hover()
        message.get_by_label("Remove text").click()
        expect(message).to_contain_text("gone for good")
        message.get_by_role("button", name="Remove for good").click()
        for screen in (ada, ben):
            expect(screen.message(words)).to_have_count(0)
    for screen in (ada, ben):
        expect(screen.thread.get_by_text("The text of this message was removed.")).to_have_count(2)
        expect(screen.thread.get_by_text("Ada Moreno removed the text of an internal note")).to_be_visible()
    expect(rhea.message("swordfish")).to_have_count(0)
    expect(rhea.thread.get_by_text("The text of this message was removed.")).to_have_count(1)
    rhea.page.reload()
    rhea.wait_live()
    assert "swordfish" not in rhea.page.content() and "another desk" not in rhea.page.content()
    assert violations(ada) == [] and violations(rhea) == []
