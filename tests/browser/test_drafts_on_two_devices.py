"""One person with two devices: one draft, on both while it is typed, and a question where both have written at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import People
from browser.screen import BACK, LIVE, Screen
from browser.test_drafts import SAVED, kept, line, state, writes
from world import World


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada").open("/tickets/1")


@pytest.fixture
def phone(page_of: People) -> Screen:
    """Another device of Ada's."""
    return page_of("ada", width=390).open("/tickets/1")


@pytest.mark.full
def test_a_draft_is_on_the_other_device_while_it_is_typed_and_the_caret_there_stays(ada: Screen, phone: Screen) -> None:
    writes(ada, "Half")
    expect(phone.field).to_have_value("Half", timeout=LIVE)
    phone.field.focus()
    phone.field.evaluate("box => box.setSelectionRange(2, 2)")
    writes(ada, " a sentence")
    expect(phone.field).to_have_value("Half a sentence", timeout=LIVE)
    assert (phone.caret()["focus"], phone.caret()["start"], phone.caret()["end"]) == (True, 2, 2)
    assert not [path for path in phone.posts if path.endswith("/draft")]


@pytest.mark.full
def test_what_was_sent_is_gone_on_every_device_and_stays_gone(ada: Screen, phone: Screen, world: World) -> None:
    writes(ada, "The whole sentence")
    expect(phone.field).to_have_value("The whole sentence", timeout=LIVE)
    ada.field.press_sequentially(".")
    ada.send()
    expect(phone.sent("The whole sentence.")).to_be_visible()
    expect(phone.field).to_have_value("", timeout=LIVE)
    expect(ada.sent("The whole sentence.")).to_be_visible()
    ada.page.reload()
    ada.wait_live()
    expect(ada.field).to_have_value("")
    assert not kept(world).body
    for each in ("changed", "gone", "discarded"):
        expect(line(phone, each)).to_be_hidden()


@pytest.mark.full
def test_discard_empties_all_devices_and_undo_brings_all_back(ada: Screen, phone: Screen, world: World) -> None:
    discard = ada.page.get_by_role("button", name="Discard draft")
    expect(discard).to_be_hidden()
    writes(ada, "Half a sentence")
    expect(phone.field).to_have_value("Half a sentence", timeout=LIVE)
    ada.field.press_sequentially(", not saved yet")
    discard.click()
    expect(line(ada, "discarded")).to_contain_text("Draft discarded.")
    expect(ada.field).to_have_value("")
    expect(phone.field).to_have_value("", timeout=LIVE)
    assert not kept(world).body
    line(ada, "discarded").get_by_role("button", name="Undo").click()
    for each in (ada, phone):
        expect(each.field).to_have_value("Half a sentence, not saved yet", timeout=LIVE)
    assert ada.caret()["focus"]
    expect(line(ada, "discarded")).to_be_hidden()


def conflict(ada: Screen, phone: Screen) -> None:
    """The phone writes without a line, the desk's text goes on meanwhile."""
    phone.forgive("net::ERR", "WebSocket")
    writes(ada, "Together")
    expect(phone.field).to_have_value("Together", timeout=LIVE)
    phone.context.set_offline(True)
    phone.field.fill("From the phone")
    state(phone, "Not saved yet") if phone.page.locator(".draft-state").is_visible() else None
    writes(ada, ", on the desk")
    phone.context.set_offline(False)
    expect(line(phone, "changed")).to_be_visible(timeout=BACK)
    expect(phone.field).to_have_value("From the phone")


def test_two_devices_at_once_keep_both_texts_and_ask(ada: Screen, phone: Screen, world: World) -> None:
    conflict(ada, phone)
    assert kept(world).body == "Together, on the desk"
    line(phone, "changed").get_by_role("button", name="Keep mine").click()
    expect(ada.field).to_have_value("From the phone", timeout=LIVE)
    expect(line(phone, "changed")).to_be_hidden()
    line(phone, "swapped").get_by_role("button", name="Swap them").click()
    expect(phone.field).to_have_value("Together, on the desk")
    expect(ada.field).to_have_value("Together, on the desk", timeout=LIVE)


@pytest.mark.full
def test_the_other_devices_text_can_be_used_and_mine_be_had_back(ada: Screen, phone: Screen, world: World) -> None:
    conflict(ada, phone)
    line(phone, "changed").get_by_role("button", name="Use that").click()
    expect(phone.field).to_have_value("Together, on the desk")
    expect(ada.field).to_have_value("Together, on the desk")
    line(phone, "swapped").get_by_role("button", name="Swap them").click()
    expect(phone.field).to_have_value("From the phone")
    expect(ada.field).to_have_value("From the phone", timeout=LIVE)


@pytest.mark.full
def test_a_question_that_was_not_answered_is_asked_again_after_a_reload(ada: Screen, phone: Screen) -> None:
    conflict(ada, phone)
    phone.page.reload()
    phone.wait_live()
    expect(line(phone, "changed")).to_be_visible()
    expect(phone.field).to_have_value("From the phone")


@pytest.mark.full
def test_sending_with_the_question_open_loses_neither_text(ada: Screen, phone: Screen) -> None:
    conflict(ada, phone)
    phone.send()
    expect(ada.sent("From the phone")).to_be_visible()
    expect(phone.field).to_have_value("Together, on the desk")
    expect(ada.field).to_have_value("Together, on the desk", timeout=SAVED)


@pytest.mark.full
def test_a_text_that_was_sent_elsewhere_is_not_brought_back_unasked(ada: Screen, phone: Screen, world: World) -> None:
    phone.forgive("net::ERR", "WebSocket")
    writes(ada, "The whole sentence")
    expect(phone.field).to_have_value("The whole sentence", timeout=LIVE)
    phone.context.set_offline(True)
    phone.field.press_sequentially(" and more")
    ada.send()
    expect(ada.sent("The whole sentence")).to_be_visible()
    phone.context.set_offline(False)
    expect(line(phone, "gone")).to_be_visible(timeout=BACK)
    assert not kept(world).body
    line(phone, "gone").get_by_role("button", name="Empty the box").click()
    expect(phone.field).to_have_value("")
    line(phone, "discarded").get_by_role("button", name="Undo").click()
    expect(phone.field).to_have_value("The whole sentence and more")
