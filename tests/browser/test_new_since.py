"""The line "New since you last looked": where it is, that it stays, and what counts as having looked."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import Act, People
from browser.screen import BACK, Screen
from browser.test_presence_states import HIDE
from browser.wire import Wire
from console.desk import look
from console.desk.actions import fields, note, reply
from console.desk.message import Draft
from world import World

NEW = "New since you last looked"
# The guard of the composer and the look each tell when an entry comes and when it was seen.
COUNT_SEEN = """() => {
  document.body.dataset.told = "";
  document.querySelector('[data-views]').addEventListener('seen', () => { document.body.dataset.told += "x"; });
}"""


def line(screen: Screen) -> Locator:
    return screen.thread.locator("li.mark-new")


def after_it(screen: Screen) -> str:
    """The id of the entry behind the line."""
    found: str = line(screen).evaluate("(line) => line.nextElementSibling.id")
    return found


def asks(world: World, act: Act, body: str) -> int:
    return act(reply.post_reply, 1, world.cast["rhea"], draft=Draft(body), audience="public").seq


def leave(screen: Screen) -> None:
    """Go away, and wait until the desk knows what was seen."""
    screen.open("/notifications")


def looked(world: World, name: str) -> int | None:
    return world.desk.database.read_now(look.of, world.cast[name].id, [1]).get(1)


def test_a_first_visit_has_no_line_and_the_next_one_has_it_before_what_others_did(
    page_of: People, world: World, act: Act
) -> None:
    ben = page_of("ben").open("/tickets/1")
    expect(ben.thread.locator("li.msg")).to_have_count(2)
    expect(line(ben)).to_have_count(0)
    leave(ben)
    act(note.write_note, 1, world.cast["ben"], draft=Draft("My own"))
    act(fields.set_field, 1, world.cast["ben"], field="priority", value="high")
    first = act(fields.set_field, 1, world.cast["ada"], field="priority", value="low").seq
    asks(world, act, "And now?")
    ben.open("/tickets/1")
    expect(line(ben)).to_have_text(NEW)
    assert after_it(ben) == f"entry-{first}"
    leave(ben)
    ben.open("/tickets/1")
    expect(ben.sent("And now?")).to_be_visible()
    expect(line(ben)).to_have_count(0)


@pytest.mark.full
def test_what_comes_while_one_looks_makes_no_line_and_is_seen(page_of: People, world: World, act: Act) -> None:
    ben = page_of("ben").open("/tickets/1")
    with ben.page.expect_request(lambda request: "later=1" in (request.post_data or "")):
        asks(world, act, "Before your eyes")
    expect(line(ben)).to_have_count(0)
    leave(ben)
    ben.open("/tickets/1")
    expect(ben.sent("Before your eyes")).to_be_visible()
    expect(line(ben)).to_have_count(0)


@pytest.mark.full
def test_leaving_at_once_keeps_what_was_seen(page_of: People, world: World, act: Act) -> None:
    ben = page_of("ben").open("/tickets/1")
    ben.page.evaluate(COUNT_SEEN)
    seq = asks(world, act, "Quickly")
    expect(ben.page.locator("body[data-told^=xxxx]")).to_be_attached()
    # the page itself would tell 2 s later
    with ben.page.expect_event("request", lambda request: request.url.endswith("/views")):
        ben.page.evaluate(HIDE, True)
    leave(ben)
    assert (looked(world, "ben") or 0) >= seq


@pytest.mark.full
def test_what_came_while_the_page_was_hidden_or_out_of_sight_is_new_the_next_time(
    page_of: People, world: World, act: Act
) -> None:
    for at in range(8):
        asks(world, act, f"Line {at}\n\n" * 4)
    ben = page_of("ben", height=640).open("/tickets/1")
    ben.page.locator("#pane-conversation").evaluate("(box) => { box.scrollTop = 0; }")
    act(note.write_note, 1, world.cast["ada"], draft=Draft("Far below"))
    expect(ben.page.locator("new-below")).to_contain_text("1 new message")
    ben.page.evaluate(HIDE, True)
    asks(world, act, "While hidden")
    expect(ben.sent("While hidden")).to_be_attached()
    leave(ben)
    ben.open("/tickets/1")
    expect(line(ben)).to_have_count(1)
    expect(ben.thread.locator("li.mark-new + li")).to_contain_text("Far below")


@pytest.mark.full
def test_the_line_stays_through_live_updates_and_a_region_loaded_anew(page_of: People, world: World, act: Act) -> None:
    ben = page_of("ben")
    wire = Wire(ben)
    ben.open("/tickets/1")
    leave(ben)
    first = asks(world, act, "The first new one")
    ben.open("/tickets/1")
    expect(line(ben)).to_have_count(1)
    for at in range(3):
        asks(world, act, f"More {at}")
    expect(ben.sent("More 2")).to_be_visible()
    assert after_it(ben) == f"entry-{first}"
    # an event is lost, and the desk answers that the page has to load its region anew
    answer = json.dumps({"epoch": "x", "seq": 1, "reset": True})
    ben.page.route("**/since/**", lambda route: route.fulfill(body=answer, content_type="application/json"), times=1)
    wire.losing = 1
    with ben.page.expect_response(lambda response: response.url.endswith("/tickets/1")):
        asks(world, act, "Lost on the way")
        asks(world, act, "Then this one")
    expect(ben.sent("Lost on the way")).to_have_count(1, timeout=BACK)
    expect(line(ben)).to_have_count(1)
    assert after_it(ben) == f"entry-{first}"
    fresh = page_of("ada").open("/tickets/1")
    expect(ben.panel("counts_activity")).to_have_text(fresh.panel("counts_activity").inner_text())
    assert ben.content() == fresh.content()


@pytest.mark.full
def test_each_language_has_words_for_it(page_of: People, world: World, act: Act) -> None:
    for language, words in (("es", "Nuevo desde tu última visita"), ("pt", "Novo desde a sua última visita")):
        ben = page_of("ben", language=language).open("/tickets/1")
        leave(ben)
        asks(world, act, f"News in {language}")
        ben.open("/tickets/1")
        expect(line(ben)).to_have_text(words)
