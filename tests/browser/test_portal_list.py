"""The list of requests on a phone: live, marked, by keyboard, in the order that its reader chose, and as an app."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import Act, People
from browser.screen import LIVE, Screen
from browser.test_axe import violations
from cast import email
from console.desk.actions import fields, opening, reply, staffing
from console.desk.message import Draft
from world import World

MARK = "navigator.setAppBadge = async (n) => { window.mark = n }; navigator.clearAppBadge = async () => { window.mark = 0 }"


def rows(screen: Screen) -> Locator:
    return screen.page.locator("#requests li")


def answers(act: Act, world: World, number: int = 1) -> None:
    act(reply.post_reply, number, world.cast["ada"], draft=Draft("It is the driver."), audience="staff")


def asks(act: Act, world: World, who: str, subject: str) -> int:
    said = Draft("Please help.", source="portal")
    return act(opening.open_ticket, world.cast[who], subject=subject, draft=said, department="Support").number or 0


def is_marked(screen: Screen, count: int) -> None:
    title = f"({count}) My requests" if count else "My requests"
    screen.page.wait_for_function("(title) => document.title.startsWith(title)", arg=title, timeout=LIVE)
    assert screen.page.evaluate("window.mark") == count
    expect(screen.page.locator("#requests .newdot")).to_have_count(count)


def test_the_list_follows_on_a_phone_with_its_marks_and_the_focus_stays(
    page_of: People, world: World, act: Act
) -> None:
    second = asks(act, world, "rhea", "The scale shows nothing")
    phone = page_of("rhea", width=390)
    phone.context.add_init_script(MARK)
    phone.open("/portal")
    is_marked(phone, 1)
    expect(rows(phone)).to_have_count(2)
    first = phone.page.get_by_role("link", name="The scale shows nothing")
    first.focus()
    answers(act, world, second)
    is_marked(phone, 2)
    expect(first).to_be_focused()
    third = asks(act, world, "rhea", "Now the fax")
    expect(rows(phone).first).to_contain_text("Now the fax")
    expect(rows(phone)).to_have_count(3)
    expect(first).to_be_focused()
    act(fields.set_field, third, world.cast["ada"], field="status", value="resolved")
    expect(rows(phone).first).to_contain_text("Resolved")
    expect(phone.page.get_by_role("link", name="Solved 1")).to_be_visible()
    assert violations(phone) == []
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390

    with phone.context.expect_page() as opened:
        phone.page.evaluate(f"window.open('/portal/requests/{second}')")
    expect(opened.value.locator("#thread")).to_contain_text("It is the driver.")
    is_marked(phone, 1)  # read in another tab
    opened.value.close()


def test_tabs_search_and_order_are_reached_by_keyboard_in_the_order_they_stand(
    page_of: People, world: World, act: Act
) -> None:
    act(staffing.change_access, None, email=email("rhea"), sees_company=True)
    asks(act, world, "cora", "Cora's café machine")
    rhea = page_of("rhea", width=390).open("/portal?tab=company")
    expect(rows(rhea)).to_have_count(2)
    expect(rows(rhea).first).to_contain_text("Cora Lindqvist")
    reached = []
    for _ in range(16):
        rhea.page.keyboard.press("Tab")
        reached.append(
            rhea.page.evaluate("(document.activeElement.ariaLabel ?? document.activeElement.innerText).split('\\n')[0]")
        )
    wanted = ["My requests", "My company's requests", "", "Search", "Order: Latest change first", "All 2"]
    at = reached.index("My requests")
    assert reached[at : at + 6] == wanted, reached
    assert reached.index("Cora's café machine") < reached.index("Blank pages")
    assert violations(rhea) == []
    rhea.page.get_by_role("searchbox", name="Search the requests").fill("CAFE please")
    rhea.page.keyboard.press("Enter")
    expect(rows(rhea)).to_have_count(1)
    rhea.page.get_by_label("Order: Latest change first").press("Enter")
    rhea.page.get_by_role("button", name="Oldest first").press("Enter")
    expect(rhea.page.get_by_label("Order: Oldest first")).to_be_visible()
    expect(rows(rhea)).to_have_count(1)
    rhea.page.get_by_role("link", name="My requests", exact=True).last.click()
    expect(rows(rhea).first).to_contain_text("Blank pages")
    act(staffing.change_access, None, email=email("rhea"), sees_company=False)
    rhea.page.reload()
    expect(rhea.page.get_by_role("navigation", name="Lists of requests")).to_have_count(0)


def test_a_conversation_that_begins_with_the_newest_goes_on_at_its_beginning(
    page_of: People, world: World, act: Act
) -> None:
    rhea = page_of("rhea", height=500).open("/portal/requests/1")
    rhea.page.get_by_role("button", name="Show the newest first").click()
    entries = rhea.page.locator("#thread > li")
    expect(entries.first).to_contain_text("Which driver is it?")
    for _ in range(6):
        answers(act, world)
    expect(entries).to_have_count(8)
    expect(entries.first).to_contain_text("It is the driver.")
    expect(entries.last).to_contain_text("Original request")
    rhea.reply("Mine comes on top.")
    expect(entries.first).to_contain_text("Mine comes on top.")
    box = rhea.page.locator("#pane-conversation")
    assert box.evaluate("(box) => box.scrollTop") == 0
    box.evaluate("(box) => box.scrollTo(0, box.scrollHeight)")
    act(reply.post_reply, 1, world.cast["ada"], draft=Draft("And one more."), audience="staff")
    pill = rhea.page.get_by_role("button", name="1 new message")
    expect(pill).to_be_visible()
    assert box.evaluate("(box) => box.scrollTop") > 0, "what is being read stays where it is"
    pill.click()
    expect(entries.first).to_be_in_viewport()
    assert violations(rhea) == []


def test_the_portal_can_be_installed(page_of: People, world: World) -> None:
    rhea = page_of("rhea", width=390).open("/portal")
    line = rhea.context.new_cdp_session(rhea.page)
    told = line.send("Page.getAppManifest")
    assert told["errors"] == [] and told["url"].endswith("/manifest.webmanifest")
    manifest = json.loads(told["data"])
    assert (manifest["start_url"], manifest["display"], manifest["name"]) == ("/portal", "standalone", "Agent Console")
    for icon in manifest["icons"]:
        answer = rhea.page.request.get(world.url + icon["src"])
        assert answer.ok and answer.headers["content-type"] == "image/png"
    assert line.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_of_a_link_to_sign_in_breaks_no_rule(page_of: People, width: int) -> None:
    stranger = page_of(None, width=width).open("/sign-in", live=False)
    stranger.page.get_by_text("Sign in without a password").click()
    stranger.page.get_by_label("Where to send a link").fill(email("rhea"))
    assert violations(stranger) == []
    stranger.page.get_by_role("button", name="Send me a link").click()
    expect(stranger.page.get_by_role("status")).to_contain_text("a mail with a link is on its way")
    assert violations(stranger) == []
