"""No page breaks a rule of the automated accessibility check, in either theme, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.conftest import Act, People
from browser.screen import Screen
from browser.test_attachments import png
from browser.test_small_screens import furnish
from world import World

OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
axe = Axe()


def violations(screen: Screen) -> list[str]:
    found = axe.run(screen.page, options=OPTIONS).response["violations"]
    return [
        f"{each['id']} ({each['impact']}): {node['target']} {node['failureSummary'].splitlines()[1].strip()} {node['html'][:150]}"
        for each in found
        for node in each["nodes"]
    ]


def states(page_of: People, width: int, dark: bool) -> Iterator[tuple[str, Screen]]:
    """Every page in turn, in the states worth a look."""
    look = {"width": width, "dark": dark}
    visitor = page_of(**look)
    yield "sign-in", visitor.open("/sign-in", live=False)
    visitor.forgive("422")
    visitor.page.locator("[name=email]").fill("x@y.example")
    visitor.page.locator("[name=password]").fill("wrong")
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".problem").wait_for()
    yield "sign-in refused", visitor

    ada = page_of("ada", **look)
    ada.forgive("404")
    yield "list", ada.open("/tickets")
    ada.page.keyboard.press("?")
    yield "sheet of keys", ada
    yield "empty list", ada.open("/tickets?show=mine&status=closed")
    yield "notifications", ada.open("/notifications")
    yield "settings of the desk", page_of("root", **look).open("/settings/desk")
    root = page_of("root", **look).open("/settings/applications")
    for summary in root.page.locator(".whose summary").all():
        summary.click()
    yield "settings of applications", root
    yield "service levels", root.open("/settings/sla")
    yield "escalation", root.open("/settings/escalation")
    yield "error", ada.open("/tickets/999", live=False)
    yield "conversation", ada.open("/tickets/1")
    ada.page.get_by_role("button", name="Actions").click()
    yield "actions", ada
    ada.page.keyboard.press("Escape")
    yield from composer(ada)
    if width < 720:
        ada.page.locator(".d-sum summary").click()
        yield "details", ada
    ada.picker("priority").click()
    ada.page.get_by_role("listbox").wait_for()
    yield "picker open", ada
    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("tab", name="Activity").click()
    yield "activity", ada
    if width < 1180:
        ada.page.get_by_role("button", name="Menu", exact=True).click()
        yield "drawer", ada
    ada.page.locator("details.user-menu summary").click()
    yield "user menu", ada

    rhea = page_of("rhea", **look)
    rhea.forgive("422")
    rhea.open("/portal/requests/new").page.get_by_label("Subject").fill("Blank pages")
    rhea.page.locator("similar-requests a").wait_for()
    yield "new request", rhea
    rhea.page.get_by_role("button", name="Add", exact=True).click()
    rhea.page.locator("[data-of=body]").wait_for()
    yield "new request refused", rhea
    yield "portal", rhea.open("/portal")
    yield "portal thread", rhea.open("/portal/requests/1")
    rhea.page.locator("input[data-kind=image]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": png()}
    )
    yield "portal with an image", rhea


def composer(ada: Screen) -> Iterator[tuple[str, Screen]]:
    ada.page.get_by_role("button", name="Send and change status").click()
    yield "menu of send", ada
    ada.page.keyboard.press("Escape")
    ada.send()
    yield "problem", ada
    ada.mode("note")
    ada.field.press_sequentially("@le")
    ada.page.get_by_role("option").first.wait_for()
    yield "people offered", ada
    ada.page.keyboard.press("Enter")
    ada.page.locator("reply-composer input[type=file]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": png()}
    )
    yield "note mode", ada
    ada.forgive("ERR_FAILED")
    ada.page.route("**/notes", lambda route: route.abort(), times=1)
    ada.send()
    ada.page.get_by_role("button", name="Send again").wait_for()
    yield "failed message", ada


@pytest.mark.parametrize(
    ("width", "dark"),
    [
        pytest.param(390, True, id="phone-dark"),
        pytest.param(1440, False, id="desk-light", marks=pytest.mark.full),
        pytest.param(1440, True, id="desk-dark", marks=pytest.mark.full),
        pytest.param(390, False, id="phone-light", marks=pytest.mark.full),
    ],
)
def test_no_page_has_a_violation(width: int, dark: bool, page_of: People, world: World, act: Act) -> None:
    furnish(world, act)
    ben = page_of("ben").open("/tickets/1")
    ben.note("@Ada look at this")
    found = {name: violations(screen) for name, screen in states(page_of, width, dark)}
    assert len(found) >= 17
    assert not {name: each for name, each in found.items() if each}
