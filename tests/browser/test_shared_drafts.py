"""A shared draft: colleagues see it grow, comment on it and take it over; requesters and strangers see nothing of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Route, expect

from browser.conftest import Act, People
from browser.screen import ASKED, BACK, LIVE, Screen
from browser.test_axe import violations
from browser.test_drafts import SAVED, line, state, writes
from cast import email
from console.desk.actions import drafting
from world import World


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada").open("/tickets/1")


@pytest.fixture
def ben(page_of: People) -> Screen:
    return page_of("ben").open("/tickets/1")


def card(screen: Screen, title: str = "Draft by Ada Moreno") -> Locator:
    return screen.page.get_by_role("region", name="Shared drafts").get_by_role("article", name=title)


def toggle(screen: Screen) -> Locator:
    return screen.page.get_by_role("button", name="Share draft")


def share(screen: Screen, text: str = "Half a sentence") -> None:
    writes(screen, text)
    toggle(screen).click()
    expect(toggle(screen)).to_have_attribute("aria-pressed", "true")


def comment(screen: Screen, text: str, of: Locator) -> None:
    of.get_by_role("textbox", name="Comment on this draft").fill(text)
    of.get_by_role("button", name="Comment", exact=True).click()


def test_a_colleague_sees_a_shared_draft_grow_and_nothing_before_it_is_shared(ada: Screen, ben: Screen) -> None:
    writes(ada, "Half")
    expect(ada.field).to_have_value("Half")
    ada.page.wait_for_function("() => document.querySelector('draft-keeper').draft.at.text === 'Half'")
    expect(card(ben)).to_have_count(0)
    toggle(ada).click()
    expect(card(ben)).to_contain_text("Half", timeout=LIVE)
    ada.field.press_sequentially(" a **sentence**")
    expect(card(ben).locator("strong", has_text="sentence")).to_be_visible(timeout=SAVED)
    expect(card(ben)).to_contain_text("Public reply")
    toggle(ada).click()
    expect(card(ben)).to_have_count(0, timeout=LIVE)


@pytest.mark.full
def test_an_empty_draft_offers_no_sharing(ada: Screen) -> None:
    expect(toggle(ada)).to_be_hidden()
    ada.field.fill("x")
    expect(toggle(ada)).to_be_visible()
    ada.field.fill("")
    expect(toggle(ada)).to_be_hidden()


@pytest.mark.full
def test_the_author_sees_that_it_is_shared_and_what_is_said_about_it(ada: Screen, ben: Screen) -> None:
    share(ada)
    mine = card(ada, "You share this draft")
    expect(mine).to_contain_text("Technicians who may open this ticket see it while you write.")
    expect(mine.get_by_role("button", name="Take over")).to_be_hidden()
    comment(ben, "Say it shorter", card(ben))
    expect(mine.get_by_role("listitem")).to_contain_text("Say it shorter", timeout=LIVE)
    expect(mine.get_by_role("listitem").locator(".their-name")).to_have_text("Ben Okafor")
    expect(mine.get_by_role("listitem").locator(".their-name")).to_be_visible()
    expect(ada.page.locator("#live-polite")).to_contain_text("Ben Okafor on your draft: Say it shorter")
    expect(card(ben).get_by_role("listitem").locator(".you")).to_be_visible()
    expect(card(ben).get_by_role("textbox")).to_have_value("")
    comment(ada, "Like this?", mine)
    expect(card(ben).get_by_role("listitem")).to_have_count(2, timeout=LIVE)
    assert ada.field.input_value() == "Half a sentence"


@pytest.mark.full
def test_a_comment_half_typed_stays_with_its_caret_while_the_author_writes_on(ada: Screen, ben: Screen) -> None:
    share(ada)
    field = card(ben).get_by_role("textbox", name="Comment on this draft")
    field.press_sequentially("Say it shorter")
    field.evaluate("box => { box.setSelectionRange(3, 3); box.closest('article').first = true; }")
    writes(ada, ", and more")
    expect(card(ben)).to_contain_text("and more", timeout=LIVE)
    expect(field).to_have_value("Say it shorter")
    expect(field).to_be_focused()
    assert field.evaluate("box => [box.selectionStart, box.selectionEnd]") == [3, 3]


@pytest.mark.full
def test_a_comment_half_typed_stays_without_focus_and_while_the_draft_is_hidden(ada: Screen, ben: Screen) -> None:
    share(ada)
    card(ben).get_by_role("textbox").press_sequentially("Say it")
    ben.field.focus()
    writes(ada, ", and more")
    expect(card(ben)).to_contain_text("and more", timeout=LIVE)
    expect(card(ben).get_by_role("textbox")).to_have_value("Say it")
    toggle(ada).click()
    expect(card(ben)).to_have_count(0, timeout=LIVE)
    toggle(ada).click()
    expect(card(ben).get_by_role("textbox")).to_have_value("Say it", timeout=LIVE)


@pytest.mark.full
def test_a_push_does_not_touch_what_the_colleague_writes_themselves(ada: Screen, ben: Screen) -> None:
    ben.field.press_sequentially("My own words")
    ben.field.evaluate("box => box.setSelectionRange(2, 5)")
    before = ben.caret()
    share(ada)
    expect(card(ben)).to_be_visible(timeout=LIVE)
    after = ben.caret()
    assert {name: after[name] for name in ("focus", "text", "start", "end")} == {
        name: before[name] for name in ("focus", "text", "start", "end")
    }


def test_taking_over_moves_the_text_before_ones_own_and_the_author_can_bring_it_back(ada: Screen, ben: Screen) -> None:
    share(ada, "Hers")
    ben.field.press_sequentially("His")
    card(ben).get_by_role("button", name="Take over").click()
    expect(ben.field).to_have_value("Hers\n\nHis")
    assert ben.caret()["focus"]
    expect(card(ben)).to_have_count(0, timeout=LIVE)
    expect(ada.field).to_have_value("", timeout=LIVE)
    expect(line(ada, "taken")).to_contain_text("Ben Okafor took over your draft.")
    line(ada, "taken").get_by_role("button", name="Bring it back").click()
    expect(ada.field).to_have_value("Hers")
    line(ben, "swapped").get_by_role("button", name="Swap them").click()
    expect(ben.field).to_have_value("His")


@pytest.mark.full
def test_who_sends_a_draft_that_was_taken_over_is_its_author(ada: Screen, ben: Screen) -> None:
    share(ada, "Her words")
    card(ben).get_by_role("button", name="Take over").click()
    expect(ben.field).to_have_value("Her words")
    ben.send()
    expect(ada.sent("Her words").locator(".their-name")).to_have_text("Ben Okafor")


@pytest.mark.full
def test_an_author_who_is_typing_while_it_is_taken_loses_nothing(ada: Screen, ben: Screen, world: World) -> None:
    share(ada, "Hers")
    held: list[Route] = []
    ada.page.route("**/tickets/1/draft*", lambda route: held.append(route))
    ada.field.press_sequentially(", typed on")
    card(ben).get_by_role("button", name="Take over").click()
    expect(ben.field).to_have_value("Hers")
    ada.page.unroute("**/tickets/1/draft*")
    for route in held:
        route.continue_()
    expect(line(ada, "taken")).to_be_visible(timeout=SAVED)
    expect(ada.field).to_have_value("Hers, typed on")
    state(ada)


@pytest.mark.full
def test_a_message_sent_ends_the_sharing_for_everybody(ada: Screen, ben: Screen) -> None:
    share(ada, "The whole sentence")
    comment(ben, "Good", card(ben))
    expect(card(ada, "You share this draft").get_by_role("listitem")).to_have_count(1, timeout=LIVE)
    ada.send()
    expect(ben.sent("The whole sentence")).to_be_visible()
    expect(card(ben)).to_have_count(0, timeout=LIVE)
    expect(card(ada, "You share this draft")).to_have_count(0, timeout=LIVE)
    expect(toggle(ada)).to_be_hidden()
    share(ada, "The next")
    expect(card(ben)).to_be_visible(timeout=LIVE)
    expect(card(ben).get_by_role("listitem")).to_have_count(0)


@pytest.mark.full
def test_a_draft_of_a_note_is_yellow_and_says_so(ada: Screen, ben: Screen) -> None:
    ada.mode("note")
    share(ada, "Among us")
    expect(card(ben)).to_contain_text("Internal note", timeout=LIVE)
    colours = [
        screen.evaluate("e => getComputedStyle(e).backgroundColor")
        for screen in (card(ben), ada.page.locator("reply-composer form"))
    ]
    assert colours[0] == colours[1]


@pytest.mark.full
def test_a_page_opened_later_shows_it_and_a_page_that_was_away_catches_up(
    ada: Screen, ben: Screen, world: World, act: Act, page_of: People
) -> None:
    ben.forgive("net::ERR", "WebSocket")
    ben.context.set_offline(True)
    share(ada)
    expect(card(page_of("lea").open("/tickets/1"))).to_contain_text("Half a sentence")
    ben.context.set_offline(False)
    expect(card(ben)).to_contain_text("Half a sentence", timeout=BACK)


@pytest.mark.full
def test_where_websockets_are_blocked_it_comes_by_asking(ada: Screen, page_of: People) -> None:
    ben = page_of("ben")
    ben.forgive("WebSocket", "net::ERR")
    ben.page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    ben.open("/tickets/1", live=False)
    share(ada)
    expect(card(ben)).to_contain_text("Half a sentence", timeout=ASKED)


def test_requesters_see_nothing_of_it(ada: Screen, page_of: People) -> None:
    rhea = page_of("rhea").open("/portal/requests/1")
    share(ada, "SecretOfTheDraft")
    ada.page.wait_for_function("() => document.querySelector('draft-keeper').draft.shared")
    ada.reply("In public")
    expect(rhea.message("In public")).to_be_visible()
    assert "SecretOfTheDraft" not in "".join(rhea.frames) + rhea.page.content()


@pytest.mark.full
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, False), (390, True)])
def test_its_states_break_no_rule_of_accessibility_and_fit(
    page_of: People, world: World, act: Act, width: int, dark: bool
) -> None:
    for who, mode in (("ben", "note"), ("lea", "reply")):
        person = world.cast[who]
        act(
            drafting.save,
            1,
            person,
            version=0,
            mode=mode,
            body="Look at **this** and\n\n- that",
            people=[email("tess")],
        )
        act(drafting.share, 1, person, on=True)
        act(drafting.comment, 1, world.cast["ada"], author_id=person.id, body="Fine, but shorter")
    ada = page_of("ada", width=width, dark=dark).open("/tickets/1")
    share(ada)
    act(drafting.comment, 1, world.cast["ben"], author_id=world.cast["ada"].id, body="Yes")
    expect(card(ada, "You share this draft").get_by_role("listitem")).to_have_count(1, timeout=LIVE)
    assert not violations(ada)
    assert ada.page.evaluate("document.documentElement.scrollWidth") <= width
    box = ada.field.bounding_box()
    assert box and 0 <= box["x"] and box["y"] + box["height"] <= 900
    ada.page.locator("[data-discard-draft]").click()
    expect(line(ada, "discarded")).to_be_visible()
    assert not violations(ada)
    ada.mode("note")
    writes(ada, "x")
    assert not violations(ada)


@pytest.mark.full
@pytest.mark.parametrize(
    ("language", "title", "mine"),
    [
        ("es", "Borrador de Ben Okafor", "Compartes este borrador"),
        ("pt", "Rascunho de Ben Okafor", "Você compartilha este rascunho"),
    ],
)
def test_cards_speak_the_readers_language(page_of: People, ben: Screen, language: str, title: str, mine: str) -> None:
    ada = page_of("ada", language=language).open("/tickets/1")
    share(ben)
    expect(ada.page.get_by_role("article", name=title)).to_be_visible(timeout=LIVE)
    ada.field.press_sequentially("Hola")
    ada.page.locator("[data-share-draft]").click()
    expect(ada.page.get_by_role("article", name=mine)).to_be_visible(timeout=LIVE)
