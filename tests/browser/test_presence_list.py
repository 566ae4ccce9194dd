"""The lists tell who is on each ticket and who answers, in place: no row moves, and nobody loses the focus."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import Act, People
from browser.crowd import LEFT, do, gather, hire
from browser.screen import BACK, LIVE, Screen
from browser.wire import Wire
from console.desk.actions import fields, opening, reply
from console.desk.message import Draft
from world import World


@pytest.fixture
def second_ticket(world: World, act: Act) -> int:
    draft = Draft("words", source="portal")
    number = act(opening.open_ticket, world.cast["rhea"], subject="Other", draft=draft, department="Support").number
    assert number is not None
    return number


@pytest.fixture
def ada(second_ticket: int, page_of: People) -> Screen:
    return page_of("ada").open("/tickets")


def row(screen: Screen, number: int = 1) -> Locator:
    return screen.page.locator(f"#ticket-{number}")


def here(screen: Screen) -> Locator:
    """Who is on ticket 1."""
    return row(screen).locator(".t-here .here")


def order(screen: Screen) -> list[str]:
    return [each.get_attribute("id") or "" for each in screen.page.locator("tbody tr").all()]


def test_a_row_shows_who_is_here_what_they_do_and_who_answers(ada: Screen, page_of: People, world: World) -> None:
    expect(here(ada)).to_have_count(0)
    expect(row(ada).locator(".t-here")).to_have_text("Nobody")
    before = order(ada)
    ben = page_of("ben").open("/tickets/1")
    expect(here(ada)).to_have_attribute("title", "Ben Okafor, viewing", timeout=LIVE)
    ben.field.press_sequentially("Have you")
    expect(row(ada).locator(".snip")).to_contain_text("Ben Okafor is answering", timeout=LIVE)
    expect(here(ada)).to_have_attribute("title", "Ben Okafor, writing a reply")
    expect(here(ada).locator(".dot.write")).to_be_visible()
    ben.choose("technician", str(world.cast["lea"].id))
    expect(row(ada).locator(".t-who")).to_have_text("LBLea Brandt", timeout=LIVE)
    expect(row(ada).locator(".snip")).not_to_contain_text("answering")
    ben.field.press_sequentially(" tried")
    expect(row(ada).locator(".snip")).to_contain_text("Ben Okafor is writing a reply", timeout=LIVE)
    ben.page.close()
    expect(here(ada)).to_have_count(0, timeout=LEFT)
    expect(row(ada).locator(".snip")).to_contain_text("Which driver is it?")
    assert order(ada) == before


@pytest.mark.full
def test_somebody_answers_a_ticket_of_nobody_until_they_leave_it(ada: Screen, page_of: People) -> None:
    ben = page_of("ben").open("/tickets/1")
    ben.field.press_sequentially("Have you")
    expect(row(ada).locator(".snip")).to_contain_text("Ben Okafor is answering", timeout=LIVE)
    ben.page.locator("#pane-conversation").focus()
    expect(here(ada)).to_have_attribute("title", "Ben Okafor, viewing", timeout=LIVE)
    expect(row(ada).locator(".snip")).to_contain_text("Ben Okafor is answering")
    ben.page.close()
    expect(row(ada).locator(".snip")).not_to_contain_text("answering", timeout=LEFT)


@pytest.mark.full
def test_three_are_shown_and_the_rest_is_a_figure(ada: Screen, world: World) -> None:
    sockets = gather(world, hire(world, 5))
    expect(row(ada).locator(".more-n")).to_contain_text("+2", timeout=LIVE)
    expect(here(ada)).to_have_count(3)
    do(sockets["kim01"], "note")
    expect(here(ada).first).to_have_attribute("title", "Kim 01, writing an internal note", timeout=LIVE)
    expect(row(ada).locator(".snip")).to_contain_text("Kim 01 is writing an internal note")


def test_rows_change_in_place_and_the_focus_stays(ada: Screen, second_ticket: int, world: World, act: Act) -> None:
    before = order(ada)
    assert before[0] == f"ticket-{second_ticket}"
    ada.page.evaluate("document.querySelectorAll('tbody tr').forEach((row) => { row.stays = true; })")
    link = row(ada).get_by_role("link")
    link.focus()
    act(fields.set_field, 1, world.cast["lea"], field="priority", value="urgent")
    expect(row(ada)).to_contain_text("Urgent", timeout=LIVE)
    act(reply.post_reply, 1, world.cast["rhea"], draft=Draft("Still blank", source="portal"), audience="public")
    expect(row(ada)).to_contain_text("Awaiting technician", timeout=LIVE)
    do(gather(world, hire(world, 1))["kim01"], "reply")
    expect(row(ada).locator(".snip")).to_contain_text("Kim 01 is answering", timeout=LIVE)
    expect(link).to_be_focused()
    assert order(ada) == before
    assert ada.page.evaluate("[...document.querySelectorAll('tbody tr')].every((row) => row.stays)")
    ada.page.keyboard.press("Enter")
    expect(ada.page).to_have_url(ada.url + "/tickets/1")


@pytest.mark.full
def test_what_happened_while_the_line_was_away_is_there_afterwards(
    ada: Screen, page_of: People, world: World, act: Act
) -> None:
    lea = page_of("lea")
    lea.forgive("WebSocket")
    wire = Wire(lea)
    lea.open("/tickets")
    wire.blocked = True
    wire.cut()
    sockets = gather(world, hire(world, 2))
    do(sockets["kim02"], "reply")
    act(fields.set_field, 1, world.cast["ada"], field="status", value="pending")
    expect(row(ada)).to_contain_text("Pending", timeout=LIVE)
    assert "Open" in row(lea).inner_text()
    lea.page.evaluate("document.querySelector('#ticket-1 a').focus()")
    wire.blocked = False
    expect(row(lea)).to_contain_text("Pending", timeout=BACK)
    expect(here(lea)).to_have_count(2)
    expect(row(lea).get_by_role("link")).to_be_focused()
    sockets["kim01"].close()
    expect(here(lea)).to_have_count(1, timeout=LEFT)


@pytest.mark.full
def test_what_happened_between_the_page_and_its_line_is_there(
    second_ticket: int, page_of: People, world: World
) -> None:
    lea = page_of("lea")
    wire = Wire(lea)
    wire.held = True
    lea.open("/tickets", live=False)
    gather(world, hire(world, 1))
    wire.release()
    expect(here(lea)).to_have_count(1, timeout=BACK)


@pytest.mark.full
def test_where_sockets_are_blocked_the_list_is_read_again_now_and_then(
    second_ticket: int, page_of: People, world: World
) -> None:
    lea = page_of("lea")
    lea.forgive("WebSocket")
    Wire(lea).blocked = True
    lea.page.clock.install()
    lea.open("/tickets", live=False)
    gather(world, hire(world, 1))
    lea.page.clock.run_for(16_000)
    expect(here(lea)).to_have_count(1, timeout=LIVE)


@pytest.mark.full
@pytest.mark.parametrize(
    ("language", "viewing", "answering"),
    [
        ("es", "Kim 01, viendo el ticket", "Kim 02 está respondiendo"),
        ("pt", "Kim 01, vendo o chamado", "Kim 02 está respondendo"),
    ],
)
def test_a_list_speaks_the_language_of_its_reader(
    language: str, viewing: str, answering: str, page_of: People, world: World
) -> None:
    ada = page_of("ada", language=language, width=390, height=844).open("/tickets")
    sockets = gather(world, hire(world, 2))
    do(sockets["kim02"], "reply")
    expect(row(ada).locator(".snip")).to_contain_text(answering, timeout=LIVE)
    expect(here(ada).last).to_have_attribute("title", viewing)
    expect(here(ada).last).to_be_in_viewport(ratio=1)
