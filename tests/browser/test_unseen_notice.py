"""Who writes is told what arrived meanwhile, until it was seen, and nothing of it touches the text."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.guarded import MINE, THEIRS, answer, reader, sends
from browser.screen import Screen
from console.desk.actions import fields, note, reply
from console.desk.message import Draft
from world import World


@pytest.fixture
def ada(page_of: People, world: World, act: Act) -> Screen:
    return reader(page_of, world, act)


@pytest.mark.full
def test_what_was_on_screen_for_a_second_stops_nobody(ada: Screen, world: World, act: Act) -> None:
    ada.page.locator("#pane-conversation").evaluate("(box) => { box.scrollTop = box.scrollHeight; }")
    ada.field.fill(MINE)
    answer(world, act)
    notice = ada.page.locator(".notice.unseen")
    expect(notice).to_be_visible()
    expect(notice).to_be_hidden()
    ada.send()
    expect(ada.sent(MINE)).to_have_count(1)
    assert sends(ada) == 1


@pytest.mark.full
def test_the_notice_tells_who_replied_and_show_reply_goes_there(ada: Screen, world: World, act: Act) -> None:
    answer(world, act)
    expect(ada.sent(THEIRS)).to_have_count(1)
    notice = ada.page.locator(".notice.unseen")
    expect(notice).to_be_hidden()
    ada.field.press_sequentially("Now there is text")
    expect(notice).to_be_visible()
    expect(notice).to_have_text(
        re.compile(r"Ben Okafor replied .*\. Read it before you send\.\s+Show reply"), use_inner_text=True
    )
    before = ada.caret()
    act(reply.post_reply, 1, world.cast["rhea"], draft=Draft("Thanks"), audience="public")
    expect(notice).to_contain_text("2 updates arrived that you have not seen.")
    assert ada.caret() == before
    notice.get_by_role("button", name="Show", exact=True).click()
    expect(notice).to_be_hidden()
    expect(ada.sent(THEIRS)).to_be_in_viewport()
    expect(ada.field).to_be_focused()
    ada.send()
    expect(ada.sent("Now there is text")).to_have_count(1)
    assert sends(ada) == 1


@pytest.mark.full
def test_ones_own_work_in_another_tab_and_notes_tell_nothing(ada: Screen, world: World, act: Act) -> None:
    ada.field.fill(MINE)
    answer(world, act, "My other tab", who="ada")
    act(note.write_note, 1, world.cast["ben"], draft=Draft("A note"))
    act(fields.set_field, 1, world.cast["ben"], field="priority", value="high")
    expect(ada.panel("priority")).to_have_text("High")
    expect(ada.page.locator(".notice.unseen")).to_be_hidden()
    ada.send()
    expect(ada.sent(MINE)).to_have_count(1)


def test_a_text_survives_a_colleague_who_changes_everything_around_it(page_of: People, world: World, act: Act) -> None:
    """The bug of other desks: half an answer is gone because a colleague changed the owner."""
    ben = page_of("ben").open("/tickets/1")
    ada = page_of("ada").open("/tickets/1")
    ben.forgive("409")
    ben.field.press_sequentially("Half an answer")
    ada.choose("technician", str(world.cast["lea"].id))
    ada.choose("status", "pending")
    ada.choose("priority", "urgent")
    ben.picker("type").click()
    ben.page.get_by_role("listbox").wait_for()
    ada.choose("type", "change")
    expect(ben.panel("type")).to_have_text("Change")
    ben.page.locator("[role=option][data-value=problem]").click()
    ben.page.get_by_role("button", name="Keep theirs").click()
    expect(ben.panel("technician")).to_contain_text("Lea Brandt")
    expect(ben.panel("status")).to_have_text("Pending")
    expect(ben.field).to_have_value("Half an answer")
    ben.field.focus()
    ben.page.keyboard.press("End")
    ben.page.keyboard.type(", and the rest")
    expect(ben.field).to_have_value("Half an answer, and the rest")
