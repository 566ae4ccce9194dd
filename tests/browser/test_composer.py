"""The box where replies and notes are written: its modes, its keys, and that one send is one message."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import People
from browser.screen import LIVE, Screen


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada").open("/tickets/1")


@pytest.fixture
def ben(page_of: People) -> Screen:
    return page_of("ben").open("/tickets/1")


def sends(screen: Screen) -> list[str]:
    return [path for path in screen.posts if path.endswith(("/replies", "/notes"))]


def test_the_controls_have_the_names_other_programs_count_on(ada: Screen, page_of: People) -> None:
    page = ada.page
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Public reply", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Internal note", exact=True)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("combobox", name="Cc", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Status: Open", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Assigned technician: Nobody", exact=True)).to_be_visible()
    ada.mode("note")
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="Notify", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="Cc", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Save note", exact=True)).to_be_visible()
    rhea = page_of("rhea").open("/portal/requests/1")
    expect(rhea.page.get_by_role("textbox", name="New reply", exact=True)).to_be_visible()
    rhea.page.get_by_role("link", name="Exit", exact=True).click()
    expect(rhea.page).to_have_url(rhea.url + "/portal")


def test_changing_the_mode_keeps_the_text_and_the_caret(ada: Screen) -> None:
    ada.field.fill("Half a thought")
    ada.page.keyboard.press("Home")
    ada.mode("note")
    assert ada.caret()["text"] == "Half a thought" and ada.caret()["focus"]
    expect(ada.page.get_by_text("Only technicians see this")).to_be_visible()
    ada.mode("reply")
    assert ada.caret() | {"inner": 0, "top": 0} == {
        "focus": True, "text": "Half a thought", "start": 0, "end": 0, "inner": 0, "top": 0,
    }  # fmt: skip
    expect(ada.page.get_by_text("Only technicians see this")).to_be_hidden()


@pytest.mark.full
def test_send_with_a_status_by_mouse(ada: Screen, ben: Screen) -> None:
    ada.field.fill("It is the drum")
    ada.page.get_by_role("button", name="Send and change status").click()
    item = ada.page.get_by_role("menuitem", name="Resolved")
    expect(ada.page.get_by_role("menuitem", name="Open")).to_be_focused()
    item.click()
    for each in (ada, ben):
        expect(each.sent("It is the drum")).to_be_visible()
        expect(each.panel("status")).to_have_text("Resolved")
    assert sends(ada) == ["/tickets/1/replies"]
    expect(ada.page.get_by_role("menu")).to_be_hidden()


@pytest.mark.parametrize(("key", "status"), [("2", "Pending"), ("3", "Resolved"), ("4", "Closed")])
def test_send_with_a_status_by_keyboard(key: str, status: str, ada: Screen, ben: Screen) -> None:
    ada.field.fill("By keyboard")
    ada.field.press(f"Alt+{key}")
    expect(ben.sent("By keyboard")).to_be_visible()
    expect(ben.panel("status")).to_have_text(status)
    expect(ada.panel("status")).to_have_text(status)


@pytest.mark.full
def test_a_note_may_set_the_status_too(ada: Screen, ben: Screen) -> None:
    ada.mode("note")
    ada.field.fill("Parked")
    ada.field.press("Alt+2")
    expect(ben.sent("Parked")).to_contain_class("note")
    expect(ben.panel("status")).to_have_text("Pending")


@pytest.mark.full
def test_letters_choose_the_mode_and_control_enter_sends(ada: Screen, ben: Screen) -> None:
    page = ada.page
    page.locator("body").press("n")
    expect(ada.field).to_be_focused()
    expect(page.get_by_role("button", name="Save note", exact=True)).to_be_visible()
    page.keyboard.type("rn are letters here")
    page.keyboard.press("Control+Enter")
    expect(ben.sent("rn are letters here")).to_contain_class("note")
    assert ada.field.input_value() == ""
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("r")
    expect(ada.field).to_be_focused()
    page.keyboard.type("in public")
    page.keyboard.press("Control+Enter")
    expect(ben.sent("in public")).to_contain_class("tech")


def test_a_double_click_sends_once(ada: Screen, ben: Screen) -> None:
    ada.field.fill("Only once")
    ada.page.get_by_role("button", name="Send", exact=True).dblclick()
    expect(ben.sent("Only once")).to_have_count(1)
    ada.reply("After it")
    expect(ben.sent("After it")).to_have_count(1)
    expect(ben.sent("Only once")).to_have_count(1)
    assert len(sends(ada)) == 2


@pytest.mark.full
def test_a_storm_of_control_enter_sends_once(ada: Screen, ben: Screen) -> None:
    ada.field.fill("A storm")
    for _ in range(8):
        ada.page.keyboard.press("Control+Enter")
    expect(ben.sent("A storm")).to_have_count(1)
    assert len(sends(ada)) == 1


@pytest.mark.full
def test_what_is_typed_on_while_a_message_leaves_stays(ada: Screen) -> None:
    held = []
    ada.page.route("**/replies", lambda route: held.append(route))
    ada.field.fill("First")
    ada.field.press("Control+Enter")
    expect(ada.message("First")).to_contain_class("sending")
    ada.page.keyboard.type("Second, half")
    held[0].continue_()
    expect(ada.sent("First")).to_have_count(1)
    expect(ada.message("First")).to_have_count(1)
    assert ada.caret()["text"] == "Second, half" and ada.caret()["focus"]
    assert ada.caret()["start"] == len("Second, half")


def test_cc_by_type_ahead_and_keyboard_alone(ada: Screen, ben: Screen, page_of: People) -> None:
    cora = page_of("cora").open("/portal/requests/1")
    cc = ada.page.get_by_role("combobox", name="Cc")
    cc.focus()
    ada.page.keyboard.type("li")
    options = ada.page.locator("#cc-list [role=option]")
    expect(options).to_have_count(2)
    expect(cc).to_have_attribute("aria-expanded", "true")
    active = cc.get_attribute("aria-activedescendant")
    assert active == options.nth(0).get_attribute("id")
    ada.page.keyboard.press("ArrowDown")
    assert cc.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    ada.page.keyboard.press("ArrowUp")
    ada.page.keyboard.press("Enter")
    expect(ada.page.locator("people-field[name=cc] .token")).to_have_count(1)
    expect(cc).to_be_focused()
    expect(cc).to_have_attribute("aria-expanded", "false")
    ada.page.keyboard.type("mal")
    expect(options).to_have_count(1)
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.press("Backspace")
    expect(ada.page.locator("people-field[name=cc] .token")).to_have_count(1)
    ada.page.keyboard.type("ro")
    expect(options).to_have_count(1)
    ada.page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    for _ in range(2):
        ada.page.keyboard.press("Backspace")
    ada.reply("With a copy")
    expect(ben.sent("With a copy").locator(".cc")).to_have_text("Cc: Cora Lindqvist")
    expect(cora.sent("With a copy")).to_be_visible()
    expect(ada.page.locator("people-field[name=cc] .token")).to_have_count(0)


@pytest.mark.full
def test_a_copy_to_nobody_is_refused_beside_the_field_and_everything_stays(ada: Screen) -> None:
    ada.forgive("422")
    ada.page.get_by_role("combobox", name="Cc").fill("nobody@nowhere.example")
    ada.field.fill("The text stays")
    ada.send()
    expect(ada.problem).to_have_text("Nobody here has the address nobody@nowhere.example.")
    assert ada.field.input_value() == "The text stays"
    expect(ada.message("The text stays")).to_have_count(0)
    expect(ada.page.get_by_role("combobox", name="Cc")).to_have_attribute("aria-invalid", "true")


@pytest.mark.full
def test_a_call_to_somebody_who_may_not_know_is_refused_and_the_note_stays(ada: Screen) -> None:
    ada.forgive("422")
    ada.mode("note")
    ada.field.fill("@Cleo should see this")
    ada.send()
    expect(ada.problem).to_contain_text("@Cleo can't be notified")
    assert ada.field.input_value() == "@Cleo should see this"
    expect(ada.page.get_by_role("button", name="Save note", exact=True)).to_be_visible()
    ada.field.fill("Ben should see this")
    ada.send()
    expect(ada.sent("Ben should see this")).to_have_count(1)
    expect(ada.problem).to_be_hidden()


@pytest.mark.full
def test_two_messages_one_right_after_the_other_both_leave(ada: Screen, ben: Screen) -> None:
    for text in ("The first of two", "The second of two"):
        ada.field.fill(text)
        ada.field.press("Control+Enter")
    for text in ("The first of two", "The second of two"):
        expect(ben.sent(text)).to_have_count(1)
        expect(ada.message(text)).to_have_count(1)


@pytest.mark.full
def test_half_a_text_outlives_a_way_to_another_page_and_back(ada: Screen) -> None:
    ada.mode("note")
    ada.field.fill("Half a note")
    ada.page.get_by_role("link", name="Tickets", exact=True).click()
    ada.page.get_by_role("link", name="Blank pages").click()
    expect(ada.field).to_have_value("Half a note", timeout=LIVE)
    expect(ada.page.get_by_role("button", name="Save note", exact=True)).to_be_visible()
