"""Other people's work never touches what somebody is writing or reading."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People, run_in
from browser.screen import Screen
from console.desk.actions import fields, note, reply, viewing
from console.desk.message import Draft
from world import JSON, World

UPDATES = 100
TEXT = "The quick brown fox jumps over the lazy dog while nine others work here. " * 3


def storm(world: World, updates: int = UPDATES) -> threading.Thread:
    """Everything that can happen on a ticket, over and over, by other people."""
    cast = {name: world.cast[name] for name in ("ada", "lea", "tess", "rhea")}
    seat, colleague = world.socket("lea"), world.browse("tess")
    seat.join("ticket:1")

    def at_the_keyboard(n: int) -> None:
        seat.call("intent", {"channel": "ticket:1", "state": ("reply", "note", "viewing")[n // 12 % 3]})

    def half_an_answer(n: int) -> None:
        version = colleague.get("/tickets/1/draft", headers=JSON).json().get("version", 0)
        fields = {"body": f"Half an answer {n}", "mode": "reply", "version": str(version)}
        colleague.post("/tickets/1/draft", data=fields, headers=JSON)
        colleague.post("/tickets/1/draft/sharing", data={"on": "1"}, headers=JSON)

    kinds: list[Callable[[int], object]] = [
        lambda n: run_in(world, reply.post_reply, 1, cast["ada"], draft=Draft(f"Reply {n}"), audience="staff"),
        lambda n: run_in(world, note.write_note, 1, cast["lea"], draft=Draft(f"Note {n} for @Ben")),
        lambda n: run_in(world, reply.post_reply, 1, cast["rhea"], draft=Draft(f"Ask {n}"), audience="public"),
        lambda n: run_in(
            world, fields.set_field, 1, cast["ada"], field="status", value=("open", "pending")[n // 12 % 2]
        ),
        lambda n: run_in(world, fields.set_field, 1, cast["ada"], field="priority", value=("low", "high")[n // 12 % 2]),
        lambda n: run_in(
            world, fields.set_field, 1, cast["ada"], field="type", value=("problem", "change")[n // 12 % 2]
        ),
        lambda n: run_in(world, fields.set_field, 1, cast["ada"], field="impact", value=("site", "team")[n // 12 % 2]),
        lambda n: run_in(
            world,
            fields.set_field,
            1,
            cast["ada"],
            field="technician",
            value=str(cast[("lea", "tess")[n // 12 % 2]].id),
        ),
        lambda n: run_in(world, viewing.record_view, 1, cast["tess"]),
        lambda n: run_in(world, reply.post_reply, 1, cast["tess"], draft=Draft(f"> Reply {n}"), audience="staff"),
        at_the_keyboard,
        half_an_answer,
    ]
    thread = threading.Thread(target=lambda: [kinds[n % len(kinds)](n) for n in range(updates)], daemon=True)
    thread.start()
    return thread


@pytest.fixture
def ben(page_of: People, world: World, act: Act) -> Screen:
    for each in range(10):
        act(reply.post_reply, 1, world.cast["rhea"], draft=Draft(f"Line {each}\n\n" * 3), audience="public")
    return page_of("ben", height=640).open("/tickets/1")


WATCH = """() => {
  window.moved = [];
  document.addEventListener('focusin', (event) => moved.push(`focus on ${event.target.tagName}#${event.target.id}`));
  document.addEventListener('focusout', (event) => moved.push(`focus off ${event.target.tagName}#${event.target.id}`));
}"""


def bottom(screen: Screen) -> float:
    """How far the end of the conversation is below what is shown."""
    found: float = screen.page.locator("#pane-conversation").evaluate(
        "(box) => box.scrollHeight - box.scrollTop - box.clientHeight"
    )
    return found


@pytest.mark.parametrize("mode", ["reply", "note"])
def test_typing_goes_on_through_a_storm_of_changes(mode: str, ben: Screen, world: World) -> None:
    ben.mode(mode)
    ben.field.fill("END")
    ben.page.keyboard.press("Home")
    ben.page.locator("#pane-conversation").evaluate("(box) => { box.scrollTop = 30; }")
    ben.page.evaluate(WATCH)
    working = storm(world)
    for word in TEXT[:200].split(" "):
        ben.page.keyboard.type(word + " ", delay=5)
    working.join(60)
    text = TEXT[:200].replace("  ", " ") + " "
    expect(ben.sent("Reply 96").first).to_be_attached()
    expect(ben.sent("Note 97")).to_have_count(1)
    state = ben.caret()
    assert state["text"] == text + "END"
    assert (state["focus"], state["start"], state["end"]) == (True, len(text), len(text))
    assert state["top"] == 30
    assert ben.page.evaluate("window.moved") == []
    if mode == "note":
        ben.page.keyboard.press("Control+Enter")
    else:
        ben.send_anyway()
    expect(ben.sent("lazy dog while nine others")).to_have_count(1)


def test_who_reads_further_up_stays_there_and_learns_what_came(ben: Screen, world: World, act: Act) -> None:
    box = ben.page.locator("#pane-conversation")
    box.evaluate("(box) => { box.scrollTop = 100; }")
    top = ben.thread.locator("li.msg").nth(3).bounding_box()
    for each in range(3):
        act(reply.post_reply, 1, world.cast["ada"], draft=Draft(f"New {each}"), audience="staff")
    pill = ben.page.locator("new-below")
    expect(pill).to_contain_text("3 new messages")
    assert ben.thread.locator("li.msg").nth(3).bounding_box() == top
    pill.get_by_role("button").click()
    expect(pill).to_be_hidden()
    assert bottom(ben) <= 1
    expect(ben.sent("New 2")).to_be_in_viewport()


def test_who_is_at_the_end_follows(ben: Screen, world: World, act: Act) -> None:
    assert bottom(ben) <= 1, "a conversation opens at its end"
    for each in range(3):
        act(reply.post_reply, 1, world.cast["ada"], draft=Draft(f"New {each}\n\n" * 4), audience="staff")
        expect(ben.sent(f"New {each}")).to_be_in_viewport()
    assert bottom(ben) <= 1
    expect(ben.page.locator("new-below")).to_be_hidden()


@pytest.mark.full
def test_a_selection_in_the_conversation_and_an_open_menu_survive(ben: Screen, world: World) -> None:
    ben.page.get_by_role("button", name="Send and change status").click()
    ben.page.keyboard.press("ArrowDown")
    ben.page.evaluate(
        """() => {
          const body = document.querySelector('#thread .msg .body p');
          getSelection().selectAllChildren(body);
        }"""
    )
    chosen = ben.page.evaluate("getSelection().toString()")
    storm(world, 24).join(60)
    expect(ben.sent("Note 13")).to_have_count(1)
    assert ben.page.evaluate("getSelection().toString()") == chosen == "The printer in hall 3 prints blank pages."
    expect(ben.page.get_by_role("menuitem", name="Pending")).to_be_focused()


def test_an_open_list_and_what_is_marked_in_it_survive(ben: Screen, world: World) -> None:
    ben.field.fill("Half an answer")
    ben.picker("priority").click()
    box = ben.page.get_by_role("listbox", name="Priority")
    expect(box).to_be_focused()
    ben.page.keyboard.press("End")
    marked = box.get_attribute("aria-activedescendant")
    ben.page.evaluate(WATCH)
    storm(world, 24).join(60)
    expect(ben.sent("Note 13")).to_have_count(1)
    expect(box).to_be_focused()
    assert box.get_attribute("aria-activedescendant") == marked
    assert ben.page.evaluate("window.moved") == []
    expect(ben.field).to_have_value("Half an answer")


def test_a_selection_in_the_text_survives_and_the_notice_moves_neither_it_nor_the_page(
    ben: Screen, world: World, act: Act
) -> None:
    ben.field.fill("Select three of these words")
    ben.field.evaluate("(text) => text.setSelectionRange(7, 12)")
    ben.page.locator("#pane-conversation").evaluate("(box) => { box.scrollTop = 30; }")
    before, place = ben.caret(), ben.field.bounding_box()
    act(reply.post_reply, 1, world.cast["ada"], draft=Draft("News"), audience="staff")
    notice = ben.page.locator(".notice.unseen")
    expect(notice).to_be_visible()
    assert (ben.caret(), ben.field.bounding_box()) == (before, place)
    assert ben.page.evaluate("document.getAnimations().length") == 0, "reduced motion is honoured"
    notice.get_by_role("button").click()
    expect(notice).to_be_hidden()
    assert ben.caret() | {"top": 0} == before | {"top": 0}


@pytest.mark.full
def test_the_requester_writes_on_undisturbed_too(page_of: People, world: World) -> None:
    rhea = page_of("rhea", width=390, height=700).open("/portal/requests/1")
    rhea.field.fill("END")
    rhea.page.keyboard.press("Home")
    working = storm(world, 30)
    for word in TEXT[:100].split(" "):
        rhea.page.keyboard.type(word + " ", delay=5)
    working.join(60)
    expect(rhea.sent("Reply 24").first).to_be_attached()
    state = rhea.caret()
    text = TEXT[:100].replace("  ", " ") + " "
    assert (state["focus"], state["text"], state["start"]) == (True, text + "END", len(text))
