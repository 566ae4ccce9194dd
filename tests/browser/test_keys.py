"""Everything by keyboard: through a list, from ticket to ticket, the sheet of keys, and switching letters off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import Act, People
from browser.screen import Screen
from browser.test_axe import violations
from browser.test_small_screens import STICKING_OUT, TOO_SMALL
from console.desk.actions import opening
from console.desk.message import Draft
from world import World


@pytest.fixture
def tickets(world: World, act: Act) -> None:
    """Four tickets; in the list: 4, 3, 2, 1."""
    for at in range(2, 5):
        draft = Draft("Words", source="portal")
        act(opening.open_ticket, world.cast["rhea"], subject=f"Number {at}", draft=draft, department="Support")


def sheet(screen: Screen) -> Locator:
    return screen.page.get_by_role("dialog", name="Keyboard shortcuts")


def link(screen: Screen, number: int) -> Locator:
    return screen.page.locator(f"#ticket-{number} a.subj")


def test_j_and_k_move_through_the_list_and_enter_opens(page_of: People, tickets: None) -> None:
    ada = page_of("ada").open("/tickets")
    for key, number in (("j", 4), ("j", 3), ("j", 2), ("k", 3), ("j", 2), ("j", 1), ("j", 1), ("k", 2)):
        ada.page.keyboard.press(key)
        expect(link(ada, number)).to_be_focused()
    ada.page.keyboard.press("Enter")
    expect(ada.page).to_have_url(ada.url + "/tickets/2")


@pytest.mark.full
def test_on_a_ticket_j_and_k_lead_through_the_list_one_came_from(page_of: People, tickets: None) -> None:
    ada = page_of("ada").open("/tickets?show=unassigned&status=open")
    link(ada, 3).click()
    pager = ada.page.locator("ticket-pager")
    before, after = (ada.page.get_by_role("link", name=name) for name in ("Previous ticket (K)", "Next ticket (J)"))
    expect(pager).to_contain_text("2 of 4")
    for key, number, place in (("j", 2, "3 of 4"), ("j", 1, "4 of 4"), ("k", 2, "3 of 4")):
        ada.page.keyboard.press(key)
        expect(ada.page).to_have_url(f"{ada.url}/tickets/{number}")
        expect(pager).to_contain_text(place)
    after.click()
    expect(after).to_have_attribute("aria-disabled", "true")
    expect(ada.page).to_have_url(f"{ada.url}/tickets/1")
    ada.page.keyboard.press("j")
    before.click()
    expect(ada.page).to_have_url(f"{ada.url}/tickets/2")
    ada.page.keyboard.press("Escape")
    expect(ada.page).to_have_url(ada.url + "/tickets?show=unassigned&status=open")


def test_without_a_list_there_is_no_pager_and_escape_leads_to_all_tickets(page_of: People) -> None:
    ada = page_of("ada").open("/tickets/1")
    expect(ada.page.locator("ticket-pager")).to_be_hidden()
    ada.page.keyboard.press("j")
    ada.page.keyboard.press("?")
    expect(sheet(ada).get_by_text("Next ticket")).to_be_hidden()
    expect(sheet(ada).get_by_text("Mark as unread")).to_be_visible()
    ada.page.keyboard.press("Escape")
    expect(sheet(ada)).to_be_hidden()
    expect(ada.page).to_have_url(ada.url + "/tickets/1")
    ada.page.keyboard.press("Escape")
    expect(ada.page).to_have_url(ada.url + "/tickets")


@pytest.mark.full
def test_escape_closes_what_is_open_before_it_leaves(page_of: People) -> None:
    ada = page_of("ada").open("/tickets/1")
    page = ada.page
    page.evaluate("window.stayed = true")
    for opener, opened in (
        (page.get_by_role("button", name="Actions"), page.get_by_role("menu", name="Actions")),
        (page.get_by_role("button", name="Send and change status"), page.locator("#send-menu")),
        (ada.picker("status"), page.get_by_role("listbox", name="Status")),
        (page.locator("details.user-menu summary"), page.locator("details.user-menu .menu")),
    ):
        opener.click()
        expect(opened).to_be_visible()
        page.keyboard.press("Escape")
        expect(opened).to_be_hidden()
    ada.field.fill("Half a thought")
    page.keyboard.press("Escape")
    expect(ada.field).to_have_value("Half a thought")
    assert page.evaluate("window.stayed") is True


@pytest.mark.full
def test_escape_closes_the_drawer_of_a_phone_before_it_leaves(page_of: People) -> None:
    ada = page_of("ada", width=390).open("/tickets/1")
    drawer = ada.page.get_by_role("link", name="Unassigned")
    ada.page.get_by_role("button", name="Menu", exact=True).click()
    expect(drawer).to_be_in_viewport()
    ada.page.keyboard.press("Escape")
    expect(drawer).not_to_be_in_viewport()
    expect(ada.page).to_have_url(ada.url + "/tickets/1")
    ada.page.keyboard.press("Escape")
    expect(ada.page).to_have_url(ada.url + "/tickets")


def test_the_keys_of_a_ticket_do_what_the_sheet_says(page_of: People) -> None:
    ada = page_of("ada").open("/tickets/1")
    page, press = ada.page, ada.page.keyboard.press
    press("?")
    keys = sheet(ada).locator("dl > div:visible")
    told = {" ".join(row.locator("kbd").all_inner_texts()): row.locator("dt").inner_text() for row in keys.all()}
    assert list(told) == [
        "R",
        "N",
        "Ctrl Enter",
        *(f"Alt {n}" for n in range(1, 5)),
        *"ISPU[]",
        "Esc",
        "/",
        "Ctrl K",
        "?",
    ]
    assert told["Alt 3"] == "Send and set status to Resolved"
    press("Escape")
    press("i")
    expect(ada.panel("technician")).to_contain_text("Ada Moreno")
    press("s")
    expect(page.get_by_role("listbox", name="Status")).to_be_focused()
    press("Escape")
    press("p")
    expect(page.get_by_role("listbox", name="Priority")).to_be_focused()
    press("Escape")
    press("]")
    expect(page.get_by_role("tab", name="Activity")).to_be_focused()
    press("[")
    expect(page.get_by_role("tab", name="Conversation")).to_be_focused()
    press("n")
    expect(page.get_by_role("button", name="Save note", exact=True)).to_be_visible()
    page.keyboard.type("just risk up?")
    expect(ada.field).to_have_value("just risk up?")
    page.locator("h1").click()
    press("r")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    press("Alt+2")
    expect(ada.panel("status")).to_have_text("Pending")
    expect(ada.sent("just risk up?")).to_have_count(1)


@pytest.mark.full
def test_single_letters_are_switched_off_and_on_for_good(page_of: People) -> None:
    ada = page_of("ada").open("/tickets/1")
    ada.page.keyboard.press("?")
    switch = sheet(ada).get_by_role("switch", name="Single-letter keys")
    expect(switch).to_be_checked()
    switch.press("Space")
    expect(switch).not_to_be_checked()
    ada.page.keyboard.press("Escape")
    for again in range(2):
        ada.page.keyboard.press("n")
        ada.page.keyboard.press("?")
        ada.page.keyboard.press("u")
        expect(sheet(ada)).to_be_hidden()
        expect(ada.page.get_by_role("button", name="Send", exact=True)).to_be_visible()
        expect(ada.page).to_have_url(ada.url + "/tickets/1")
        if not again:
            ada.open("/tickets/1")
    # by mouse the sheet still opens, and Ctrl and Escape go on working
    ada.page.locator("details.user-menu summary").click()
    ada.page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(switch).not_to_be_checked()
    switch.click()
    expect(switch).to_be_checked()
    sheet(ada).get_by_role("button", name="Close").click()
    expect(ada.page.locator("details.user-menu summary")).to_be_focused()
    ada.page.keyboard.press("n")
    expect(ada.page.get_by_role("button", name="Save note", exact=True)).to_be_visible()


@pytest.mark.full
def test_the_switch_that_could_not_be_saved_says_so(page_of: People) -> None:
    ada = page_of("ada").open("/tickets")
    ada.forgive("ERR_FAILED")
    ada.page.route("**/preferences/keys", lambda route: route.abort(), times=1)
    ada.page.keyboard.press("?")
    switch = sheet(ada).get_by_role("switch")
    switch.click()
    expect(sheet(ada).get_by_role("alert")).to_have_text("This could not be done. Try again.")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    expect(sheet(ada).get_by_role("alert")).to_be_hidden()


@pytest.mark.full
def test_the_sheet_of_a_list_tells_the_keys_of_a_list(page_of: People) -> None:
    for language, title, keys in (
        (
            "en",
            "Keyboard shortcuts",
            [
                "Next ticket",
                "Previous ticket",
                "Open the ticket",
                "Select the ticket",
                "Take the next ticket",
                "Search",
                "Open the command palette",
                "Show these keys",
            ],
        ),
        (
            "es",
            "Atajos de teclado",
            [
                "Ticket siguiente",
                "Ticket anterior",
                "Abrir el ticket",
                "Seleccionar el ticket",
                "Tomar el siguiente ticket",
                "Buscar",
                "Abrir la paleta de comandos",
                "Mostrar estas teclas",
            ],
        ),
        (
            "pt",
            "Atalhos de teclado",
            [
                "Próximo chamado",
                "Chamado anterior",
                "Abrir o chamado",
                "Selecionar o chamado",
                "Pegar o próximo chamado",
                "Pesquisar",
                "Abrir a paleta de comandos",
                "Mostrar estas teclas",
            ],
        ),
    ):
        ada = page_of("ada", language=language).open("/tickets")
        ada.page.keyboard.press("?")
        expect(ada.page.get_by_role("dialog", name=title).locator("dt")).to_have_text(keys)


@pytest.mark.full
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, False), (390, True)])
def test_the_actions_menu_and_the_sheet_break_no_rule(width: int, dark: bool, page_of: People, tickets: None) -> None:
    ada = page_of("ada", width=width, dark=dark).open("/tickets")
    ada.page.keyboard.press("j")
    ada.page.keyboard.press("?")
    wrong = {"sheet of the list": violations(ada)}
    ada.page.keyboard.press("Escape")
    link(ada, 1).click()
    ada.wait_live()
    ada.page.get_by_role("button", name="Actions").click()
    wrong["menu"] = violations(ada) + ada.page.evaluate(STICKING_OUT)
    ada.page.get_by_role("menuitem", name="Follow").click()
    expect(ada.page.locator(".acted")).not_to_be_empty()
    wrong["what was done"] = violations(ada) + ada.page.evaluate(STICKING_OUT)
    ada.page.keyboard.press("?")
    wrong["sheet"] = violations(ada) + ada.page.evaluate(STICKING_OUT) + ada.page.evaluate(TOO_SMALL)
    assert not {name: found for name, found in wrong.items() if found}
