"""Two people set one field: the second one sees both values and picks. Of different fields both changes hold."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Route, expect

from browser.conftest import Act, People
from browser.screen import Screen
from browser.test_axe import violations
from console.desk.actions import fields
from world import World


@pytest.fixture
def ada(page_of: People) -> Screen:
    return opened(page_of)


def opened(page_of: People, **look: object) -> Screen:
    ada = page_of("ada", **look).open("/tickets/1")
    ada.forgive("409")
    return ada


def change(world: World, act: Act, field: str, value: str, who: str = "ben") -> None:
    act(fields.set_field, 1, world.cast[who], field=field, value=value)


def options(screen: Screen) -> Locator:
    return screen.page.get_by_role("option")


def disputed(screen: Screen, world: World, act: Act, theirs: str = "low", mine: str = "urgent") -> Locator:
    """Ada opens the list, Ben sets the priority, Ada chooses another: what she is asked."""
    screen.picker("priority").click()
    expect(options(screen).first).to_be_visible()
    expect(screen.page.get_by_role("listbox", name="Priority")).to_be_focused()
    change(world, act, "priority", theirs)
    screen.page.locator(f"[role=option][data-value={mine}]").click()
    asked = screen.page.get_by_role("dialog", name="Priority")
    expect(asked).to_be_visible()
    return asked


def test_the_second_editor_sees_both_values_with_author_and_time(ada: Screen, world: World, act: Act) -> None:
    asked = disputed(ada, world, act)
    expect(asked).to_contain_text("Ben Okafor changed this")
    expect(asked.get_by_role("button")).to_have_count(2)
    expect(asked.get_by_role("button", name="Low Keep theirs")).to_be_focused()
    expect(asked.get_by_role("button", name="Urgent Use mine")).to_be_visible()
    expect(ada.panel("priority")).to_have_text("Low")


@pytest.mark.full
def test_keeping_theirs_changes_nothing(ada: Screen, page_of: People, world: World, act: Act) -> None:
    ben = page_of("ben").open("/tickets/1")
    asked = disputed(ada, world, act)
    expect(ada.panel("priority")).to_have_text("Low")
    lines = ada.log.count()
    asked.get_by_role("button", name="Keep theirs").click()
    expect(asked).to_have_count(0)
    expect(ada.picker("priority")).to_be_focused()
    assert ada.log.count() == lines
    expect(ben.panel("priority")).to_have_text("Low")


def test_using_mine_sets_it_for_everybody(ada: Screen, page_of: People, world: World, act: Act) -> None:
    ben = page_of("ben").open("/tickets/1")
    disputed(ada, world, act).get_by_role("button", name="Use mine").click()
    for each in (ada, ben):
        expect(each.panel("priority")).to_have_text("Urgent")
        expect(each.log.first).to_contain_text("Ada Moreno")
    expect(ada.picker("priority")).to_be_focused()


@pytest.mark.full
def test_using_mine_asks_again_if_it_changed_once_more(ada: Screen, world: World, act: Act) -> None:
    asked = disputed(ada, world, act)
    change(world, act, "priority", "high", who="lea")
    asked.get_by_role("button", name="Use mine").click()
    expect(asked).to_contain_text("Lea Brandt changed this")
    expect(asked.get_by_role("button", name="High Keep theirs")).to_be_focused()
    asked.get_by_role("button", name="Use mine").click()
    expect(asked).to_have_count(0)
    expect(ada.panel("priority")).to_have_text("Urgent")


@pytest.mark.full
def test_the_question_is_answered_by_keyboard_alone(ada: Screen, world: World, act: Act) -> None:
    page, button = ada.page, ada.picker("priority")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox", name="Priority")).to_be_focused()
    change(world, act, "priority", "low")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    asked = page.get_by_role("dialog", name="Priority")
    theirs, mine = asked.get_by_role("button", name="Keep theirs"), asked.get_by_role("button", name="Use mine")
    expect(theirs).to_be_focused()
    for key, focused in (("ArrowDown", mine), ("ArrowDown", theirs), ("Tab", mine), ("Shift+Tab", theirs)):
        page.keyboard.press(key)
        expect(focused).to_be_focused()
    page.keyboard.press("s")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    expect(button).to_be_focused()
    expect(ada.panel("priority")).to_have_text("Low")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox", name="Priority")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(ada.panel("priority")).to_have_text("Urgent")


def test_different_fields_both_win(ada: Screen, page_of: People) -> None:
    ben = page_of("ben").open("/tickets/1")
    ada.picker("priority").click()
    expect(options(ada).first).to_be_visible()
    ben.picker("type").click()
    expect(options(ben).first).to_be_visible()
    ada.page.locator("[role=option][data-value=high]").click()
    ben.page.locator("[role=option][data-value=change]").click()
    for each in (ada, ben):
        expect(each.panel("priority")).to_have_text("High")
        expect(each.panel("type")).to_have_text("Change")
        expect(each.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.full
def test_ones_own_choice_that_is_still_underway_is_no_dispute(ada: Screen) -> None:
    held: list[Route] = []
    ada.page.route("**/tickets/1/impact", lambda route: held.append(route), times=1)
    ada.choose("impact", "team")
    ada.picker("impact").click()
    held[0].continue_()
    options(ada).first.click()
    expect(ada.panel("impact")).to_have_text("Not set")
    expect(ada.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.full
def test_both_choosing_the_same_is_no_dispute(ada: Screen, world: World, act: Act) -> None:
    ada.picker("technician").click()
    expect(options(ada).first).to_be_visible()
    expect(ada.page.get_by_role("listbox")).to_be_focused()
    lea = str(world.cast["lea"].id)
    ada.page.route("**/choices/**", lambda route: route.abort())
    ada.forgive("ERR_FAILED")
    change(world, act, "technician", lea)
    expect(ada.panel("technician")).to_contain_text("Lea Brandt")
    ada.page.locator(f"[role=option][data-value='{lea}']").click()
    expect(ada.picker("technician")).not_to_have_attribute("aria-busy", "true")
    expect(ada.page.get_by_role("dialog")).to_have_count(0)
    expect(ada.page.locator("field-picker .err")).to_have_count(0)


@pytest.mark.full
def test_an_open_list_stays_where_it_is_and_tells_who_changed_it(ada: Screen, world: World, act: Act) -> None:
    ada.picker("priority").click()
    expect(options(ada).first).to_be_visible()
    box = ada.page.get_by_role("listbox", name="Priority")
    expect(box).to_be_focused()
    places = [each.bounding_box() for each in options(ada).all()]
    change(world, act, "priority", "high")
    expect(ada.page.locator(".choices-news")).to_have_text("Ben Okafor changed this to High")
    expect(options(ada).filter(has_text="High")).to_have_attribute("aria-selected", "true")
    expect(options(ada).filter(has_text="High").locator(".grow + .i")).to_have_count(1)
    expect(ada.page.locator("[role=option] .grow + .i")).to_have_count(1)
    assert [each.bounding_box() for each in options(ada).all()] == places
    expect(box).to_be_focused()
    change(world, act, "priority", "normal")
    expect(ada.page.locator(".choices-news")).to_have_count(0)


@pytest.mark.full
def test_somebody_can_be_taken_off_a_ticket_and_that_is_a_value_too(ada: Screen, world: World, act: Act) -> None:
    lea, tess = str(world.cast["lea"].id), str(world.cast["tess"].id)
    change(world, act, "technician", lea)
    expect(ada.panel("technician")).to_contain_text("Lea Brandt")
    ada.picker("technician").click()
    expect(options(ada).first).to_be_visible()
    expect(ada.page.get_by_role("listbox")).to_be_focused()
    change(world, act, "technician", "")
    ada.page.locator(f"[role=option][data-value='{tess}']").click()
    asked = ada.page.get_by_role("dialog", name="Assigned technician")
    expect(asked.get_by_role("button", name="Nobody Keep theirs")).to_be_focused()
    asked.get_by_role("button", name="Tess Quint Use mine").click()
    expect(ada.panel("technician")).to_contain_text("Tess Quint")


@pytest.mark.full
@pytest.mark.parametrize(
    ("language", "news", "names"),
    [
        ("en", "Ben Okafor changed this to Low", ["Keep theirs", "Use mine"]),
        ("es", "Ben Okafor lo cambió a Baja", ["", ""]),
        ("pt", "Ben Okafor mudou isto para Baixa", ["", ""]),
    ],
)
def test_both_values_in_three_languages(
    language: str, news: str, names: list[str], page_of: People, world: World, act: Act
) -> None:
    ada = opened(page_of, language=language)
    ada.picker("priority").click()
    expect(options(ada).first).to_be_visible()
    change(world, act, "priority", "low")
    expect(ada.page.locator(".choices-news")).to_have_text(news)
    options(ada).last.click()
    buttons = ada.page.locator(".merge button .sub")
    expect(buttons).to_have_count(2)
    texts = buttons.all_inner_texts()
    assert texts == names if language == "en" else not {"Keep theirs", "Use mine"} & {*texts}


@pytest.mark.full
@pytest.mark.parametrize(
    ("width", "dark"),
    [(1440, False), (390, True), (1440, True), (390, False)],
    ids=["desk", "phone-dark", "dark", "phone"],
)
def test_list_and_question_break_no_rule_of_accessibility(
    width: int, dark: bool, page_of: People, world: World, act: Act
) -> None:
    ada = opened(page_of, width=width, dark=dark)
    if width < 720:
        ada.page.locator(".d-sum summary").click()
    ada.picker("priority").click()
    expect(options(ada).first).to_be_visible()
    change(world, act, "priority", "low")
    expect(ada.page.locator(".choices-news")).to_be_visible()
    assert not violations(ada)
    options(ada).last.click()
    asked = ada.page.get_by_role("dialog", name="Priority")
    expect(asked).to_be_visible()
    assert not violations(ada)
    for button in asked.get_by_role("button").all():
        expect(button).to_be_in_viewport(ratio=1)
