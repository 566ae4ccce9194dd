"""Marks of what is new in a list: they come with a change, go with a look in any tab, and can be put back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import Act, People
from browser.screen import BACK, Screen
from browser.test_new_since import COUNT_SEEN
from browser.test_presence_states import HIDE
from browser.wire import Wire
from console.desk.actions import fields, opening, reply, viewing
from console.desk.message import Draft
from world import World

CHANGED = "Changed since you last looked"


def row(screen: Screen, number: int = 1) -> Locator:
    return screen.page.locator(f"#ticket-{number}")


def is_changed(screen: Screen, number: int = 1) -> None:
    expect(row(screen, number)).to_contain_class("changed")
    expect(row(screen, number).locator(".t-subj .vh")).to_have_text(CHANGED)


def is_plain(screen: Screen, number: int = 1) -> None:
    expect(row(screen, number)).not_to_contain_class("changed")
    expect(row(screen, number).get_by_text(CHANGED)).to_have_count(0)


def asks(world: World, act: Act, body: str = "And now?") -> None:
    act(reply.post_reply, 1, world.cast["rhea"], draft=Draft(body), audience="public")


def looks(world: World, act: Act, *names: str) -> None:
    for name in names:
        act(viewing.record_view, 1, world.cast[name], seen=99)


def test_a_row_is_marked_when_it_changes_and_settles_in_all_tabs_of_who_looks(
    page_of: People, world: World, act: Act
) -> None:
    looks(world, act, "ada", "ben")
    ada, ben = page_of("ada").open("/tickets"), page_of("ben").open("/tickets")
    other = ada.other_tab("/tickets?show=unassigned")
    for each in (ada, other, ben):
        is_plain(each)
    asks(world, act)
    for each in (ada, other, ben):
        is_changed(each)
    assert row(ada).locator("td").first.evaluate("(cell) => getComputedStyle(cell).boxShadow") != "none"
    third = ada.other_tab("/tickets/1")
    expect(third.sent("And now?")).to_be_visible()
    for each in (ada, other):
        is_plain(each)
    is_changed(ben)


@pytest.mark.full
def test_a_ticket_never_looked_at_is_not_marked(page_of: People, world: World, act: Act) -> None:
    looks(world, act, "ben")
    ada, ben = page_of("ada").open("/tickets"), page_of("ben").open("/tickets")
    asks(world, act)
    is_changed(ben)
    is_plain(ada)


@pytest.mark.full
def test_the_mark_is_there_when_the_list_is_loaded_and_views_make_none(page_of: People, world: World, act: Act) -> None:
    looks(world, act, "ada")
    ada = page_of("ada").open("/tickets")
    looks(world, act, "ben", "lea")
    ada.open("/tickets")
    is_plain(ada)
    act(fields.set_field, 1, world.cast["ben"], field="type", value="change")
    ada.open("/tickets")
    is_changed(ada)


@pytest.mark.full
def test_ones_own_acts_mark_nothing(page_of: People, world: World, act: Act) -> None:
    ada = page_of("ada").open("/tickets/1")
    ben = page_of("ben").open("/tickets/1")
    ada.reply("My answer")
    ada.choose("priority", "high")
    expect(ada.panel("priority")).to_have_text("High")
    for each in (ada, ben):
        expect(each.panel("priority")).to_have_text("High")
    ada.open("/tickets")
    expect(row(ada)).to_contain_text("High")
    is_plain(ada)


@pytest.mark.full
def test_a_look_while_the_line_was_down_settles_when_it_is_back(page_of: People, world: World, act: Act) -> None:
    looks(world, act, "ada")
    ada = page_of("ada")
    ada.forgive("WebSocket")
    wire = Wire(ada)
    ada.open("/tickets")
    asks(world, act)
    is_changed(ada)
    wire.blocked = True
    wire.cut()
    expect(ada.page.locator(".link-state:not([data-state=live])")).to_be_attached()
    looks(world, act, "ada")
    wire.blocked = False
    ada.wait_live(BACK)
    is_plain(ada)


@pytest.mark.full
def test_u_marks_as_unread_for_everybody_and_leads_back_to_the_list(page_of: People, world: World, act: Act) -> None:
    asks(world, act)
    ben = page_of("ben").open("/tickets")
    ada = page_of("ada").open("/tickets?show=unassigned")
    other = ada.other_tab("/tickets")
    ada.page.get_by_role("link", name="Blank pages").click()
    ada.wait_live()
    expect(row(other).locator(".t-act")).to_have_text("Awaiting technician's reply")
    is_plain(other)
    # something that was seen just now, and that the desk has not been told of yet
    ada.page.evaluate(COUNT_SEEN)
    asks(world, act, "Quickly")
    expect(ada.page.locator("body[data-told^=xxxx]")).to_be_attached()
    ada.page.keyboard.press("u")
    expect(ada.page).to_have_url(ada.url + "/tickets?show=unassigned")
    for each in (ada, other, ben):
        expect(row(each)).to_contain_class("unread")
        expect(row(each).locator(".t-act")).to_have_text("Unread")
    for each in (ada, other):
        is_changed(each)
    ada.open("/tickets/1")
    expect(ada.thread.locator("li.mark-new + li")).to_contain_text("Quickly")
    expect(ada.panel("activity_status")).to_have_text("Read")
    for each in (other, ben):
        expect(row(each)).not_to_contain_class("unread")
    is_plain(other)


@pytest.mark.full
def test_a_page_that_stays_open_does_not_undo_the_marking(page_of: People, world: World, act: Act) -> None:
    asks(world, act)
    ada = page_of("ada").open("/tickets/1")
    hidden = ada.other_tab("/tickets/1")
    hidden.page.evaluate(HIDE, True)
    colleague = page_of("ben").open("/tickets/1")
    ada.page.get_by_role("button", name="Actions").click()
    ada.page.get_by_role("menuitem", name="Mark as unread").click()
    expect(ada.page).to_have_url(ada.url + "/tickets")
    for each in (hidden, colleague):
        expect(each.log.first).to_contain_text("Ada Moreno marked the ticket as unread")
        expect(each.panel("activity_status")).to_have_text("Unread")
    hidden.page.close()
    colleague.reply("Still here")
    colleague.open("/notifications")
    is_changed(ada)
    act(viewing.look_on, 1, world.cast["ben"], seen=99)
    expect(row(ada)).to_contain_text("Awaiting requester's reply")
    is_changed(ada)


@pytest.mark.full
def test_a_marking_that_fails_stays_on_the_page_and_looks_again(page_of: People, world: World, act: Act) -> None:
    ada = page_of("ada").open("/tickets/1")
    ada.forgive("503")
    answer = {"status": 503, "body": '{"error": "The desk is busy."}', "content_type": "application/json"}
    ada.page.route(
        "**/unread", lambda route: route.fulfill(**answer) if route.request.method == "POST" else route.fallback()
    )
    ada.page.keyboard.press("u")
    expect(ada.page.get_by_role("status").filter(has_text="The desk is busy.")).to_be_visible()
    with ada.page.expect_request(lambda request: "later=1" in (request.post_data or "")):
        asks(world, act)


@pytest.mark.full
def test_the_pill_counts_what_came_below_in_a_hidden_tab_too(page_of: People, world: World, act: Act) -> None:
    for at in range(8):
        asks(world, act, f"Line {at}\n\n" * 4)
    ben = page_of("ben", height=640).open("/tickets/1")
    box = ben.page.locator("#pane-conversation")
    box.evaluate("(box) => { box.scrollTop = 50; }")
    pill = ben.page.locator("new-below")
    asks(world, act, "First")
    expect(pill).to_contain_text("1 new message")
    ben.page.get_by_role("tab", name="Activity").click()
    asks(world, act, "Second")
    expect(ben.sent("Second")).to_be_attached()
    ben.page.get_by_role("tab", name="Conversation").click()
    expect(pill).to_contain_text("2 new messages")
    ben.page.evaluate(HIDE, True)
    act(fields.set_field, 1, world.cast["ada"], field="priority", value="high")
    asks(world, act, "Third")
    expect(ben.sent("Third")).to_be_attached()
    ben.page.evaluate(HIDE, False)
    expect(pill).to_contain_text("3 new messages")
    box.evaluate("(box) => { box.scrollTop = box.scrollHeight; }")
    expect(pill).to_be_hidden()


@pytest.mark.full
def test_new_tickets_do_not_disturb_the_marks(page_of: People, world: World, act: Act) -> None:
    looks(world, act, "ada")
    draft = Draft("Words", source="portal")
    act(opening.open_ticket, world.cast["rhea"], subject="Another", draft=draft, department="Support")
    ada = page_of("ada").open("/tickets")
    asks(world, act)
    is_changed(ada)
    is_plain(ada, 2)
    act(reply.post_reply, 2, world.cast["ben"], draft=Draft("x"), audience="staff")
    expect(row(ada, 2)).to_contain_text("Awaiting requester's reply")
    is_plain(ada, 2)
