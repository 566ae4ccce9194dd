"""What is being written is on the desk: it outlives reloads, sign-outs and restarts, is on every device, and is never
overwritten unseen nor brought back once it was sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Route, expect

from browser.conftest import Act, People, start_again
from browser.screen import LIVE, Screen
from cast import PASSWORD, email
from console.desk import draft
from console.desk.actions import fields
from console.desk.draft import OwnDraft
from world import World

SAVED = 9_000  # ms; 1 s after the last key and at most every 3 s, times three


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada").open("/tickets/1")


def kept(world: World, who: str = "ada") -> OwnDraft:
    return world.desk.database.read_now(draft.mine, 1, world.cast[who].id)


def state(screen: Screen, words: str = "Draft saved") -> None:
    expect(screen.page.locator(".draft-state")).to_have_text(words, timeout=SAVED)


def line(screen: Screen, name: str) -> Locator:
    return screen.page.locator(f".draft-line[data-line={name}]")


def writes(screen: Screen, text: str) -> None:
    """Type, and wait until the desk has it."""
    screen.field.press_sequentially(text)
    state(screen)


def test_draft_in_one_browser_only(ada: Screen, page_of: People) -> None:
    """Another browser, and one opened later, both have what was typed here; nobody else's has."""
    writes(ada, "Half a sentence")
    other = page_of("ada").open("/tickets/1")
    expect(other.field).to_have_value("Half a sentence")
    assert not other.posts or all(not path.endswith("/draft") for path in other.posts)
    expect(page_of("ben").open("/tickets/1").field).to_have_value("")


@pytest.mark.full
def test_the_page_comes_with_the_draft_in_its_box_without_any_script(ada: Screen, page_of: People) -> None:
    writes(ada, "\n<b>Half</b> a\nsentence & more")
    plain = page_of("ada", java_script_enabled=False)
    plain.forgive("csp")
    plain.open("/tickets/1", live=False)
    expect(plain.field).to_have_value("\n<b>Half</b> a\nsentence & more")


@pytest.mark.full
def test_mode_and_people_come_along(ada: Screen, page_of: People) -> None:
    ada.mode("note")
    ada.field.fill("For Ben")
    ada.page.get_by_role("combobox", name="Notify").press_sequentially("ben")
    ada.page.get_by_role("option", name="Ben Okafor").click()
    expect(ada.page.locator(".token")).to_have_count(1)
    state(ada)
    ada.page.wait_for_function("() => document.querySelector('draft-keeper').draft.at.people.length === 1")
    other = page_of("ada").open("/tickets/1")
    expect(other.page.locator("reply-composer .is-note .token")).to_contain_text("Ben Okafor")
    expect(other.field).to_have_value("For Ben")


@pytest.mark.full
def test_a_reload_at_once_loses_no_letter(ada: Screen, world: World) -> None:
    ada.field.press_sequentially("Typed a moment ago")
    ada.page.reload()
    ada.wait_live()
    expect(ada.field).to_have_value("Typed a moment ago")
    state(ada)
    assert kept(world).body == "Typed a moment ago"
    expect(line(ada, "changed")).to_be_hidden()


@pytest.mark.full
def test_leaving_the_page_at_once_takes_the_last_letters_to_the_desk(ada: Screen, page_of: People) -> None:
    writes(ada, "Half a sentence")
    ada.field.press_sequentially(" and its end")
    ada.page.goto(ada.url + "/notifications")
    fresh = page_of("ada").open("/tickets/1")
    expect(fresh.field).to_have_value("Half a sentence and its end", timeout=LIVE)


def test_it_outlives_assigning_signing_out_and_in_and_a_restart_of_the_desk(
    ada: Screen, world: World, act: Act, page_of: People
) -> None:
    writes(ada, "Half a sentence")
    act(fields.set_field, 1, world.cast["ben"], field="technician", value=str(world.cast["ben"].id))
    expect(ada.panel("technician")).to_contain_text("Ben Okafor")
    expect(ada.field).to_have_value("Half a sentence")
    ada.field.press_sequentially(" and")
    ada.page.locator("details.user-menu summary").click()
    ada.page.get_by_role("button", name="Sign out").click()
    ada.page.wait_for_url("**/sign-in*")
    ada.forgive("net::ERR", "WebSocket", "401", "503")
    world.stop()
    start_again(world)
    fresh = page_of()
    fresh.open("/sign-in", live=False)
    fresh.page.locator("[name=email]").fill(email("ada"))
    fresh.page.locator("[name=password]").fill(PASSWORD)
    fresh.page.keyboard.press("Enter")
    fresh.page.wait_for_url("**/tickets")
    fresh.open("/tickets/1")
    expect(fresh.field).to_have_value("Half a sentence and")


def test_a_save_under_way_while_the_message_is_sent_brings_nothing_back(ada: Screen, world: World) -> None:
    held: list[Route] = []
    ada.page.route(
        "**/tickets/1/draft", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    ada.field.press_sequentially("Sent while it was saved")
    expect(ada.page.locator(".draft-state")).to_have_text("Saving")
    ada.page.wait_for_function("() => document.querySelector('draft-keeper').draft.isSaving")
    while not held:
        ada.page.wait_for_timeout(50)
    ada.send()
    expect(ada.sent("Sent while it was saved")).to_be_visible()
    for route in held:
        route.continue_()
    ada.page.unroute("**/tickets/1/draft")
    writes(ada, "The next one")
    assert kept(world).body == "The next one"
    expect(line(ada, "changed")).to_be_hidden()


@pytest.mark.full
def test_the_next_message_is_a_draft_while_the_first_is_still_under_way(ada: Screen, world: World) -> None:
    held: list[Route] = []
    ada.page.route("**/tickets/1/replies", lambda route: held.append(route))
    writes(ada, "The first")
    ada.send()
    expect(ada.field).to_have_value("")
    writes(ada, "The second")
    held[0].continue_()
    expect(ada.sent("The first")).to_be_visible()
    ada.page.wait_for_function("() => !document.querySelector('draft-keeper').draft.known.sent")
    state(ada)
    expect(ada.field).to_have_value("The second")
    assert kept(world).body == "The second"


@pytest.mark.full
def test_a_message_that_could_not_be_sent_is_not_in_the_box_twice_after_a_reload(ada: Screen, world: World) -> None:
    ada.forgive("500")
    ada.page.route("**/tickets/1/replies", lambda route: route.fulfill(status=500, body="{}"))
    writes(ada, "A good answer")
    ada.send()
    expect(ada.page.get_by_role("button", name="Send again")).to_be_visible()
    ada.page.unroute("**/tickets/1/replies")
    ada.page.reload()
    ada.wait_live()
    expect(ada.message("A good answer")).to_be_visible()
    expect(ada.field).to_have_value("")
    assert kept(world).body == "A good answer"  # another browser still has it
    ada.page.get_by_role("button", name="Send again").click()
    expect(ada.sent("A good answer")).to_be_visible()
    ada.page.wait_for_function("() => !document.querySelector('draft-keeper').draft.known.sent")
    assert not kept(world).body


@pytest.mark.full
def test_a_text_refused_by_the_desk_is_back_in_the_box_and_still_a_draft(ada: Screen, world: World) -> None:
    ada.forgive("422")
    ada.mode("note")
    writes(ada, "@Nobody, look")
    ada.page.keyboard.press("Escape")
    ada.send()
    expect(ada.problem).to_be_visible()
    expect(ada.field).to_have_value("@Nobody, look")
    writes(ada, " here")
    assert kept(world).body == "@Nobody, look here"


@pytest.mark.full
def test_without_a_line_it_says_so_and_saves_when_the_line_is_back(ada: Screen, world: World) -> None:
    ada.forgive("net::ERR", "WebSocket")
    writes(ada, "Half")
    ada.context.set_offline(True)
    ada.field.press_sequentially(" a sentence")
    state(ada, "Not saved yet")
    assert kept(world).body == "Half"
    ada.context.set_offline(False)
    state(ada)
    assert kept(world).body == "Half a sentence"


@pytest.mark.full
def test_a_draft_discarded_yesterday_evening_can_be_had_in_the_morning(ada: Screen, page_of: People) -> None:
    writes(ada, "Half a sentence")
    ada.page.get_by_role("button", name="Discard draft").click()
    expect(line(ada, "discarded")).to_be_visible()
    ada.page.wait_for_function("() => document.querySelector('draft-keeper').draft.discarded")
    other = page_of("ada").open("/tickets/1")
    line(other, "discarded").get_by_role("button", name="Undo").click()
    expect(other.field).to_have_value("Half a sentence")


@pytest.mark.full
def test_typing_on_for_long_is_saved_on_the_way(ada: Screen, world: World) -> None:
    ada.page.clock.install()
    ada.wait_live()
    for _ in range(8):
        ada.field.press_sequentially("word ")
        ada.page.clock.run_for(500)
    ada.page.wait_for_function("() => document.querySelector('draft-keeper').draft.at.text.startsWith('word')")
    assert kept(world).body.startswith("word")


@pytest.mark.full
@pytest.mark.parametrize(
    ("language", "saved", "discarded"),
    [("es", "Borrador guardado", "Borrador descartado."), ("pt", "Rascunho salvo", "Rascunho descartado.")],
)
def test_it_speaks_the_persons_language(page_of: People, language: str, saved: str, discarded: str) -> None:
    ada = page_of("ada", language=language).open("/tickets/1")
    ada.field.press_sequentially("Hola")
    state(ada, saved)
    ada.page.locator("[data-discard-draft]").click()
    expect(line(ada, "discarded")).to_contain_text(discarded)
