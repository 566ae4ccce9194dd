"""A lead looks back: the page of the reports by keyboard, on every width, in both themes, and its file."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.screen import Screen
from browser.test_axe import violations
from browser.test_small_screens import STICKING_OUT, TOO_SMALL
from console.desk.actions import fields, opening, reply
from console.desk.message import Draft
from world import World


def happens(act: Act, world: World) -> None:
    """Three days: two tickets come, one is answered and solved, and opened again."""
    cast = world.cast
    act(reply.post_reply, 1, cast["ada"], draft=Draft("An answer."), audience="staff", status="resolved")
    world.clock.pass_(days=1)
    act(fields.set_field, 1, cast["ada"], field="status", value="open")
    draft = Draft("Help.", source="portal")
    act(opening.open_ticket, cast["rhea"], subject="Another", draft=draft, department="Support")
    world.clock.pass_(days=1)
    act(fields.set_field, 1, cast["ada"], field="status", value="resolved")


def shown(screen: Screen) -> list[str]:
    return [screen.page.locator(f"#card-{name} .val").inner_text() for name in ("created", "resolved", "backlog")]


def test_a_lead_looks_back(page_of: People, act: Act, world: World) -> None:
    happens(act, world)
    lea = page_of("lea").open("/board")
    page = lea.page
    page.locator("#content").get_by_role("link", name="Reports").click()
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Reports")).to_have_attribute(
        "aria-current", "page"
    )
    assert shown(lea) == ["2", "2", "1"]
    chart = page.get_by_role("img", name="2 tickets were created, and 2 times one was resolved.")
    assert (chart.locator("rect.a1").count(), chart.locator("rect.a2").count()) == (2, 2)
    expect(page.get_by_role("img", name="tickets were open, at the end of")).to_be_visible()
    expect(page.locator("#card-times-1 svg circle")).to_have_count(2)  # a day alone, in both lines

    page.get_by_text("Show as a table").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="By day").get_by_role("row")).to_have_count(32)
    assert violations(lea) == []

    page.get_by_role("link", name="Last 7 days").click()
    expect(page.get_by_role("link", name="Last 7 days")).to_have_attribute("aria-current", "true")
    page.get_by_label("Company", exact=True).select_option("Fjord Foods")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Last 7 days")).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("Company", exact=True).locator("option:checked")).to_have_text("Fjord Foods")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Export as CSV").click()
    text = saved.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("Grouped by,") and "Fjord Foods,2,2," in text

    page.get_by_label("From", exact=True).fill("2026-01-02")
    page.get_by_label("To", exact=True).fill("2026-01-01")
    lea.forgive("422")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("To", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("To", exact=True)).to_be_focused()
    expect(page.get_by_label("From", exact=True)).to_have_value("2026-01-02")
    expect(page.locator(".problem:visible")).to_have_text("The last day is before the first.")
    assert violations(lea) == []


@pytest.mark.parametrize(("width", "dark"), [(390, True), (820, False), (1440, True)])
def test_the_reports_fit_and_break_no_rule(page_of: People, act: Act, world: World, width: int, dark: bool) -> None:
    happens(act, world)
    lea = page_of("lea", width=width, dark=dark).open("/reports?days=90")
    lea.page.get_by_text("Show as a table").click()
    assert lea.page.evaluate(STICKING_OUT) == []
    assert lea.page.evaluate(TOO_SMALL) == []
    assert violations(lea) == []
