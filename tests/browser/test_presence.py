"""Who is on a ticket is shown to everybody else on it: the list, its order, and what is behind its end."""

from __future__ import annotations

from time import monotonic

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.crowd import COMES, LEFT, RECORD, SEEN, do, gather, hire, listed, more, named
from browser.screen import Screen
from console.desk.actions import opening
from console.desk.message import Draft
from world import World

LINE = "(item) => getComputedStyle(item, '::after').content !== 'none'"


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada").open("/tickets/1")


@pytest.fixture
def second_ticket(world: World, act: Act) -> int:
    draft = Draft("words", source="portal")
    number = act(opening.open_ticket, world.cast["rhea"], subject="Other", draft=draft, department="Support").number
    assert number is not None
    return number


@pytest.mark.full
def test_somebody_alone_sees_only_themselves(ada: Screen) -> None:
    expect(listed(ada)).to_have_count(1)
    assert named(ada) == ["Ada Moreno (you), viewing"]
    assert not listed(ada).first.evaluate(LINE)
    expect(more(ada)).to_be_hidden()
    expect(ada.page.get_by_role("list", name="Viewing now")).to_have_count(1)


@pytest.mark.full
def test_ones_own_avatar_comes_with_the_page(world: World) -> None:
    assert 'title="Ada Moreno (you), viewing"' in world.browse("ada").get("/tickets/1").text


def test_who_comes_is_seen_at_once_and_who_goes_is_gone_soon(ada: Screen, world: World) -> None:
    names, took = hire(world, 3), []
    for count, name in enumerate(names, 2):
        socket = world.socket(name)
        begun = monotonic()
        socket.join("ticket:1")
        expect(listed(ada)).to_have_count(count, timeout=SEEN)
        took.append(monotonic() - begun)
        if name == names[-1]:
            socket.close()
    assert min(took) < COMES / 1000, "the other two may have met a busy machine"
    expect(listed(ada)).to_have_count(3, timeout=LEFT)


@pytest.mark.parametrize("people", [12, 6, 5, 2])
def test_at_most_five_are_in_the_list_and_the_rest_is_named_behind_it(people: int, ada: Screen, world: World) -> None:
    names = hire(world, people - 1)
    gather(world, names)
    last_first = [f"Kim {name[3:]}" for name in reversed(names)]
    expect(listed(ada)).to_have_count(min(people, 5), timeout=SEEN)
    expect(listed(ada).last).to_have_attribute("title", f"{last_first[min(people, 5) - 2]}, viewing", timeout=SEEN)
    assert named(ada) == ["Ada Moreno (you), viewing", *(f"{name}, viewing" for name in last_first[:4])]
    assert listed(ada).first.evaluate(LINE) and not listed(ada).last.evaluate(LINE)
    expect(ada.page.locator("viewing-now ul button")).to_have_count(0)
    if people == 5:
        expect(more(ada)).to_be_hidden()
    elif people > 5:
        expect(more(ada)).to_have_text(f"+{people - 5}")
        expect(more(ada)).to_have_accessible_name(f"+{people - 5} more technician{'s' if people > 6 else ''}")
        more(ada).click()
        rest = ada.page.get_by_role("group", name="Also on this ticket").get_by_role("listitem")
        expect(rest.locator(".name")).to_have_text(last_first[4:])
        for line in rest.all():
            expect(line.locator(".what")).to_have_text("viewing")
            expect(line.locator("at-time time")).to_have_text("now")


@pytest.mark.full
def test_what_each_one_does_orders_and_marks_them(ada: Screen, world: World) -> None:
    states = {
        "kim07": ("reply", "writing a reply", "write"),
        "kim02": ("note", "writing an internal note", "locked"),
        "kim05": ("field:priority", "editing the priority", "edit"),
        "kim01": ("chat", "in a chat", "busy"),
        "kim04": ("viewing", "viewing", ""),
        "kim03": ("idle", "idle", "idle"),
        "kim06": ("away", "away", "away"),
    }
    sockets = gather(world, hire(world, 7))
    for name, (state, _, _) in reversed(states.items()):
        do(sockets[name], state)
    expect(listed(ada).nth(1)).to_have_attribute("title", "Kim 07, writing a reply", timeout=SEEN)
    expected = [f"Kim {name[3:]}, {words}" for name, (_, words, _) in states.items()]
    assert named(ada)[1:] == expected[:4]
    more(ada).click()
    rest = ada.page.locator("viewing-now .viewers li")
    for line, text in zip(rest.all(), expected[4:], strict=True):
        assert text == f"{line.locator('.name').inner_text()}, {line.locator('.what').text_content()}"
    avatars = [*listed(ada).all()[1:], *rest.all()]
    for avatar, (_, _, mark) in zip(avatars, states.values(), strict=True):
        expect(avatar.locator(".dot")).to_contain_class(mark)
    assert len({avatar.locator(".dot").get_attribute("class") for avatar in avatars}) == 7


def test_two_tabs_of_one_person_are_one_avatar_until_both_are_closed(ada: Screen, page_of: People) -> None:
    ben = page_of("ben").open("/tickets/1")
    other = ben.other_tab("/tickets/1")
    expect(listed(ada)).to_have_count(2, timeout=SEEN)
    ada.page.evaluate(RECORD)
    other.page.close()
    ben.field.press_sequentially("x")
    expect(listed(ada).last).to_have_attribute("title", "Ben Okafor, writing a reply", timeout=SEEN)
    assert all(len(list_) == 2 for list_ in ada.page.evaluate("shown"))
    ben.page.close()
    expect(listed(ada)).to_have_count(1, timeout=LEFT)


def test_a_reload_is_nothing_to_the_others(ada: Screen, page_of: People) -> None:
    ben = page_of("ben").open("/tickets/1")
    expect(listed(ada)).to_have_count(2, timeout=SEEN)
    ada.page.evaluate(RECORD)
    for _ in range(3):
        ben.page.reload()
        ben.wait_live()
    ben.field.press_sequentially("x")
    expect(listed(ada).last).to_have_attribute("title", "Ben Okafor, writing a reply", timeout=SEEN)
    shown = ada.page.evaluate("shown")
    assert all(len(list_) == 2 for list_ in shown), shown


def test_going_from_ticket_to_ticket_in_a_hurry_leaves_no_ghosts(
    ada: Screen, page_of: People, second_ticket: int
) -> None:
    lea = page_of("lea").open(f"/tickets/{second_ticket}")
    ben = page_of("ben")
    for number in (1, second_ticket) * 3:
        ben.page.goto(f"{ben.url}/tickets/{number}", wait_until="commit")
    ben.wait_live()
    expect(listed(lea)).to_have_count(2, timeout=SEEN)
    expect(listed(ada)).to_have_count(1, timeout=LEFT)
    assert named(lea)[1] == "Ben Okafor, viewing"


@pytest.mark.full
def test_who_stays_is_the_same_element_and_an_open_menu_stays_open(ada: Screen, world: World) -> None:
    names = hire(world, 9)
    sockets = gather(world, names)
    expect(more(ada)).to_have_text("+5", timeout=SEEN)
    ada.page.evaluate("document.querySelectorAll('viewing-now li').forEach((item) => { item.stays = true; })")
    more(ada).press("Enter")
    panel = ada.page.get_by_role("group", name="Also on this ticket")
    expect(panel).to_be_visible()
    do(sockets["kim01"], "reply")
    expect(listed(ada).nth(1)).to_have_attribute("title", "Kim 01, writing a reply", timeout=SEEN)
    sockets["kim08"].close()
    expect(more(ada)).to_have_text("+4", timeout=LEFT)
    expect(panel).to_be_visible()
    expect(more(ada)).to_be_focused()
    fresh = ada.page.evaluate(
        "[...document.querySelectorAll('viewing-now li')].filter((item) => !item.stays).map((item) => item.innerText)"
    )
    assert len(fresh) == 2, f"only who came into the list, and who fell back out of it: {fresh}"


@pytest.mark.full
def test_the_menu_by_keyboard(ada: Screen, world: World) -> None:
    sockets = gather(world, hire(world, 6))
    expect(more(ada)).to_have_text("+2", timeout=SEEN)
    panel, press = ada.page.get_by_role("group", name="Also on this ticket"), ada.page.keyboard.press
    more(ada).focus()
    press("Enter")
    expect(panel).to_be_visible()
    expect(more(ada)).to_have_attribute("aria-expanded", "true")
    press("ArrowDown")
    expect(panel).to_be_focused()
    press("Escape")
    expect(panel).to_be_hidden()
    expect(more(ada)).to_be_focused()
    expect(more(ada)).to_have_attribute("aria-expanded", "false")
    press("Space")
    expect(panel).to_be_visible()
    press("Tab")
    expect(panel).to_be_hidden()
    press("Shift+Tab")
    press("ArrowDown")
    expect(panel).to_be_focused()
    for name in ("kim01", "kim02"):
        sockets[name].close()
    expect(more(ada)).to_be_hidden(timeout=LEFT)
    expect(ada.page.get_by_role("list", name="Viewing now")).to_be_focused()


@pytest.mark.full
def test_a_click_beside_the_menu_closes_it(ada: Screen, world: World) -> None:
    gather(world, hire(world, 6))
    more(ada).click(timeout=SEEN * 2)
    panel = ada.page.get_by_role("group", name="Also on this ticket")
    panel.click()
    expect(panel).to_be_visible()
    ada.thread.locator("li.msg").first.click()
    expect(panel).to_be_hidden()


@pytest.mark.full
def test_a_phone_shows_two_others_and_counts_the_rest(page_of: People, world: World) -> None:
    ada = page_of("ada", width=390, height=844).open("/tickets/1")
    gather(world, hire(world, 6))
    expect(more(ada)).to_have_text("+4", timeout=SEEN)
    expect(listed(ada)).to_have_count(3)
    more(ada).click()
    expect(ada.page.locator("viewing-now .viewers li")).to_have_count(4)
    ada.page.set_viewport_size({"width": 1280, "height": 844})
    expect(listed(ada)).to_have_count(5)
    expect(more(ada)).to_have_text("+2")


@pytest.mark.full
@pytest.mark.parametrize(
    ("language", "list_", "mine", "theirs", "rest"),
    [
        ("es", "Viendo ahora", "Ada Moreno (tú), viendo el ticket", "Kim 05, escribiendo una respuesta", "+1 técnico más"),
        ("pt", "Vendo agora", "Ada Moreno (você), vendo o chamado", "Kim 05, escrevendo uma resposta", "+1 técnico a mais"),
    ],
)  # fmt: skip
def test_the_list_speaks_the_language_of_its_reader(
    language: str, list_: str, mine: str, theirs: str, rest: str, page_of: People, world: World
) -> None:
    ada = page_of("ada", language=language).open("/tickets/1")
    do(gather(world, hire(world, 5))["kim05"], "reply")
    expect(listed(ada).nth(1)).to_have_attribute("title", theirs, timeout=SEEN)
    assert named(ada)[0] == mine
    expect(ada.page.get_by_role("list", name=list_)).to_be_visible()
    expect(more(ada)).to_have_accessible_name(rest)


def test_no_requester_learns_who_looks_at_their_ticket(ada: Screen, page_of: People, world: World) -> None:
    rhea = page_of("rhea").open("/portal/requests/1")
    ben = page_of("ben").open("/tickets/1")
    ben.field.press_sequentially("Writing")
    expect(listed(ada).last).to_have_attribute("title", "Ben Okafor, writing a reply", timeout=SEEN)
    assert any('"presence"' in frame for frame in ada.frames), "ada's wire has to carry it, or this test proves nothing"
    ben.send()
    expect(rhea.sent("Writing")).to_be_visible()
    telling = ("presence", "viewers", "intent")
    assert not [frame for frame in rhea.frames if any(word in frame for word in telling)]
    expect(rhea.page.locator("viewing-now, typing-line, #typing, .presence")).to_have_count(0)
