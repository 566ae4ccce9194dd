"""The fuse of a ticket in the browser: it appears, turns late and stops without a reload, and requesters see none of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.test_axe import violations
from cast import Clock
from console.desk.actions import promising
from console.desk.actions.fields import set_field
from console.desk.actions.reply import post_reply
from console.desk.message import Draft
from console.desk.plan import Targets
from world import World

LEFT, LATE = re.compile(r"^\d+ min left$"), re.compile(r"^\d+ min late$")


@pytest.fixture
def clock() -> Clock:
    """The desk's is behind that of the browsers, so that they count past a moment that is still to come there."""
    return Clock(datetime.now(UTC) - timedelta(minutes=40))


def test_a_fuse_appears_turns_late_pauses_and_ends_live_on_page_and_list(
    page_of: People, act: Act, world: World
) -> None:
    root, ada, rhea = (world.cast[name] for name in ("root", "ada", "rhea"))
    everyday = [[(0, 1_440)]] * 7
    act(promising.set_hours, root, place=None, zone="UTC", weekly=everyday, holidays=())
    page, row_of, portal = page_of("lea").open("/tickets/1"), page_of("ada").open("/tickets"), page_of("rhea")
    portal.open("/portal/requests/1")
    panel, row = page.page.locator("#panel-sla"), row_of.page.locator("#ticket-1 .t-due")
    expect(panel).to_be_hidden()

    act(promising.set_targets, root, place=None, targets={"normal": Targets(next_response=90)})
    act(post_reply, 1, rhea, draft=Draft("And now?"), audience="public")
    expect(panel).to_contain_text("Next response")
    expect(panel.locator("due-in time")).to_have_text(LEFT)
    expect(row.locator("due-in time")).to_have_text(re.compile(r"^\d+ min$"))
    expect(row.locator(".i")).to_be_visible()  # near: it is not told by a colour alone
    assert violations(page) == []

    act(set_field, 1, ada, field="status", value="pending")
    expect(panel).to_contain_text("Paused, 1 h 30 min left")
    expect(row).to_have_text("Paused")
    act(set_field, 1, ada, field="status", value="open")
    expect(panel.locator("due-in time")).to_have_text(LEFT)
    act(promising.set_targets, root, place=None, targets={"normal": Targets(next_response=30)})
    expect(row.locator(".i")).to_be_visible()
    for place in (panel, row):
        expect(place.locator("due-in time")).to_have_text(LATE)
    assert violations(page) == [] == violations(row_of)
    world.clock.pass_(minutes=31)
    expect(page.thread).to_contain_text("The next response is late")

    act(post_reply, 1, ada, draft=Draft("Sorry."), audience="staff")
    expect(panel).to_be_hidden()
    expect(row).to_be_empty()
    for word in ("late", "Next response", "Paused"):
        assert word not in portal.page.locator("main").inner_text()
