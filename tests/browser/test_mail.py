"""Mail in the browser: a reply that everybody may hold, what a mail said besides, the pages about mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from mail.postbox import NEW, Postbox
from playwright.sync_api import expect
from web.test_asking import PNG
from web.test_view_links import link

from browser.conftest import People
from browser.screen import Screen
from browser.test_axe import violations
from world import World

QUOTING = "It is the old driver.\n\nOn Monday, Ada wrote:\n> Which driver is it?\n\n-- \nRhea of Fjord Foods"


@pytest.fixture
def world(serve: Callable[..., World]) -> World:
    """A desk whose replies wait for five seconds of its own clock."""
    return serve(undo_seconds=5)


@pytest.fixture
def box(world: World) -> Postbox:
    return Postbox(world.desk, world.console.house.files)


def send(screen: Screen, text: str, world: World) -> None:
    """Send, at the moment that the browser's clock has too."""
    world.clock.at = datetime.now(UTC)
    screen.field.fill(text)
    screen.read()
    screen.send()


def test_a_reply_counts_down_for_everybody_and_a_colleague_holds_it(page_of: People, world: World) -> None:
    ada, ben, rhea = page_of("ada").open("/tickets/1"), page_of("ben").open("/tickets/1"), page_of("rhea")
    rhea.open("/portal/requests/1")
    send(ada, "Too early.", world)
    for screen in (ada, ben):
        expect(screen.message("Too early.").locator("going-out")).to_contain_text("Going out in")
    ben.message("Too early.").get_by_role("button", name="Hold").click()
    for screen in (ada, ben):
        expect(screen.message("Too early.")).to_have_count(0)
        expect(screen.thread).to_contain_text("held the reply from Ada Moreno")
    expect(ada.field).to_have_value("Too early.")
    world.clock.pass_(seconds=10)
    send(ada, "Now it is right.", world)
    expect(ben.message("Now it is right.").locator("going-out")).to_be_visible()
    world.clock.pass_(seconds=10)
    expect(rhea.message("Now it is right.")).to_have_count(1)
    expect(rhea.message("Too early.")).to_have_count(0)


def test_the_files_of_a_held_reply_are_in_its_authors_box_again(page_of: People, world: World) -> None:
    ada, ben, rhea = page_of("ada").open("/tickets/1"), page_of("ben").open("/tickets/1"), page_of("rhea")
    rhea.open("/portal/requests/1")
    ada.page.locator("reply-composer input[type=file]").set_input_files(
        {"name": "señal «dos».png", "mimeType": "image/png", "buffer": PNG}
    )
    send(ada, "See the picture.", world)
    ben.message("See the picture.").get_by_role("button", name="Hold").click()
    picked = ada.page.locator("reply-composer .picked")
    expect(picked).to_contain_text("señal «dos».png")
    expect(ada.field).to_have_value("See the picture.")
    held = ben.thread.locator("li.event", has_text="held the reply")
    expect(held.get_by_role("link", name="señal «dos».png")).to_be_visible()
    expect(ben.page.locator("reply-composer .picked li")).to_have_count(0)
    world.clock.pass_(seconds=10)
    ada.send()
    expect(ben.message("See the picture.").locator("a.file")).to_have_count(1)
    world.clock.pass_(seconds=10)
    expect(rhea.message("See the picture.").get_by_role("link", name="señal «dos».png")).to_be_visible()
    assert rhea.page.request.get(rhea.url + str(rhea.thread.locator("a.file").get_attribute("href"))).body() == PNG


def test_a_reply_that_nobody_holds_leaves(page_of: People, world: World) -> None:
    ada, rhea = page_of("ada").open("/tickets/1"), page_of("rhea").open("/portal/requests/1")
    send(ada, "On its way.", world)
    expect(ada.message("On its way.").locator("going-out")).to_be_visible()
    expect(rhea.message("On its way.")).to_have_count(0)
    world.clock.pass_(seconds=6)
    expect(rhea.message("On its way.")).to_have_count(1)
    expect(ada.message("On its way.").locator("going-out")).to_have_count(0)
    ada.message("On its way.").get_by_role("button", name="Delivery").click()
    expect(ada.message("On its way.").locator(".letters")).to_contain_text("rhea@desk.example")


def test_the_links_in_mails_are_ended_from_the_menu_after_a_question(page_of: People, world: World) -> None:
    address = link(world, "rhea")
    visitor, ada = page_of().open(address), page_of("ada").open("/tickets/1")
    actions = ada.page.get_by_role("button", name="Actions")
    item = ada.page.get_by_role("menuitem", name="End the links in mails…")
    question = ada.page.get_by_role("dialog", name="End the links in mails?")

    def ask() -> None:
        """By keyboard alone."""
        actions.press("Enter")
        ada.page.keyboard.press("End")
        expect(item).to_be_focused()
        item.press("Enter")
        expect(question.get_by_role("button", name="Cancel")).to_be_focused()

    for key in ("Escape", "Enter"):
        actions.focus()
        ask()
        assert violations(ada) == []
        ada.page.keyboard.press(key)
        expect(question).to_be_hidden()
        expect(actions).to_be_focused()
    assert world.browse().get(address).status_code == 303, "nothing was ended"
    ask()
    ada.page.keyboard.press("Tab")
    ada.page.keyboard.press("Enter")
    expect(ada.page.get_by_role("status").filter(has_text="open nothing any more")).to_be_visible()
    expect(actions).to_be_focused()
    expect(ada.log.first).to_contain_text("Ada Moreno ended the links in mails of this ticket")
    ask()
    ada.page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    ada.note("Nothing came of the second question.")
    expect(ada.log.first).to_contain_text("note")
    expect(ada.log.filter(has_text="ended the links")).to_have_count(1)
    expect(visitor.page.locator("main").get_by_text("Your session has ended.")).to_be_visible()
    assert world.browse().get(address).status_code == 404


def test_a_mail_appears_live_with_what_it_quotes_folded(page_of: People, world: World, box: Postbox) -> None:
    ada = page_of("ada").open("/tickets/1")
    ada.field.fill("I am writing.")
    ada.field.focus()
    box.from_("rhea", QUOTING, subject="[#1] Blank pages", to="support@localhost, boss@out.example")
    mail = ada.message("It is the old driver.")
    expect(mail).to_have_count(1)
    assert ada.caret()["focus"] and ada.caret()["text"] == "I am writing."
    expect(mail).to_contain_text("boss@out.example")
    expect(mail.get_by_text("Which driver is it?")).to_be_hidden()
    mail.get_by_label("More of this mail").click()
    expect(mail.get_by_text("Which driver is it?")).to_be_visible()
    expect(mail.get_by_text("Rhea of Fjord Foods")).to_be_visible()


def test_an_answer_that_only_thanks_can_be_reversed_with_one_button(
    page_of: People, world: World, box: Postbox
) -> None:
    ada = page_of("ada").open("/tickets/1")
    ada.choose("status", "resolved")
    expect(ada.panel("status")).to_contain_text("Resolved")
    box.from_("rhea", "Thanks a lot!", subject="[#1] Blank pages")
    mail = ada.message("Thanks a lot!")
    expect(mail).to_contain_text("Only thanks: the ticket stayed resolved.")
    mail.get_by_role("button", name="Reopen it").click()
    expect(ada.panel("status")).to_contain_text("Open")


def test_the_requester_says_that_it_is_not_solved(page_of: People, world: World) -> None:
    ada, rhea = page_of("ada").open("/tickets/1"), page_of("rhea").open("/portal/requests/1")
    expect(rhea.page.get_by_role("button", name="It is not solved")).to_be_hidden()
    ada.choose("status", "resolved")
    rhea.page.get_by_role("button", name="It is not solved").click()
    expect(ada.panel("status")).to_contain_text("Open")


def test_the_preview_follows_what_an_admin_writes(page_of: People, world: World) -> None:
    root = page_of("root").open("/settings/mail/words/confirmation/en")
    preview = root.page.frame_locator("iframe[name=preview]")
    expect(preview.locator("body")).to_contain_text("we have received your request")
    text = root.page.get_by_role("textbox", name="Text")
    text.fill("Dear {name}, all is well.\n\n{link}")
    expect(preview.locator("body")).to_contain_text("Dear Rita Sousa, all is well.")
    root.page.get_by_role("button", name="Save").click()
    expect(text).to_have_value("Dear {name}, all is well.\n\n{link}")


@pytest.mark.parametrize(("width", "dark"), [(390, True), pytest.param(1440, False, marks=pytest.mark.full)])
def test_the_pages_about_mail_have_no_violation(
    width: int, dark: bool, page_of: People, world: World, box: Postbox
) -> None:
    html = "<p>Look</p><img src=https://evil.example/p.gif>"
    box.from_("rhea", QUOTING, subject="[#1] Blank pages", html=html)
    box.from_(NEW, headers={"X-Spam-Flag": "YES"})
    ada, root = page_of("ada", width=width, dark=dark), page_of("root", width=width, dark=dark)
    ada.open("/tickets/1")
    send(ada, "Leaving.", world)
    ada.message("old driver").get_by_label("More of this mail").click()
    found = {"ticket": violations(ada)}
    world.clock.pass_(seconds=6)
    ada.message("Leaving.").get_by_role("button", name="Delivery").click()
    expect(ada.message("Leaving.").locator(".letters")).to_contain_text("Sent")
    found["delivery"] = violations(ada)
    original = ada.message("old driver").get_by_role("link", name="Original mail").get_attribute("href") or ""
    found["original"] = violations(ada.other_tab(original))
    for path in ("", "/quarantine", "/words/resolved/pt"):
        found[path] = violations(root.open(f"/settings/mail{path}"))
    root.open("/settings/mail").page.locator(".mails a[href*='/letters/']").first.click()
    found["letter"] = violations(root)
    assert not {name: each for name, each in found.items() if each}
