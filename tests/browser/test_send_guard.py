"""Nobody answers past the others: what arrived unseen stops a send once, is shown, and the text is never lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from browser.conftest import Act, People
from browser.guarded import HEADING, MINE, THEIRS, answer, reader, sends, stopped
from browser.screen import BACK, Screen
from browser.test_attachments import png
from browser.wire import Wire
from console.desk.actions import fields, note, reply
from console.desk.message import Draft
from console.desk.tables import message
from world import World


@pytest.fixture
def ada(page_of: People, world: World, act: Act) -> Screen:
    return reader(page_of, world, act)


def seen_of(world: World, text: str) -> int | None:
    query = select(message.c.seen).where(message.c.body == text)
    found: int | None = world.desk.database.read_now(lambda connection: connection.execute(query).scalar_one())
    return found


def test_a_send_past_an_unseen_reply_stops_and_shows_exactly_that(ada: Screen, world: World, act: Act) -> None:
    act(note.write_note, 1, world.cast["lea"], draft=Draft("Only a note"))
    panel = stopped(ada, world, act)
    expect(panel).to_have_accessible_name(HEADING)
    expect(panel).to_be_focused()
    expect(panel.locator("li.msg")).to_have_count(1)
    expect(panel.locator("li.msg")).to_contain_text("Ben Okafor")
    expect(panel.locator("li.msg")).to_contain_text(THEIRS)
    expect(ada.field).to_have_value(MINE)
    expect(ada.message(MINE)).to_have_count(0)
    assert not panel.locator("li[id], li[data-seq], li[data-command], li[data-guards]").count(), (
        "nothing is there twice"
    )
    above = panel.bounding_box()
    below = ada.field.bounding_box()
    assert above and below and above["y"] + above["height"] < below["y"]


def test_review_goes_to_what_was_missed_and_the_next_send_leaves(ada: Screen, world: World, act: Act) -> None:
    panel = stopped(ada, world, act)
    panel.get_by_role("button", name="Review", exact=True).click()
    expect(panel).to_be_hidden()
    expect(ada.sent(THEIRS)).to_be_in_viewport()
    expect(ada.field).to_be_focused()
    expect(ada.field).to_have_value(MINE)
    ada.send()
    expect(ada.sent(MINE)).to_have_count(1)
    assert sends(ada) == 2


def test_send_anyway_sends_the_same_text_as_one_message(ada: Screen, page_of: People, world: World, act: Act) -> None:
    seen = ada.page.locator("[data-channel]").get_attribute("data-seq")
    panel = stopped(ada, world, act)
    panel.get_by_role("button", name="Send anyway", exact=True).click()
    expect(ada.sent(MINE)).to_have_count(1)
    expect(panel).to_be_hidden()
    expect(ada.field).to_have_value("")
    rhea = page_of("rhea").open("/portal/requests/1")
    expect(rhea.message(MINE)).to_have_count(1)
    assert str(seen_of(world, MINE)) == seen, "what she had seen when she wrote it is stored with it"
    ada.field.fill("A second thought")
    ada.send()
    expect(ada.sent("A second thought")).to_have_count(1)


def test_discard_empties_the_box_and_nothing_was_sent(ada: Screen, page_of: People, world: World, act: Act) -> None:
    ada.page.evaluate("addEventListener('composer:discarded', () => { window.discarded = true; })")
    panel = stopped(ada, world, act)
    panel.get_by_role("button", name="Discard", exact=True).click()
    expect(panel).to_be_hidden()
    expect(ada.field).to_have_value("")
    expect(ada.field).to_be_focused()
    assert ada.page.evaluate("window.discarded") is True
    ben = page_of("ben").open("/tickets/1")
    expect(ben.message(THEIRS)).to_have_count(1)
    expect(ben.message(MINE)).to_have_count(0)


def test_send_anyway_stops_again_if_something_newer_arrived(ada: Screen, world: World, act: Act) -> None:
    seen = ada.page.locator("[data-channel]").get_attribute("data-seq")
    panel = stopped(ada, world, act)
    act(reply.post_reply, 1, world.cast["rhea"], draft=Draft("Wait, it works"), audience="public")
    panel.get_by_role("button", name="Send anyway", exact=True).click()
    expect(panel.locator("li.msg")).to_have_count(1)
    expect(panel.locator("li.msg")).to_contain_text("Wait, it works")
    expect(ada.field).to_have_value(MINE)
    expect(ada.message(MINE)).to_have_count(0)
    panel.get_by_role("button", name="Send anyway", exact=True).click()
    expect(ada.sent(MINE)).to_have_count(1)
    assert str(seen_of(world, MINE)) == seen


@pytest.mark.full
def test_the_status_the_files_and_the_people_outlive_the_stop(ada: Screen, world: World, act: Act) -> None:
    cc = ada.page.get_by_role("combobox", name="Cc")
    cc.press_sequentially("cora")
    ada.page.locator("#cc-list [role=option]").first.click()
    ada.page.locator("reply-composer input[type=file]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": png()}
    )
    ada.field.fill(MINE)
    answer(world, act)
    expect(ada.sent(THEIRS)).to_have_count(1)
    ada.field.press("Alt+3")
    panel = ada.page.get_by_role("alertdialog")
    expect(panel).to_be_visible()
    expect(ada.page.locator("people-field[name=cc] .token")).to_have_count(1)
    expect(ada.page.locator(".picked .file")).to_have_count(1)
    panel.get_by_role("button", name="Send anyway", exact=True).click()
    expect(ada.sent(MINE).locator(".file")).to_have_count(1)
    expect(ada.sent(MINE).locator(".cc")).to_contain_text("Cora Lindqvist")
    expect(ada.panel("status")).to_have_text("Resolved")


@pytest.mark.full
def test_a_status_changed_by_a_colleague_stops_a_send_too(ada: Screen, world: World, act: Act) -> None:
    ada.field.fill(MINE)
    act(fields.set_field, 1, world.cast["ben"], field="status", value="resolved")
    expect(ada.panel("status")).to_have_text("Resolved")
    ada.send()
    panel = ada.page.get_by_role("alertdialog")
    expect(panel.locator("li.event")).to_contain_text("Resolved")
    expect(ada.field).to_have_value(MINE)


@pytest.mark.full
def test_a_note_leaves_unhindered_but_not_one_that_sets_the_status(ada: Screen, world: World, act: Act) -> None:
    answer(world, act)
    expect(ada.sent(THEIRS)).to_have_count(1)
    ada.mode("note")
    ada.field.fill("For technicians")
    ada.send()
    expect(ada.sent("For technicians")).to_contain_class("note")
    ada.field.fill("And resolved")
    ada.field.press("Alt+3")
    panel = ada.page.get_by_role("alertdialog")
    expect(panel.get_by_role("button", name="Save anyway", exact=True)).to_be_visible()
    expect(ada.page.get_by_role("button", name="Save note", exact=True)).to_be_visible()
    panel.get_by_role("button", name="Save anyway", exact=True).click()
    expect(ada.sent("And resolved")).to_contain_class("note")
    expect(ada.panel("status")).to_have_text("Resolved")


@pytest.mark.full
def test_pressing_send_again_leads_to_the_panel_and_sends_nothing(ada: Screen, world: World, act: Act) -> None:
    panel = stopped(ada, world, act)
    ada.field.press("Control+Enter")
    expect(panel).to_be_focused()
    expect(ada.field).to_have_value(MINE)
    assert sends(ada) == 1


@pytest.mark.full
def test_who_writes_on_while_the_send_is_stopped_keeps_focus_and_words(ada: Screen, world: World, act: Act) -> None:
    held = []
    ada.page.route("**/replies", lambda route: held.append(route), times=1)
    ada.field.fill(MINE)
    answer(world, act)
    expect(ada.sent(THEIRS)).to_have_count(1)
    ada.field.press("Control+Enter")
    ada.page.keyboard.type("Written since")
    held[0].continue_()
    expect(ada.page.get_by_role("alertdialog")).to_be_visible()
    text = f"{MINE}\n\nWritten since"
    assert ada.caret() | {"top": 0, "inner": 0} == {
        "focus": True, "text": text, "start": len(text), "end": len(text), "top": 0, "inner": 0,
    }  # fmt: skip
    expect(ada.page.locator("#live-assertive")).to_contain_text(HEADING)


@pytest.mark.full
def test_a_reply_that_comes_back_to_half_a_note_becomes_a_note(ada: Screen, world: World, act: Act) -> None:
    held = []
    ada.page.route("**/replies", lambda route: held.append(route), times=1)
    ada.field.fill(MINE)
    answer(world, act)
    expect(ada.sent(THEIRS)).to_have_count(1)
    ada.field.press("Control+Enter")
    ada.mode("note")
    ada.page.keyboard.type("Not for the requester")
    held[0].continue_()
    expect(ada.field).to_have_value(f"{MINE}\n\nNot for the requester")
    expect(ada.page.get_by_role("button", name="Save note", exact=True)).to_be_visible()


@pytest.mark.full
def test_what_the_page_never_heard_of_is_there_when_it_is_reviewed(page_of: People, world: World, act: Act) -> None:
    ada = page_of("ada")
    ada.forgive("409")
    wire = Wire(ada)
    ada.open("/tickets/1")
    wire.losing = 1
    ada.field.fill(MINE)
    answer(world, act)
    ada.send()
    panel = ada.page.get_by_role("alertdialog")
    expect(panel).to_contain_text(THEIRS)
    panel.get_by_role("button", name="Review", exact=True).click()
    expect(ada.sent(THEIRS)).to_be_in_viewport(timeout=BACK)
    ada.send()
    expect(ada.sent(MINE)).to_have_count(1)
