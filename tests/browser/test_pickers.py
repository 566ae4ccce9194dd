"""Fields, tabs and menus by keyboard alone, also while the value changes under them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.screen import Screen
from console.desk.actions import fields
from world import World


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada").open("/tickets/1")


def test_a_field_is_chosen_by_keyboard_alone(ada: Screen) -> None:
    page, button = ada.page, ada.picker("status")
    button.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("listbox", name="Status")
    expect(box).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("option", name="Open")).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == page.get_by_role("option", name="Open").get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == page.get_by_role("option", name="Pending").get_attribute("id")
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(ada.panel("status")).to_have_text("Open")
    page.keyboard.press("ArrowDown")
    expect(box).to_be_focused()
    page.keyboard.press("r")
    assert box.get_attribute("aria-activedescendant") == page.get_by_role("option", name="Resolved").get_attribute("id")
    page.keyboard.press("Enter")
    expect(ada.panel("status")).to_have_text("Resolved")
    expect(button).to_be_focused()
    expect(page.get_by_role("button", name="Status: Resolved", exact=True)).to_be_focused()


@pytest.mark.full
def test_tab_leaves_an_open_list_for_what_comes_next(ada: Screen) -> None:
    ada.picker("type").focus()
    ada.page.keyboard.press("Enter")
    expect(ada.page.get_by_role("listbox", name="Type")).to_be_focused()
    ada.page.keyboard.press("Tab")
    expect(ada.page.get_by_role("listbox")).to_have_count(0)
    expect(ada.picker("priority")).to_be_focused()


def test_letters_open_status_and_priority_unless_somebody_writes(ada: Screen) -> None:
    page = ada.page
    page.keyboard.press("s")
    expect(page.get_by_role("listbox", name="Status")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    expect(page.get_by_role("listbox", name="Priority")).to_be_focused()
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    expect(ada.panel("priority")).to_have_text("Urgent")
    ada.field.focus()
    page.keyboard.type("spsp")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(ada.field).to_have_value("spsp")


def test_an_open_list_stays_and_tells_what_holds_now(ada: Screen, world: World, act: Act) -> None:
    ada.picker("priority").click()
    box = ada.page.get_by_role("listbox", name="Priority")
    expect(box).to_be_focused()
    ada.page.keyboard.press("End")
    marked = box.get_attribute("aria-activedescendant")
    act(fields.set_field, 1, world.cast["ben"], field="priority", value="low")
    expect(ada.panel("priority")).to_have_text("Low")
    expect(box.get_by_role("option", name="Low")).to_have_attribute("aria-selected", "true")
    expect(box.get_by_role("option", name="Normal")).to_have_attribute("aria-selected", "false")
    expect(box).to_be_focused()
    assert box.get_attribute("aria-activedescendant") == marked
    ada.forgive("409")
    ada.page.keyboard.press("Enter")
    expect(ada.page.locator(f"#{marked}")).to_have_count(0)
    ada.page.get_by_role("button", name="Use mine").click()
    expect(ada.picker("priority")).to_be_focused()
    expect(ada.panel("priority")).not_to_have_text("Low")


@pytest.mark.full
def test_a_list_for_what_nobody_is_and_back(ada: Screen, world: World) -> None:
    ada.choose("technician", str(world.cast["lea"].id))
    expect(ada.panel("technician")).to_contain_text("Lea Brandt")
    ada.picker("technician").click()
    expect(ada.page.get_by_role("listbox", name="Assigned technician")).to_be_focused()
    ada.page.keyboard.press("Home")
    ada.page.keyboard.press("Enter")
    expect(ada.panel("technician")).to_have_text("Nobody")
    ada.choose("impact", "team")
    ada.choose("impact", "")
    expect(ada.panel("impact")).to_have_text("Not set")


@pytest.mark.full
def test_of_two_choices_at_once_the_one_picked_last_holds_for_both(ada: Screen, page_of: People) -> None:
    ben = page_of("ben").open("/tickets/1")
    ben.forgive("409")
    ada.picker("priority").click()
    ben.picker("priority").click()
    ada.page.locator("[role=option][data-value=high]").click()
    ben.page.locator("[role=option][data-value=low]").click()
    ben.page.get_by_role("button", name="Use mine").click()
    for each in (ada, ben):
        expect(each.log.first).to_contain_text("Ben Okafor")
        expect(each.panel("priority")).to_have_text("Low")
    assert ada.content() == ben.content()


@pytest.mark.full
def test_tabs_by_arrows_and_brackets(ada: Screen) -> None:
    page = ada.page
    conversation, activity, history = (
        page.get_by_role("tab", name=name) for name in ("Conversation", "Activity", "History")
    )
    conversation.focus()
    page.keyboard.press("ArrowRight")
    expect(activity).to_be_focused()
    expect(activity).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel", name="Activity")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Conversation")).to_be_hidden()
    page.keyboard.press("End")
    expect(history).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(conversation).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(activity).to_be_focused()
    page.keyboard.press("[")
    expect(conversation).to_have_attribute("aria-selected", "true")
    page.keyboard.press("]")
    expect(activity).to_have_attribute("aria-selected", "true")
    page.keyboard.press("r")
    expect(conversation).to_have_attribute("aria-selected", "true")
    expect(ada.field).to_be_focused()
    page.keyboard.type("[]")
    expect(conversation).to_have_attribute("aria-selected", "true")


@pytest.mark.full
def test_a_hidden_tab_goes_on_being_told(ada: Screen, world: World, act: Act) -> None:
    act(fields.set_field, 1, world.cast["ben"], field="type", value="change")
    expect(ada.log.filter(has_text="Change")).to_have_count(1)
    ada.page.get_by_role("tab", name="Activity").click()
    expect(ada.log.first).to_be_visible()
    expect(ada.log.first).to_contain_text("Change")
    act(fields.set_field, 1, world.cast["ben"], field="type", value="problem")
    expect(ada.log.first).to_contain_text("Problem")
    expect(ada.page.locator("#activity-log > li.day")).to_have_count(1)
    expect(ada.page.locator("#activity-log > li").first).to_have_text("Today")


@pytest.mark.full
def test_the_menu_of_send_by_keyboard(ada: Screen) -> None:
    page = ada.page
    ada.field.fill("Closed by keyboard")
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Send and change status")
    button.focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Closed")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(page.get_by_role("menu")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Open")).to_be_focused()
    page.keyboard.press("p")
    expect(page.get_by_role("menuitem", name="Pending")).to_be_focused()
    page.keyboard.press("Enter")
    expect(ada.sent("Closed by keyboard")).to_have_count(1)
    expect(ada.panel("status")).to_have_text("Pending")


@pytest.mark.full
def test_the_first_tab_stop_skips_to_the_conversation(ada: Screen) -> None:
    ada.page.keyboard.press("Tab")
    skip = ada.page.get_by_role("link", name="Skip to the conversation")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    ada.page.keyboard.press("Enter")
    expect(ada.page.locator("#pane-conversation")).to_be_focused()


def test_every_control_of_the_ticket_is_reached_by_tab_with_a_visible_ring(ada: Screen) -> None:
    page = ada.page
    names = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const here = document.activeElement;
              const ringed = (e) => getComputedStyle(e).outlineStyle !== 'none' || getComputedStyle(e).boxShadow !== 'none';
              return {name: here.id || here.getAttribute('aria-label') || here.textContent.trim().slice(0, 30),
                      ring: [here, here.parentElement, here.closest('.composer') ?? here].some(ringed), tag: here.tagName};
            }"""
        )
        if found["tag"] == "BODY":
            break
        assert found["ring"], f"no focus ring on {found}"
        names.add(found["name"])
    assert names >= {"message", "cc", "pane-conversation", "tab-conversation", "Attach files", "Send", "details"}
