"""A list of tickets in the browser: live without moving, a look at a ticket, ticks, filters, views."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Request, expect

from browser.conftest import People
from browser.screen import LIVE, Screen
from browser.test_axe import violations
from console.desk.actions.fields import set_field
from console.desk.actions.opening import open_ticket
from console.desk.actions.reply import post_reply
from console.desk.message import Draft
from world import World


def opened(world: World, subject: str = "New", **named: Any) -> int:
    draft = Draft(f"{subject}: help.", source="portal")
    named = {"department": "Support", "subject": subject, **named}
    number = world.desk.run(open_ticket, world.cast["rhea"], draft=draft, **named).number
    assert number is not None
    return number


def subjects(screen: Screen) -> list[str]:
    return screen.page.locator("#ticket-rows a.subj").all_text_contents()


def row(screen: Screen, number: int) -> Any:
    return screen.page.locator(f"#ticket-{number}")


def test_what_changes_order_or_is_new_waits_behind_a_button_and_the_focus_stays(page_of: People, world: World) -> None:
    second, third = opened(world, "Second"), opened(world, "Third")
    ada = page_of("ada").open("/tickets")
    before = subjects(ada)
    row(ada, 1).locator("a.subj").focus()
    world.console.house.desk.run(set_field, 1, world.cast["ben"], field="priority", value="urgent")
    button = ada.page.get_by_role("button", name=re.compile("Show$"))
    expect(button).to_have_text("1 ticket changed. Show", timeout=LIVE)
    expect(row(ada, 1)).to_contain_text("Urgent")
    opened(world, "Fourth")
    expect(button).to_have_text("2 tickets changed. Show", timeout=LIVE)
    assert subjects(ada) == before
    expect(row(ada, 1).locator("a.subj")).to_be_focused()
    row(ada, third).get_by_role("checkbox").check()
    button.click()
    expect(button).to_be_hidden()
    assert subjects(ada)[:2] == ["Fourth", before[-1]]
    expect(row(ada, third).get_by_role("checkbox")).to_be_checked()
    expect(row(ada, second)).to_be_visible()


def test_what_leaves_a_list_is_struck_out_until_somebody_asks_and_the_counts_follow(
    page_of: People, world: World
) -> None:
    second = opened(world, "Second")
    ada = page_of("ada").open("/tickets?show=unassigned")
    count = ada.page.locator(".nav [data-tickets=unassigned]")
    expect(count).to_have_text("2")
    world.console.house.desk.run(
        set_field, second, world.cast["ben"], field="technician", value=str(world.cast["ben"].id)
    )
    expect(row(ada, second)).to_have_class(re.compile(r"\bout\b"), timeout=LIVE)
    expect(count).to_have_text("1", timeout=LIVE)
    ada.page.get_by_role("button", name="1 ticket changed. Show").click()
    expect(row(ada, second)).to_have_count(0)


def test_a_list_that_was_empty_shows_at_once_what_comes(page_of: People, world: World) -> None:
    ada = page_of("ada").open("/tickets?show=mine")
    expect(ada.page.get_by_text("Nothing waiting for you")).to_be_visible()
    world.console.house.desk.run(set_field, 1, world.cast["ben"], field="technician", value=str(world.cast["ada"].id))
    expect(row(ada, 1)).to_be_visible(timeout=LIVE)
    expect(ada.page.get_by_text("Nothing waiting for you")).to_be_hidden()


def test_a_look_opens_after_a_rest_by_pointer_and_by_focus_and_asks_once(page_of: People, world: World) -> None:
    number = opened(world, "Smoke")
    ada = page_of("ada").open("/tickets")
    asked: list[str] = []
    ada.page.on("request", lambda request: _note(request, asked))
    peek = ada.page.get_by_role("tooltip")
    row(ada, number).locator("a.subj").hover()
    expect(peek).to_contain_text("Smoke: help.")
    expect(row(ada, number).locator("a.subj")).to_have_attribute("aria-describedby", "peek")
    box, line = peek.bounding_box(), row(ada, number).bounding_box()
    assert box and line and (box["y"] >= line["y"] + line["height"] or box["y"] + box["height"] <= line["y"])
    assert violations(ada) == []
    ada.page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    ada.page.keyboard.press("j")
    ada.page.keyboard.press("j")
    expect(peek).to_be_visible()
    for _ in range(4):
        ada.page.keyboard.press("j")
        ada.page.keyboard.press("k")
    expect(peek).to_be_visible()
    assert len(asked) <= 2, "each ticket is asked for once, and none that is only passed"


def _note(request: Request, asked: list[str]) -> None:
    if request.url.endswith("/summary"):
        asked.append(request.url)


def test_ticked_tickets_change_together_stop_where_something_arrived_and_go_back(page_of: People, world: World) -> None:
    second = opened(world, "Second")
    ada = page_of("ada").open("/tickets")
    row(ada, second).locator("a.subj").focus()
    ada.page.keyboard.press("x")
    row(ada, 1).get_by_role("checkbox").check()
    bar = ada.page.get_by_role("region", name="Selected tickets")
    expect(bar).to_contain_text("2 tickets")
    assert violations(ada) == []
    bar.get_by_text("Priority").click()
    bar.get_by_role("button", name="Urgent").click()
    for number in (1, second):
        expect(row(ada, number)).to_contain_text("Urgent", timeout=LIVE)
    bar.get_by_role("button", name="Undo").click()
    expect(row(ada, second)).not_to_contain_text("Urgent", timeout=LIVE)
    ada.page.get_by_label("Select all").check()
    draft = Draft("Wait!", source="portal")
    world.console.house.desk.run(post_reply, 1, world.cast["rhea"], draft=draft, audience="public")
    bar.get_by_text("Status").click()
    bar.get_by_role("button", name="Resolved").click()
    expect(bar).to_contain_text("1 ticket changed.")
    expect(bar).to_contain_text("#1: Something arrived")
    bar.get_by_role("button", name="Do it anyway").click()
    expect(row(ada, 1)).to_contain_text("Resolved", timeout=LIVE)


def test_filters_narrow_the_list_can_be_taken_away_and_saved_as_a_view(page_of: People, world: World) -> None:
    number = opened(world, "Second", priority="urgent")
    ada = page_of("ada").open("/tickets")
    ada.page.get_by_text("Filter", exact=True).click()
    form = ada.page.get_by_role("form", name="Filters")
    assert violations(ada) == []
    form.get_by_label("Urgent").check()
    form.get_by_role("button", name="Show these").click()
    ada.wait_live()
    expect(row(ada, 1)).to_have_count(0)
    expect(row(ada, number)).to_be_visible()
    ada.page.get_by_text("Save as view").click()
    ada.page.get_by_label("Name").fill("Hot ones")
    ada.page.get_by_role("button", name="Save", exact=True).click()
    ada.wait_live()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Hot ones")
    views = ada.page.get_by_role("navigation", name="Views")
    expect(views.get_by_role("link", name="Hot ones")).to_contain_text("1")
    world.console.house.desk.run(set_field, number, world.cast["ben"], field="priority", value="low")
    expect(views.get_by_role("link", name="Hot ones")).to_contain_text("0", timeout=LIVE)
    ada.page.get_by_role("link", name=re.compile("Priority: Urgent")).click()
    expect(row(ada, 1)).to_be_visible()
    assert violations(ada) == []


def test_the_next_ticket_opens_by_a_key(page_of: People, world: World) -> None:
    number = opened(world, "Second")
    ada = page_of("ada").open("/tickets?show=waiting")
    ada.page.keyboard.press("n")
    ada.page.wait_for_url(f"**/tickets/{number}")
    ada.wait_live()
    ben = page_of("ben").open("/tickets?show=waiting")
    ben.page.keyboard.press("n")
    expect(ben.page.get_by_text("No ticket of this list is free")).to_be_visible()
