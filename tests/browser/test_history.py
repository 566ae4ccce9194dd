"""The history of a ticket in the browser: what was done, what was chatted, and what of it requesters see."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.test_axe import violations
from console.desk.actions import chatting
from console.desk.actions.note import write_note
from console.desk.message import Draft
from console.desk.occurrence import Occurrence
from world import World


def test_each_side_sees_what_was_done_and_chatted_and_the_time_is_for_technicians(
    page_of: People, act: Act, world: World
) -> None:
    ada, rhea = (world.cast[name] for name in ("ada", "rhea"))
    before = world.clock() - timedelta(days=2)
    told = Occurrence(before, 65, "Take the **old** driver", visible=True)
    act(write_note, 1, ada, draft=Draft("Went to hall 3.", occurrence=told))
    act(write_note, 1, world.cast["ben"], draft=Draft("Among us.", occurrence=Occurrence(minutes=30)))
    act(chatting.ask, 1, ada, audience="staff")
    act(chatting.answer, 1, rhea, audience="public", accept=True)
    act(chatting.say, 1, ada, audience="staff", draft=Draft("Hello there."))
    act(chatting.end, 1, rhea, audience="public")
    staff, portal = page_of("ada").open("/tickets/1"), page_of("rhea", width=390).open("/portal/requests/1")
    for screen in (staff, portal):
        screen.page.get_by_role("tab", name="History").click()
        history = screen.page.locator("#history-ticket")
        expect(history).to_contain_text("Take the old driver")
        assert violations(screen) == []
        screen.page.get_by_role("tab", name="Chat").press("Enter")
        expect(screen.page.locator("#history-chat")).to_contain_text("Hello there.")
    for words in ("1 h 35 min", "Among us.", "Ben Okafor"):
        staff.page.get_by_role("tab", name="Ticket").click()
        expect(staff.page.locator("#history-ticket")).to_contain_text(words)
        assert words not in portal.page.content()
    act(write_note, 1, ada, draft=Draft("And once more.", occurrence=Occurrence(visible=True)))
    expect(staff.page.locator("#history-ticket")).to_contain_text("And once more.")
    expect(portal.page.locator("#history-ticket")).to_contain_text("And once more.")
    expect(portal.page.get_by_role("tab", name="Chat")).to_have_attribute("aria-selected", "true")
