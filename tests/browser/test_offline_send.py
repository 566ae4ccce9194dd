"""Without a connection one writes on: what is sent waits, and leaves by itself in order and once."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from browser.conftest import People
from browser.screen import ASKED, BACK, Screen
from browser.test_attachments import png
from browser.test_axe import violations
from browser.tunnel import WAITING, Away, sends, waiting
from browser.wire import Wire


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada")


@pytest.fixture
def ben(page_of: People) -> Screen:
    return page_of("ben").open("/tickets/1")


@pytest.mark.full
@pytest.mark.parametrize(
    ("language", "reply_words", "note_words"),
    [
        ("en", "Send when back", "Save when back"),
        ("es", "Enviar al reconectar", "Guardar al reconectar"),
        ("pt", "Enviar ao reconectar", "Salvar ao reconectar"),
    ],
)
def test_the_button_says_when_it_will_leave(language: str, reply_words: str, note_words: str, page_of: People) -> None:
    ada = page_of("ada", language=language)
    away = Away(ada)
    button = ada.open("/tickets/1").page.locator("reply-composer button[type=submit]")
    before = button.inner_text()
    away.lose()
    expect(button).to_have_text(reply_words)
    ada.mode("note")
    expect(button).to_have_text(note_words)
    ada.mode("reply")
    away.return_()
    expect(button).to_have_text(before, timeout=BACK)


@pytest.mark.full
def test_a_reply_waits_and_leaves_by_itself(ada: Screen, away: Away, ben: Screen) -> None:
    away.lose()
    expect(ada.page.locator(".link-bar")).to_be_visible()
    ada.field.fill("Written in a tunnel")
    ada.page.get_by_role("button", name="Send when back", exact=True).click()
    waiting(ada, "Written in a tunnel")
    expect(ada.field).to_have_value("")
    expect(ada.page.locator("#live-polite")).to_contain_text(WAITING)
    ada.field.fill("Half of the next")
    assert not sends(ada), "nothing is tried before there is a line"
    away.return_()
    for each in (ada, ben):
        expect(each.sent("Written in a tunnel")).to_have_count(1, timeout=BACK)
        expect(each.message("Written in a tunnel")).to_have_count(1)
    assert sends(ada) == 1
    expect(ada.field).to_have_value("Half of the next")


def test_pressed_three_times_it_is_one_message(ada: Screen, away: Away, ben: Screen) -> None:
    away.lose()
    ada.field.fill("Once and only once")
    for _ in range(3):
        ada.field.press("Control+Enter")
    expect(ada.message("Once and only once")).to_have_count(1)
    away.return_()
    expect(ben.sent("Once and only once")).to_have_count(1, timeout=BACK)
    expect(ada.message("Once and only once")).to_have_count(1)
    assert sends(ada) == 1


@pytest.mark.full
def test_several_leave_in_the_order_in_which_they_were_written(ada: Screen, away: Away, ben: Screen) -> None:
    away.lose()
    for text, mode in (("Part one", "reply"), ("Part two", "note"), ("Part three", "reply"), ("Part four", "reply")):
        ada.mode(mode)
        ada.field.fill(text)
        ada.field.press("Control+Enter")
        waiting(ada, text)
    away.return_()
    expect(ben.sent("Part four")).to_have_count(1, timeout=BACK)
    for each in (ada, ben):
        texts = [text for text in each.thread.locator(".msg .body").all_inner_texts() if text.startswith("Part")]
        assert texts == ["Part one", "Part two", "Part three", "Part four"]
    expect(ben.sent("Part two")).to_contain_class("note")
    assert sends(ada) == 4


def test_a_reload_without_a_line_keeps_what_waits(ada: Screen, away: Away, ben: Screen) -> None:
    away.lose()
    ada.field.fill("Kept over a reload")
    ada.field.press("Alt+2")
    waiting(ada, "Kept over a reload")
    ada.open("/tickets/1", live=False)
    waiting(ada, "Kept over a reload")
    away.return_()
    for each in (ada, ben):
        expect(each.sent("Kept over a reload")).to_have_count(1, timeout=BACK)
        expect(each.panel("status")).to_have_text("Pending")
    expect(ada.message("Kept over a reload")).to_have_count(1)


@pytest.mark.full
def test_files_wait_too_and_after_a_reload_the_text_is_in_the_box(ada: Screen, away: Away, ben: Screen) -> None:
    file: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": png()}
    away.lose()
    ada.page.locator("reply-composer input[type=file]").set_input_files(file)
    ada.field.fill("With a picture")
    ada.send()
    waiting(ada, "With a picture")
    away.return_()
    expect(ben.sent("With a picture").locator(".file")).to_have_count(1, timeout=BACK)
    ada.wait_live()
    away.lose()
    ada.page.locator("reply-composer input[type=file]").set_input_files(file)
    ada.field.fill("Its file is lost with the page")
    ada.send()
    waiting(ada, "Its file is lost with the page")
    ada.open("/tickets/1", live=False)
    expect(ada.field).to_have_value("Its file is lost with the page")
    expect(ada.message("Its file is lost with the page")).to_have_count(0)


@pytest.mark.full
def test_where_sockets_are_blocked_answers_over_http_are_a_line(ada: Screen, ben: Screen) -> None:
    wire = Wire(ada)
    wire.blocked = True
    ada.forgive("WebSocket connection")
    ada.open("/tickets/1", live=False)
    ada.field.fill("Before the first answer")
    expect(ada.page.locator("reply-composer form.is-offline")).to_be_visible()
    ada.send()
    expect(ben.sent("Before the first answer")).to_have_count(1, timeout=ASKED)
    expect(ada.page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    ada.reply("And after it")
    expect(ben.sent("And after it")).to_have_count(1)


@pytest.mark.full
def test_what_waits_can_be_taken_back_and_changed(ada: Screen, away: Away, ben: Screen) -> None:
    away.lose()
    ada.field.fill("Not like this")
    ada.field.press("Control+Enter")
    waiting(ada, "Not like this").get_by_role("button", name="Edit").click()
    expect(ada.field).to_be_focused()
    expect(ada.field).to_have_value("Not like this")
    expect(ada.message("Not like this")).to_have_count(0)
    ada.field.fill("But like this")
    ada.field.press("Control+Enter")
    away.return_()
    expect(ben.sent("But like this")).to_have_count(1, timeout=BACK)
    expect(ben.message("Not like this")).to_have_count(0)


@pytest.mark.full
def test_a_requester_on_a_train_can_write_on_too(page_of: People, ben: Screen) -> None:
    rhea = page_of("rhea", width=390, height=700)
    away = Away(rhea)
    rhea.open("/portal/requests/1")
    away.lose()
    rhea.field.fill("From the train")
    rhea.page.get_by_role("button", name="Send when back", exact=True).click()
    waiting(rhea, "From the train")
    away.return_()
    expect(ben.sent("From the train")).to_have_count(1, timeout=BACK)
    expect(rhea.message("From the train")).to_have_count(1)


@pytest.mark.full
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desk", "phone-dark"])
def test_waiting_breaks_no_rule_of_accessibility(width: int, dark: bool, page_of: People) -> None:
    ada = page_of("ada", width=width, dark=dark)
    away = Away(ada)
    ada.open("/tickets/1")
    away.lose()
    ada.field.fill("Written in a tunnel")
    ada.send()
    waiting(ada, "Written in a tunnel")
    expect(ada.page.locator(".link-bar")).to_be_visible()
    assert not violations(ada)
    assert ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
