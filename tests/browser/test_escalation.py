"""An admin sets a rule by keyboard, and it acts in open pages, on the ticket and at the lead who is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.test_axe import violations
from browser.test_small_screens import STICKING_OUT, TOO_SMALL
from console.desk.actions import promising, setting_rules
from console.desk.actions.reply import post_reply
from console.desk.actions.setting_rules import Wanted
from console.desk.message import Draft
from console.desk.plan import Targets
from world import World

PLACE = "/settings/escalation"


def test_a_rule_is_set_by_keyboard_and_acts_live(page_of: People, act: Act, world: World) -> None:
    root, rhea = world.cast["root"], world.cast["rhea"]
    act(promising.set_hours, root, place=None, zone="UTC", weekly=[[(0, 1_440)]] * 7, holidays=())
    act(promising.set_targets, root, place=None, targets={"normal": Targets(next_response=90)})
    admin, ada, lea = page_of("root").open("/settings/sla"), page_of("ada").open("/tickets/1"), page_of("lea")
    lea.open("/tickets")
    page = admin.page
    page.get_by_role("link", name="Escalation").press("Enter")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Nobody answers")
    page.get_by_label("Clock", exact=True).select_option("Next response")
    page.get_by_label("How far from the moment").fill("soon")
    page.get_by_label("Before", exact=True).check()
    page.get_by_label("Tell the assigned technician").uncheck()
    page.get_by_label("Raise the priority to").select_option("High")
    page.get_by_label("Add the tag").fill("Call back")
    admin.forgive("422")
    page.get_by_label("Add the tag").press("Enter")
    distance = page.get_by_label("How far from the moment")
    expect(distance).to_be_focused()
    expect(page.locator("#wrong-minutes")).to_have_text("Write a time like 30 min, 4 h or 4 h 30 min.")
    expect(page.get_by_label("Add the tag")).to_have_value("Call back")
    assert violations(admin) == []
    distance.fill("30 min")
    distance.press("Enter")
    card = page.get_by_role("region", name="Nobody answers")
    expect(card).to_contain_text("30 min before it is due")
    expect(card).to_contain_text("Add the tag call-back")
    assert violations(admin) == []

    act(post_reply, 1, rhea, draft=Draft("And now?"), audience="public")
    expect(ada.page.locator("#panel-sla")).to_contain_text("Next response")
    world.clock.pass_(minutes=61)
    expect(ada.thread).to_contain_text("The rule Nobody answers escalated this ticket")
    expect(ada.thread).to_contain_text("The system changed the priority to High")
    expect(ada.page.locator("#panel-tags")).to_contain_text("call-back")
    expect(lea.page.get_by_role("link", name="Nobody answers: #1 Blank pages")).to_be_visible()
    assert violations(ada) == []

    page.get_by_role("switch", name="Nobody answers is in force").press("Enter")
    expect(page.get_by_role("switch", name="Nobody answers is in force")).not_to_be_checked()
    page.get_by_role("link", name="Edit Nobody answers").press("Enter")
    expect(page.get_by_label("How far from the moment")).to_have_value("30 min")
    page.get_by_role("button", name="Delete rule").press("Enter")
    expect(page.get_by_role("heading", name="New rule")).to_be_visible()
    expect(page.get_by_role("region", name="Nobody answers")).to_have_count(0)


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_the_rules_fit_and_break_no_rule(page_of: People, act: Act, world: World, width: int, dark: bool) -> None:
    everything = Wanted("A name of two words", "resolution", -90, 1, ("urgent", "low"), True, True, "urgent", "late")
    made = act(setting_rules.set_rule, world.cast["root"], None, wanted=everything).made
    root = page_of("root", width=width, dark=dark).open(f"{PLACE}?rule={made}")
    assert root.page.evaluate(STICKING_OUT) == []
    assert root.page.evaluate(TOO_SMALL) == []
    assert violations(root) == []
