"""The send guard by keyboard, in three languages, and by the rules of accessibility."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.guarded import HEADING, MINE, THEIRS, answer, reader
from browser.screen import Screen
from browser.test_axe import violations
from world import World


@pytest.fixture
def ada(page_of: People, world: World, act: Act) -> Screen:
    return reader(page_of, world, act)


def test_the_guard_by_keyboard_alone(ada: Screen, world: World, act: Act) -> None:
    page = ada.page
    page.locator("body").press("r")
    page.keyboard.type(MINE)
    answer(world, act)
    expect(ada.sent(THEIRS)).to_have_count(1)
    page.keyboard.press("Control+Enter")
    panel = page.get_by_role("alertdialog")
    expect(panel).to_be_focused()
    page.keyboard.press("s")
    expect(page.get_by_role("listbox")).to_have_count(0)
    for part in (
        page.get_by_role("list", name="What you have not seen"),
        panel.get_by_role("button", name="Discard", exact=True),
        panel.get_by_role("button", name="Send anyway", exact=True),
        panel.get_by_role("button", name="Review", exact=True),
    ):
        page.keyboard.press("Tab")
        expect(part).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(ada.field).to_be_focused()
    expect(ada.sent(THEIRS)).to_be_in_viewport()
    page.keyboard.press("Control+Enter")
    expect(ada.sent(MINE)).to_have_count(1)


@pytest.mark.full
def test_escape_leaves_the_text_where_it_is(ada: Screen) -> None:
    ada.field.fill(MINE)
    ada.page.keyboard.press("Escape")
    expect(ada.field).not_to_be_focused()
    expect(ada.field).to_have_value(MINE)
    ada.page.keyboard.press("n")
    expect(ada.field).to_be_focused()


@pytest.mark.full
@pytest.mark.parametrize(
    ("language", "heading", "names", "notice"),
    [
        ("en", HEADING, ["Discard", "Send anyway", "Review"], "Read it before you send."),
        (
            "es",
            "Aún no se envió. Llegó 1 novedad que no has visto.",
            ["Descartar", "Enviar de todos modos", "Revisar"],
            "Léelo antes de enviar.",
        ),
        (
            "pt",
            "Ainda não foi enviado. Chegou 1 novidade que você não viu.",
            ["Descartar", "Enviar mesmo assim", "Revisar"],
            "Leia antes de enviar.",
        ),
    ],
)
def test_the_guard_speaks_three_languages(
    language: str, heading: str, names: list[str], notice: str, page_of: People, world: World, act: Act
) -> None:
    ada = reader(page_of, world, act, language=language)
    ada.field.fill(MINE)
    answer(world, act)
    expect(ada.page.locator(".notice.unseen")).to_contain_text(notice)
    ada.send()
    panel = ada.page.get_by_role("alertdialog", name=heading)
    expect(panel).to_be_visible()
    expect(panel.get_by_role("button")).to_have_text(names)


@pytest.mark.full
@pytest.mark.parametrize(
    ("width", "dark"),
    [(1440, False), (390, True), (1440, True), (390, False)],
    ids=["desk", "phone-dark", "dark", "phone"],
)
def test_notice_and_panel_break_no_rule_of_accessibility(
    width: int, dark: bool, page_of: People, world: World, act: Act
) -> None:
    ada = reader(page_of, world, act, width=width, dark=dark)
    ada.field.fill(MINE)
    answer(world, act)
    expect(ada.page.locator(".notice.unseen")).to_be_visible()
    assert not violations(ada)
    ada.send()
    panel = ada.page.get_by_role("alertdialog")
    expect(panel).to_be_visible()
    assert not violations(ada)
    for button in panel.get_by_role("button").all():
        expect(button).to_be_in_viewport(ratio=1)
    assert ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
