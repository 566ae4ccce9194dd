"""Coming in, going out, and losing the right to be here while a page is open."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.screen import LIVE
from cast import PASSWORD, email
from console.desk.actions import staffing
from world import World


def test_the_form_lets_in_and_leads_where_one_wanted_to_go(page_of: People, world: World) -> None:
    visitor = page_of()
    visitor.page.goto(world.url + "/tickets/1")
    expect(visitor.page).to_have_url(world.url + "/sign-in?next=/tickets/1")
    visitor.forgive("422")
    visitor.page.get_by_label("Email").fill(email("ada"))
    visitor.page.get_by_label("Password").fill("wrong")
    visitor.page.keyboard.press("Enter")
    alert = visitor.page.get_by_role("alert").filter(has_text="password")
    expect(alert).to_be_visible()
    expect(visitor.page.get_by_label("Email")).to_have_value(email("ada"))
    expect(visitor.page.get_by_label("Password")).to_have_value("")
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Sign in").click()
    expect(visitor.page).to_have_url(world.url + "/tickets/1")
    visitor.wait_live()
    visitor.reply("Signed in by the form")


@pytest.mark.full
def test_a_requester_comes_to_the_portal_and_out_again(page_of: People, world: World) -> None:
    visitor = page_of().open("/sign-in", live=False)
    visitor.page.get_by_label("Email").fill(email("rhea").upper())
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.keyboard.press("Enter")
    expect(visitor.page).to_have_url(world.url + "/portal")
    visitor.page.get_by_role("link", name="Blank pages").click()
    expect(visitor.page).to_have_url(world.url + "/portal/requests/1")
    visitor.page.locator("details.user-menu summary").click()
    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page).to_have_url(world.url + "/sign-in")
    visitor.page.goto(world.url + "/portal/requests/1")
    expect(visitor.page).to_have_url(world.url + "/sign-in?next=/portal/requests/1")


def test_signing_out_in_one_tab_is_told_to_the_other_and_its_draft_stays(page_of: People) -> None:
    ada = page_of("ada").open("/tickets/1")
    ada.forgive("401", "WebSocket connection")
    ada.field.fill("Half a thought")
    other = ada.other_tab("/tickets")
    other.page.locator("details.user-menu summary").click()
    other.page.get_by_role("button", name="Sign out").click()
    expect(other.page).to_have_url(ada.url + "/sign-in")
    expect(ada.page.locator(".gone")).to_contain_text("Your session has ended. Sign in again to go on.")
    draft = ada.page.get_by_label("Text you had not sent")
    expect(draft).to_have_value("Half a thought")
    expect(draft).to_be_editable(editable=False)
    expect(ada.thread).to_have_count(0)
    expect(ada.page.get_by_text("blank pages")).to_have_count(0)
    expect(ada.page.get_by_role("link", name="Sign in again")).to_be_visible()


@pytest.mark.full
def test_signing_out_leaves_the_other_browser_of_the_same_person_alone(page_of: People) -> None:
    phone, desk_top = page_of("ada", width=390), page_of("ada")
    desk_top.open("/tickets/1")
    phone.open("/tickets")
    phone.page.get_by_role("button", name="Menu").click()
    phone.page.locator("details.user-menu summary").click()
    phone.page.get_by_role("button", name="Sign out").click()
    expect(phone.page).to_have_url(phone.url + "/sign-in")
    desk_top.reply("Still here")


def test_access_that_is_taken_away_replaces_the_ticket_and_keeps_the_draft(
    page_of: People, world: World, act: Act
) -> None:
    ben, ada = page_of("ben").open("/tickets/1"), page_of("ada").open("/tickets/1")
    ben.forgive("404")
    ben.field.fill("Half a thought")
    act(staffing.change_access, world.cast["root"], email=email("ben"), departments=["Billing"])
    expect(ben.page.locator(".gone")).to_contain_text("You have no access to this ticket any more.")
    expect(ben.page.get_by_label("Text you had not sent")).to_have_value("Half a thought")
    expect(ben.page.get_by_text("blank pages")).to_have_count(0)
    expect(ben.page.get_by_text("Fjord Foods")).to_have_count(0)
    heard = len(ben.frames)
    ada.reply("Without Ben")
    assert not [frame for frame in ben.frames[heard:] if "Without Ben" in frame]
    ben.page.get_by_role("link", name="All tickets").click()
    expect(ben.page.get_by_text("Blank pages")).to_have_count(0)


@pytest.mark.full
def test_access_taken_by_another_process_is_noticed_too(page_of: People, world: World) -> None:
    ben = page_of("ben").open("/tickets/1")
    ben.forgive("404")
    ben.field.fill("Half a thought")
    # run in the test's own thread, as a command line would: nobody wakes the feed
    world.desk.run(staffing.change_access, None, email=email("ben"), departments=[])
    expect(ben.page.locator(".gone")).to_contain_text("You have no access", timeout=LIVE)
    expect(ben.page.get_by_label("Text you had not sent")).to_have_value("Half a thought")


@pytest.mark.full
def test_somebody_who_leaves_the_house_is_out_at_once(page_of: People, world: World, act: Act) -> None:
    rhea = page_of("rhea").open("/portal/requests/1")
    rhea.forgive("401", "WebSocket connection")
    rhea.field.fill("One more thing")
    act(staffing.change_access, world.cast["root"], email=email("rhea"), active=False)
    expect(rhea.page.locator(".gone")).to_contain_text("Your session has ended")
    expect(rhea.page.get_by_label("Text you had not sent")).to_have_value("One more thing")


@pytest.mark.full
def test_another_firm_finds_nothing_there(page_of: People) -> None:
    mallory = page_of("mallory")
    mallory.forgive("404")
    for path in ("/portal/requests/1", "/tickets/1", "/tickets"):
        mallory.open(path, live=False)
        expect(mallory.page.get_by_role("heading", level=1)).to_have_text("Page not found")
        expect(mallory.page.get_by_text("Blank pages")).to_have_count(0)
