"""Following a ticket and the bell: told on every page, silent where one looks already, settled when a colleague answers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import Act, People
from browser.screen import Screen
from browser.test_presence_states import HIDE
from console.desk.actions import fields, following, note, reply
from console.desk.message import Draft
from world import World

WATCH_BELL = """() => {
  window.rung = [];
  const look = () => rung.push(document.querySelector('notice-bell').dataset.unread + document.title
                               + document.querySelector('#toasts').textContent);
  new MutationObserver(look).observe(document.body, {subtree: true, childList: true, attributeFilter: ['data-unread']});
}"""


def menu(screen: Screen) -> Locator:
    return screen.page.get_by_role("menu", name="Actions")


def choose(screen: Screen, name: str) -> None:
    screen.page.get_by_role("button", name="Actions").click()
    menu(screen).get_by_role("menuitem", name=name, exact=True).click()
    expect(menu(screen)).to_be_hidden()


def badge(screen: Screen) -> Locator:
    return screen.page.locator("notice-bell .count")


def asks(world: World, act: Act, body: str = "And now?", number: int = 1) -> None:
    act(reply.post_reply, number, world.cast["rhea"], draft=Draft(body), audience="public")


def test_following_from_the_menu_is_told_on_other_pages_until_it_ends(page_of: People, world: World, act: Act) -> None:
    ben = page_of("ben").open("/tickets/1")
    choose(ben, "Follow")
    expect(ben.page.get_by_role("status").filter(has_text="You follow this ticket now.")).to_be_visible()
    expect(ben.log.first).to_contain_text("Ben Okafor follows the ticket")
    with ben.page.expect_response("**/notifications/unread"):  # asked once the bell's own line is there
        ben.open("/tickets")
    act(reply.post_reply, 1, world.cast["ada"], draft=Draft("An answer"), audience="staff")
    expect(ben.page.locator(".toast")).to_contain_text("Ada Moreno replied in #1: Blank pages")
    expect(badge(ben)).to_have_text("1")
    expect(ben.page).to_have_title("(1) All tickets · Agent Console")
    ben.page.locator(".toast a").click()
    expect(badge(ben)).to_be_hidden()
    choose(ben, "Unfollow")
    expect(ben.log.first).to_contain_text("Ben Okafor does not follow the ticket any more")
    with ben.page.expect_response("**/notifications/unread"):
        ben.open("/tickets")
    asks(world, act)
    act(note.write_note, 1, world.cast["ada"], draft=Draft("@Ben this one counts"))
    expect(ben.page.locator(".toast")).to_have_count(1)
    expect(ben.page.locator(".toast")).to_contain_text("mentioned you")


@pytest.mark.full
def test_the_menu_says_in_every_tab_what_holds_now_even_while_it_is_open(page_of: People, world: World) -> None:
    ben = page_of("ben").open("/tickets/1")
    other = ben.other_tab("/tickets/1")
    other.page.get_by_role("button", name="Actions").click()
    expect(menu(other).get_by_role("menuitem", name="Assign to me")).to_be_focused()
    ben.page.bring_to_front()
    choose(ben, "Follow")
    expect(menu(other).get_by_role("menuitem", name="Unfollow")).to_be_visible()
    expect(menu(other).get_by_role("menuitem", name="Assign to me")).to_be_focused()
    choose(ben, "Assign to me")
    expect(ben.panel("technician")).to_contain_text("Ben Okafor")
    item = menu(other).get_by_role("menuitem", name="Assigned to you")
    expect(item).to_have_attribute("aria-disabled", "true")
    posts = len(ben.posts)
    item.click(force=True)
    assert not [path for path in ben.posts[posts:] if path.endswith("/technician")]


@pytest.mark.full
def test_what_this_page_shows_rings_no_bell(page_of: People, world: World, act: Act) -> None:
    act(following.set_following, 1, world.cast["ben"], on=True)
    ben = page_of("ben").open("/tickets/1")
    ben.page.evaluate(WATCH_BELL)
    for at in range(3):
        asks(world, act, f"Question {at}")
        expect(ben.sent(f"Question {at}")).to_be_visible()
    # a notice of another ticket comes after all of these, and is shown
    act(fields.set_field, 1, world.cast["lea"], field="status", value="pending")
    expect(ben.panel("status")).to_have_text("Pending")
    act(note.write_note, 1, world.cast["ada"], draft=Draft("@Ben"))
    expect(ben.sent("@Ben")).to_be_visible()
    other = ben.other_tab("/tickets")
    expect(badge(other)).to_be_hidden()
    assert {each for each in ben.page.evaluate("window.rung")} <= {"0#1 Blank pages · Agent Console"}
    expect(ben.page.locator(".toast")).to_have_count(0)


@pytest.mark.full
def test_being_given_a_ticket_rings_elsewhere_but_not_on_its_own_page(page_of: People, world: World, act: Act) -> None:
    ben, tess = page_of("ben").open("/tickets/1"), page_of("tess").open("/tickets")
    for name in ("ben", "tess"):
        act(fields.set_field, 1, world.cast["lea"], field="technician", value=str(world.cast[name].id))
    expect(tess.page.locator(".toast")).to_contain_text("Lea Brandt assigned #1 to you")
    expect(tess.page).to_have_title("(1) All tickets · Agent Console")
    expect(ben.panel("technician")).to_contain_text("Tess Quint")
    expect(ben.page).to_have_title("#1 Blank pages · Agent Console")
    expect(badge(ben)).to_be_hidden()


@pytest.mark.full
def test_a_hidden_page_does_not_look_and_coming_back_settles(page_of: People, world: World, act: Act) -> None:
    act(following.set_following, 1, world.cast["ben"], on=True)
    ben = page_of("ben").open("/tickets/1")
    ben.page.evaluate(HIDE, True)
    asks(world, act)
    expect(badge(ben)).to_have_text("1")
    expect(ben.page).to_have_title("(1) #1 Blank pages · Agent Console")
    ben.page.evaluate(HIDE, False)
    expect(badge(ben)).to_be_hidden()
    expect(ben.page.locator(".toast")).to_have_count(0)


@pytest.mark.full
def test_a_colleagues_answer_settles_the_bell_of_the_assigned_technician(
    page_of: People, world: World, act: Act
) -> None:
    act(fields.set_field, 1, world.cast["ben"], field="technician", value=str(world.cast["ben"].id))
    ben = page_of("ben").open("/tickets")
    other = ben.other_tab("/notifications")
    asks(world, act)
    for each in (ben, other):
        expect(badge(each)).to_have_text("1")
        expect(each.page.locator(".toast")).to_contain_text("Rhea Lindqvist wrote in #1")
    page_of("ada").open("/tickets/1").reply("I take this one")
    for each in (ben, other):
        expect(badge(each)).to_be_hidden()
        expect(each.page.locator(".toast")).to_have_count(0)
    expect(other.page).to_have_title("Notifications · Agent Console")


@pytest.mark.full
def test_what_can_not_be_done_is_said_and_can_be_tried_again(page_of: People) -> None:
    ben = page_of("ben").open("/tickets/1")
    ben.forgive("ERR_FAILED")
    ben.page.route("**/following", lambda route: route.abort(), times=1)
    choose(ben, "Follow")
    expect(ben.page.get_by_role("status").filter(has_text="This could not be done. Try again.")).to_be_visible()
    choose(ben, "Follow")
    expect(ben.log.first).to_contain_text("follows the ticket")


SPOKEN = {
    "es": (
        "Asignarme",
        "Seguir",
        "Mensaje al solicitante",
        "Iniciar chat",
        "Marcar como no leído",
        "Anular los enlaces de los correos…",
    ),
    "pt": (
        "Atribuir a mim",
        "Seguir",
        "Mensagem ao solicitante",
        "Iniciar chat",
        "Marcar como não lido",
        "Anular os links dos e-mails…",
    ),
}


@pytest.mark.full
@pytest.mark.parametrize(("language", "button"), [("es", "Acciones"), ("pt", "Ações")])
def test_the_menu_speaks_the_language_of_the_person(language: str, button: str, page_of: People) -> None:
    ben = page_of("ben", language=language).open("/tickets/1")
    ben.page.get_by_role("button", name=button).click()
    shown = ben.page.get_by_role("menu", name=button).get_by_role("menuitem")
    names = SPOKEN[language]
    expect(shown).to_have_count(len(names))
    for item, name in zip(shown.all(), names, strict=True):
        expect(item).to_have_accessible_name(name)
