"""Who is writing is said above the composer, in words, for as long as it is true, and without moving anything."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.crowd import LAPSED, SEEN, do, gather, hire, listed, typing
from browser.screen import Screen
from browser.test_screen_reader import LISTEN, hear, said
from browser.wire import Wire
from console.desk.actions import reply
from console.desk.message import Draft
from world import World

SILENT = 24_000  # a page that hears nothing for 8 s believes nothing


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada").open("/tickets/1")


def test_a_line_appears_with_the_first_key_and_goes_when_no_more_come(ada: Screen, page_of: People) -> None:
    ben = page_of("ben").open("/tickets/1")
    expect(typing(ada)).to_have_text("")
    composer = ada.page.locator("reply-composer")
    before = composer.bounding_box()
    ben.field.press_sequentially("Have")
    expect(typing(ada)).to_have_text("BO Ben Okafor is writing a reply", use_inner_text=True, timeout=SEEN)
    expect(typing(ada).locator("b")).to_have_text("Ben Okafor")
    expect(typing(ada).locator(".dots")).to_be_visible()
    assert composer.bounding_box() == before, "nothing moves for it"
    expect(typing(ben)).to_have_text("")
    expect(typing(ada)).to_have_text("", timeout=LAPSED)
    expect(typing(ada).locator(".dots")).to_be_hidden()
    expect(listed(ada).last).to_have_attribute("title", "Ben Okafor, viewing", timeout=SEEN)
    assert composer.bounding_box() == before


@pytest.mark.full
def test_a_note_shows_its_lock_and_is_gone_when_it_is_saved(ada: Screen, page_of: People) -> None:
    ben = page_of("ben").open("/tickets/1")
    ben.mode("note")
    ben.field.press_sequentially("Ask the vendor")
    expect(typing(ada)).to_contain_text("Ben Okafor is writing an internal note", timeout=SEEN)
    expect(listed(ada).last.locator("use[href$='#lock']")).to_be_visible()
    expect(listed(ada).last).to_have_attribute("title", "Ben Okafor, writing an internal note")
    ben.send()
    expect(typing(ada)).to_have_text("", timeout=SEEN)
    expect(ada.sent("Ask the vendor")).to_be_visible()


@pytest.mark.full
def test_two_are_named_and_three_are_counted(ada: Screen, world: World) -> None:
    sockets = gather(world, hire(world, 3))
    for name, words in (
        ("kim01", "Kim 01 is writing a reply"),
        ("kim02", "Kim 02 and Kim 01 are writing"),
        ("kim03", "3 people are writing"),
    ):
        do(sockets[name], "reply")
        expect(typing(ada).locator(".words")).to_have_text(words, timeout=SEEN)
    expect(typing(ada).locator(".av")).to_have_count(3)
    do(sockets["kim01"], "viewing")
    do(sockets["kim02"], "note")
    expect(typing(ada).locator(".words")).to_have_text("Kim 03 and Kim 02 are writing", timeout=SEEN)


@pytest.mark.full
@pytest.mark.parametrize(
    ("language", "one", "two", "three"),
    [
        ("es", "está escribiendo una respuesta", "Kim 02 y Kim 01 están escribiendo", "3 personas están escribiendo"),
        ("pt", "está escrevendo uma resposta", "Kim 02 e Kim 01 estão escrevendo", "3 pessoas estão escrevendo"),
    ],
)
def test_the_line_speaks_the_language_of_its_reader(
    language: str, one: str, two: str, three: str, page_of: People, world: World
) -> None:
    ada = page_of("ada", language=language).open("/tickets/1")
    sockets = gather(world, hire(world, 3))
    for socket, words in zip(sockets.values(), (f"Kim 01 {one}", two, three), strict=True):
        do(socket, "reply")
        expect(typing(ada).locator(".words")).to_have_text(words, timeout=SEEN)


def test_a_page_that_hears_nothing_shows_nobody_writing_for_ever(page_of: People, world: World) -> None:
    ada = page_of("ada")
    wire = Wire(ada)
    ada.open("/tickets/1")
    do(gather(world, hire(world, 1))["kim01"], "reply")
    expect(typing(ada)).to_contain_text("Kim 01 is writing", timeout=SEEN)
    wire.silent = True
    ada.page.route("**/since/**", lambda route: route.abort())
    ada.forgive("ERR_FAILED", "WebSocket")
    ada.page.evaluate(
        """() => new MutationObserver((_, watch) => {
          window.emptied = document.querySelector('.link-state').dataset.state;
          watch.disconnect();
        }).observe(document.querySelector('#typing'), {subtree: true, childList: true})"""
    )
    expect(typing(ada)).to_have_text("", timeout=SILENT)
    assert ada.page.evaluate("window.emptied") == "live", "before the line itself is given up"


@pytest.mark.full
def test_that_somebody_starts_to_reply_is_read_aloud_once_and_typing_never(ada: Screen, world: World, act: Act) -> None:
    sockets = gather(world, hire(world, 2))
    expect(listed(ada)).to_have_count(3, timeout=SEEN)
    ada.page.evaluate(LISTEN)
    do(sockets["kim02"], "note")
    for state in ("reply", "viewing", "reply", "note", "reply"):
        do(sockets["kim01"], state)
        words = {"reply": "writing a reply", "note": "writing an internal note"}.get(state, state)
        expect(listed(ada).and_(ada.page.get_by_title(f"Kim 01, {words}"))).to_have_count(1, timeout=SEEN)
    hear(ada, "Kim 01 is writing a reply")
    expect(typing(ada)).to_contain_text("are writing", timeout=SEEN)
    do(sockets["kim01"], "viewing")
    act(reply.post_reply, 1, world.cast["kim01"], draft=Draft("Done"), audience="staff")
    hear(ada, "Done")
    do(sockets["kim01"], "reply")
    ada.page.wait_for_function("() => said.length === 3", timeout=LAPSED)
    assert [each["text"] for each in said(ada)] == [
        "Kim 01 is writing a reply",
        "Reply from Kim 01: Done",
        "Kim 01 is writing a reply",
    ], "the next reply is news again"
    assert {each["how"] for each in said(ada)} == {"polite"}
    assert (
        typing(ada).evaluate("(line) => line.closest('[aria-live], [role=log], [role=status], [role=alert]')") is None
    )


@pytest.mark.full
def test_who_comes_while_others_write_is_not_read_a_list_of_them(page_of: People, world: World) -> None:
    sockets = gather(world, hire(world, 2))
    do(sockets["kim01"], "reply")
    ada = page_of("ada")
    ada.page.add_init_script(f"document.addEventListener('DOMContentLoaded', {LISTEN})")
    ada.open("/tickets/1")
    expect(typing(ada)).to_contain_text("Kim 01 is writing a reply")
    do(sockets["kim02"], "reply")
    hear(ada, "Kim 02 is writing a reply")
    assert len(said(ada)) == 1
