"""What is read aloud: others' news politely and summed up, failures at once, one's own doings not at all."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.screen import LIVE, Screen
from console.desk.actions import fields, note, reply
from console.desk.message import Draft
from world import World

LISTEN = """() => {
  window.said = [];
  for (const [how, id] of [['polite', 'live-polite'], ['assertive', 'live-assertive']]) {
    new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) =>
      said.push({how, text: node.textContent, at: performance.now()})))).observe(document.getElementById(id), {childList: true});
  }
}"""


@pytest.fixture
def ben(page_of: People) -> Screen:
    ben = page_of("ben").open("/tickets/1")
    ben.page.evaluate(LISTEN)
    return ben


def said(screen: Screen) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = screen.page.evaluate("window.said")
    return found


def hear(screen: Screen, text: str) -> None:
    screen.page.wait_for_function("(text) => said.some((each) => each.text.includes(text))", arg=text, timeout=LIVE)


def test_a_message_is_read_with_its_author_and_first_words(ben: Screen, world: World, act: Act) -> None:
    act(reply.post_reply, 1, world.cast["rhea"], draft=Draft("It **works** again"), audience="public")
    hear(ben, "Message from Rhea Lindqvist: It works again")
    act(note.write_note, 1, world.cast["ada"], draft=Draft("Check the drum"))
    hear(ben, "Internal note from Ada Moreno: Check the drum")
    act(fields.set_field, 1, world.cast["ada"], field="status", value="pending")
    hear(ben, "Ada Moreno changed the status to Pending")
    assert {each["how"] for each in said(ben)} == {"polite"}


@pytest.mark.full
def test_a_burst_is_summed_up_in_one_sentence(ben: Screen, world: World, act: Act) -> None:
    ben.field.focus()
    for each in range(12):
        act(reply.post_reply, 1, world.cast["ada"], draft=Draft(f"Part {each}"), audience="staff")
    expect(ben.sent("Part 11")).to_have_count(1)
    ben.page.wait_for_function("() => said.length >= 2", timeout=LIVE)
    lines = said(ben)
    assert lines[0]["text"].startswith("Reply from Ada Moreno: Part 0")
    told = 1
    for before, line in pairwise(lines):
        assert line["at"] - before["at"] > 1_900, "not oftener than every 2 s"
        told += int(line["text"].split()[0]) if line["text"].endswith("updates") else 1
    assert len(lines) <= 6 and any(line["text"].endswith("updates") for line in lines)
    assert told == 12 or len(lines) == 6
    expect(ben.field).to_be_focused()


def test_ones_own_doings_are_not_read_aloud(ben: Screen, world: World, act: Act) -> None:
    ben.reply("My own words")
    ben.choose("priority", "high")
    expect(ben.panel("priority")).to_have_text("High")
    act(reply.post_reply, 1, world.cast["ada"], draft=Draft("Marker"), audience="staff")
    hear(ben, "Marker")
    assert [each["text"] for each in said(ben)] == ["Reply from Ada Moreno: Marker"]


@pytest.mark.full
def test_a_failure_is_said_at_once(ben: Screen) -> None:
    ben.forgive("ERR_FAILED")
    ben.page.route("**/replies", lambda route: route.abort())
    ben.field.fill("Will not leave")
    ben.send()
    hear(ben, "No connection. Your text is safe.")
    assert said(ben)[-1]["how"] == "assertive"


@pytest.mark.full
def test_a_call_is_read_on_any_page(page_of: People, world: World, act: Act) -> None:
    ben = page_of("ben").open("/tickets")
    ben.page.evaluate(LISTEN)
    act(note.write_note, 1, world.cast["ada"], draft=Draft("@Ben look"))
    hear(ben, "Ada Moreno mentioned you in #1: Blank pages")
    expect(ben.page.locator("body")).to_be_focused()


def test_a_requester_hears_of_public_things_only(page_of: People, world: World, act: Act) -> None:
    rhea = page_of("rhea", language="es").open("/portal/requests/1")
    rhea.page.evaluate(LISTEN)
    act(note.write_note, 1, world.cast["ada"], draft=Draft("Secret"))
    act(reply.post_reply, 1, world.cast["ada"], draft=Draft("Hola"), audience="staff")
    hear(rhea, "Hola")
    assert len(said(rhea)) == 1 and "Ada Moreno" in said(rhea)[0]["text"]
