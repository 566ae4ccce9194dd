"""What others did while a message waited for the connection counts as if its author had been there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from browser.conftest import Act, People
from browser.screen import BACK, Screen
from browser.tunnel import Away, sends, waiting
from console.desk.actions import reply
from console.desk.message import Draft
from world import World


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada")


@pytest.fixture
def ben(page_of: People) -> Screen:
    return page_of("ben").open("/tickets/1")


def test_the_guard_holds_for_what_waited(ada: Screen, away: Away, ben: Screen) -> None:
    away.lose()
    for text in ("My first answer", "My second answer"):
        ada.field.fill(text)
        ada.field.press("Control+Enter")
        waiting(ada, text)
    ada.field.fill("Half of the third")
    ben.reply("I was quicker")
    before = ada.caret()
    away.return_()
    panel = ada.page.get_by_role("alertdialog")
    expect(panel).to_contain_text("I was quicker", timeout=BACK)
    whole = "My first answer\n\nMy second answer\n\nHalf of the third"
    expect(ada.field).to_have_value(whole)
    expect(ada.thread.locator("[data-pending]")).to_have_count(0)
    after = ada.caret()
    assert after["focus"] and before["focus"], "who writes is not interrupted"
    assert after["start"] == after["end"] == len(whole)
    expect(ada.page.locator("#live-assertive")).to_contain_text("Not sent yet.")
    expect(ben.message("My first answer")).to_have_count(0)
    assert sends(ada) == 1
    panel.get_by_role("button", name="Send anyway").click()
    expect(ben.sent("My second answer")).to_have_count(1)


@pytest.mark.full
def test_a_note_waits_past_a_reply_that_is_stopped(ada: Screen, away: Away, ben: Screen) -> None:
    away.lose()
    for text, mode in (("A reply", "reply"), ("An aside", "note")):
        ada.mode(mode)
        ada.field.fill(text)
        ada.field.press("Control+Enter")
        waiting(ada, text)
    ben.reply("I was quicker")
    away.return_()
    expect(ben.sent("An aside")).to_contain_class("note", timeout=BACK)
    expect(ada.page.get_by_role("alertdialog")).to_be_visible()
    expect(ada.field).to_have_value("A reply")
    expect(ben.message("A reply")).to_have_count(0)


@pytest.mark.full
def test_a_send_without_an_answer_waits_with_its_number_and_is_stored_once(
    ada: Screen, away: Away, ben: Screen
) -> None:
    def lose_the_answer(route: Route) -> None:
        away.blocked = True
        away.cut()
        route.fetch()
        route.abort()

    ada.page.route("**/since/**", lambda route: route.abort())
    ada.page.route("**/replies", lose_the_answer, times=1)
    ada.field.fill("Did it arrive?")
    ada.send()
    expect(ben.sent("Did it arrive?")).to_have_count(1)
    waiting(ada, "Did it arrive?")
    away.return_()
    expect(ada.sent("Did it arrive?")).to_have_count(1, timeout=BACK)
    expect(ada.message("Did it arrive?")).to_have_count(1)
    expect(ben.message("Did it arrive?")).to_have_count(1)


@pytest.mark.full
def test_a_page_that_thinks_it_has_a_line_finds_out_by_sending(ada: Screen, ben: Screen) -> None:
    ada.open("/tickets/1")
    ada.forgive("ERR_INTERNET_DISCONNECTED", "WebSocket connection")
    ada.context.set_offline(True)
    ada.field.fill("Nobody told the page")
    ada.send()
    waiting(ada, "Nobody told the page")
    ada.context.set_offline(False)
    for each in (ada, ben):
        expect(each.sent("Nobody told the page")).to_have_count(1, timeout=BACK)
        expect(each.message("Nobody told the page")).to_have_count(1)


@pytest.mark.full
def test_a_session_that_ended_meanwhile_gives_the_text_back(world: World, page_of: People) -> None:
    cookie = world.session("ada")
    ada = page_of("ada", session=cookie)
    away = Away(ada)
    ada.forgive("401")
    ada.open("/tickets/1")
    away.lose()
    ada.field.fill("Longer away than the session lived")
    ada.send()
    waiting(ada, "Longer away")
    world.clock.pass_(days=15)
    away.return_()
    text = ada.page.locator("textarea").first
    expect(text).to_have_value("Longer away than the session lived", timeout=BACK)


@pytest.mark.full
def test_a_colleague_who_is_back_finds_everything_in_order(
    ada: Screen, away: Away, ben: Screen, world: World, act: Act
) -> None:
    away.lose()
    ada.mode("note")
    ada.field.fill("My own note")
    ada.send()
    waiting(ada, "My own note")
    for each in range(3):
        act(reply.post_reply, 1, world.cast["rhea"], draft=Draft(f"Ask {each}"), audience="public")
    away.return_()
    expect(ben.sent("My own note")).to_have_count(1, timeout=BACK)
    expect(ada.sent("My own note")).to_have_count(1)
    assert ada.thread.locator(".msg .body").all_inner_texts() == ben.thread.locator(".msg .body").all_inner_texts()
