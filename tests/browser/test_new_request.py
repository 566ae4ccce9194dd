"""The form of a new request in a browser: lists that depend on each other, files, a draft on the device, refusals."""

from __future__ import annotations

import offers
import pytest
from playwright.sync_api import expect

from browser.conftest import People
from browser.screen import Screen
from browser.test_attachments import PASTE, file, is_shown, png
from world import World

NEW = "/portal/requests/new"


@pytest.fixture
def rhea(page_of: People, world: World) -> Screen:
    offers.make(world.desk, world.cast)
    rhea = page_of("rhea").open(NEW)
    rhea.forgive("422")
    return rhea


def test_a_request_is_written_refused_mended_and_sent_without_losing_anything(rhea: Screen) -> None:
    page = rhea.page
    application, module = page.get_by_label("Application"), page.get_by_label("Module", exact=False)
    expect(module).to_be_disabled()
    expect(module).to_have_text("Choose an application first")
    application.select_option(label="Accounting")
    expect(module.locator("option")).to_have_text(["Choose a module", "Ledger"])
    module.select_option(label="Ledger")
    application.select_option(label="Administration")
    expect(module).to_have_value("")
    module.select_option(label="Stock")
    expect(page.locator("#module-hint")).to_have_text("Modules of Administration")

    images, shots = page.locator("input[data-kind=image]"), page.locator(".shots .picked-one")
    images.set_input_files([file("one.png", png()), file("two.png", png()), file("words.txt")])
    expect(shots).to_have_count(2)
    is_shown(shots.first.locator("img"))
    refusal = page.locator("[data-of=files]")
    expect(refusal).to_contain_text("words.txt is not an image.")
    argument = {"kind": "paste", "name": "image.png", "bytes": list(png())}
    page.get_by_label("Description").evaluate(PASTE, argument)
    expect(shots).to_have_count(3)
    expect(refusal).to_be_hidden()
    expect(images).to_be_hidden()
    page.get_by_label("Description").evaluate(PASTE, {**argument, "kind": "drop", "name": "four.png"})
    expect(refusal).to_contain_text("four.png was left out")
    page.get_by_role("button", name="Remove two.png").click()
    expect(shots).to_have_count(2)
    page.locator("input[data-kind=document]").set_input_files(file("list.txt"))
    expect(page.locator(".docs .picked-one")).to_contain_text("list.txt")

    add = page.get_by_role("button", name="Add", exact=True)
    page.get_by_role("radio", name="Urgent").check()
    add.click()
    subject = page.get_by_label("Subject")
    expect(page.locator("[data-of=subject]")).to_contain_text("A subject has 1 to")
    expect(subject).to_be_focused()
    expect(subject).to_have_attribute("aria-invalid", "true")
    expect(shots).to_have_count(2)
    expect(module).to_have_value(module.locator("option", has_text="Stock").get_attribute("value") or "")
    subject.fill("Blank page in hall 3")
    expect(page.locator("[data-of=subject]")).to_be_hidden()
    expect(page.get_by_role("link", name="#1 Blank pages")).to_be_visible()

    rhea.forgive("ERR_FAILED")
    page.route(f"**{NEW}", lambda route: route.abort(), times=1)
    add.click()
    expect(page.locator(".problem")).to_contain_text("No connection. Your text is safe.")
    add.dblclick()
    page.wait_for_url("**/portal/requests/2")
    message = page.locator("#thread li.msg")
    expect(message.locator(".file")).to_have_count(3)
    expect(page.locator("#panel-facts")).to_contain_text("Stock")
    expect(page.locator("#panel-facts")).to_contain_text("Urgent")
    rhea.open(NEW)
    expect(page.get_by_label("Subject")).to_have_value("")


def test_a_draft_is_back_after_a_reload_until_it_is_discarded(rhea: Screen, page_of: People) -> None:
    page = rhea.page
    page.get_by_label("Subject").fill("No toner")
    page.get_by_label("Application").select_option(label="Accounting")
    page.get_by_label("Module", exact=False).select_option(label="Ledger")
    page.get_by_role("radio", name="Low").check()
    page.get_by_label("Description").fill("Since\nMonday")
    expect(page.locator(".draft-state")).to_have_text("Draft kept on this device")
    command = page.locator("[name=command_id]").input_value()
    rhea.open(NEW)
    expect(page.locator(".draft-state")).to_contain_text("Your draft is back.")
    expect(page.get_by_label("Subject")).to_have_value("No toner")
    expect(page.get_by_label("Module", exact=False).locator("option:checked")).to_have_text("Ledger")
    expect(page.locator("[name=priority][value=low]")).to_be_checked()
    expect(page.get_by_label("Description")).to_have_value("Since\nMonday")
    assert page.locator("[name=command_id]").input_value() == command, "it is the same request"
    page.get_by_role("button", name="Discard the draft").click()
    expect(page.get_by_label("Subject")).to_have_value("")
    rhea.open(NEW)
    expect(page.get_by_label("Subject")).to_have_value("")
    expect(page.get_by_label("Description")).to_have_value("")


def test_without_scripts_the_form_works_by_a_submit(page_of: People, world: World) -> None:
    there = offers.make(world.desk, world.cast)
    rhea = page_of("rhea", java_script_enabled=False)
    rhea.forgive("422", "csp")  # no script is loaded
    page = rhea.open(NEW, live=False).page
    page.get_by_label("Description").fill("Kept words")
    page.get_by_label("Application").select_option(label="Accounting")
    page.get_by_label("Module", exact=False).select_option(str(there.stock))
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("[data-of=module]")).to_have_text("Choose a module of this application.")
    expect(page.get_by_label("Description")).to_have_value("Kept words")
    page.get_by_label("Subject").fill("Plain")
    page.get_by_label("Module", exact=False).select_option(str(there.ledger))
    page.locator("input[data-kind=image]").set_input_files(file("one.png", png()))
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/portal/requests/2")
    expect(page.locator("#thread li.msg .file")).to_have_count(1)
