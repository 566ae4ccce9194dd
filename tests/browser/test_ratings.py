"""A requester rates what they were mailed, on a phone, while a technician looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from web.test_view_links import link

from browser.conftest import Act, People
from browser.test_axe import violations
from console.desk.actions.fields import set_field
from console.desk.actions.rating import rate
from world import World


@pytest.mark.parametrize("dark", (False, True))
def test_one_click_in_the_mail_and_one_press_are_a_rating_that_technicians_see_at_once(
    page_of: People, world: World, act: Act, dark: bool
) -> None:
    act(set_field, 1, world.cast["ada"], field="status", value="resolved")
    ada, rhea = page_of("ada", dark=dark).open("/tickets/1"), page_of(width=390, height=780, dark=dark)
    rhea.open(f"{link(world, 'rhea')}?rating=bad")
    form = rhea.page.locator("form.rating")
    expect(form.get_by_role("radio", name="Bad")).to_be_checked()
    expect(ada.thread).not_to_contain_text("Rating")
    assert violations(rhea) == []
    assert rhea.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    rhea.field.fill("Half a reply")
    form.get_by_label("What would you like to tell us?").fill("It took a week.")
    form.get_by_role("button", name="Send the rating").click()
    expect(form).to_contain_text("Thank you")
    expect(rhea.field).to_have_value("Half a reply")
    expect(ada.message("It took a week.")).to_contain_text("Rating: bad")
    expect(ada.panel("facts")).to_contain_text("Rating: bad")
    expect(ada.log.first).to_contain_text("rated the resolution: bad")
    assert violations(rhea) == [] and violations(ada) == []
    fresh = page_of("ada").open("/tickets/1")
    assert ada.content() == fresh.content()


def test_the_question_comes_goes_and_follows_the_requesters_other_page(page_of: People, world: World, act: Act) -> None:
    rhea = page_of("rhea", width=390, height=780).open("/portal/requests/1")
    cora = page_of("cora").open("/portal/requests/1")
    form = rhea.page.locator("form.rating")
    expect(form).to_have_count(0)
    act(set_field, 1, world.cast["ada"], field="status", value="resolved")
    good = form.get_by_role("radio", name="Good")
    rhea.page.locator("form.rating").wait_for()
    other = rhea.other_tab("/portal/requests/1")
    good.focus()
    rhea.page.keyboard.press("Space")
    expect(good).to_be_checked()
    rhea.page.keyboard.press("Tab")
    rhea.page.keyboard.type("Quick, thanks.")
    rhea.page.keyboard.press("Tab")
    rhea.page.keyboard.press("Enter")
    for screen in (rhea, other):
        expect(screen.page.locator("form.rating")).to_contain_text("Thank you")
        expect(screen.page.locator("form.rating").get_by_role("radio", name="Good")).to_be_checked()
        expect(screen.page.locator("form.rating textarea")).to_have_value("Quick, thanks.")
    act(set_field, 1, world.cast["ada"], field="status", value="open")
    expect(form).to_have_count(0)
    act(set_field, 1, world.cast["ada"], field="status", value="resolved")
    expect(good).not_to_be_checked()
    expect(cora.panel("solved")).to_be_visible()
    expect(cora.page.locator("form.rating")).to_have_count(0)


def test_what_was_typed_stays_when_a_rating_is_refused(page_of: People, world: World, act: Act) -> None:
    act(set_field, 1, world.cast["ada"], field="status", value="resolved")
    rhea = page_of("rhea", language="es", width=390, height=780).open("/portal/requests/1")
    rhea.forgive("422")
    form = rhea.page.locator("form.rating")
    form.get_by_role("radio", name="Mal").check(force=True)
    box = form.locator("textarea")
    box.evaluate("(box) => box.removeAttribute('maxlength')")
    box.fill("x" * 2_001)
    form.get_by_role("button").click()
    expect(form.get_by_role("alert")).to_contain_text("2000")
    expect(box).to_have_value("x" * 2_001)
    expect(form.get_by_role("radio", name="Mal")).to_be_checked()
    assert violations(rhea) == []


def test_the_board_of_a_lead_counts_it_as_it_is_given(page_of: People, world: World, act: Act) -> None:
    act(set_field, 1, world.cast["ada"], field="status", value="resolved")
    lea = page_of("lea").open("/board")
    card = lea.page.locator("#card-resolved")
    expect(card).to_contain_text("by now a week ago")
    expect(card).not_to_contain_text("good")
    act(rate, 1, world.cast["rhea"], value="good")
    expect(card).to_contain_text("1 of 1 good in 30 days")
