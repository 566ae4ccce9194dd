"""A chat between technicians and a requester on a phone, each in a browser of their own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import People, start_again
from browser.screen import LIVE, Screen
from browser.test_axe import violations
from browser.test_catch_up import LOST
from world import World


def box(screen: Screen) -> Locator:
    return screen.page.get_by_role("region", name="Chat", exact=True)


def field(screen: Screen) -> Locator:
    return box(screen).get_by_role("textbox", name="Chat message")


def say(screen: Screen, words: str) -> None:
    field(screen).fill(words)
    field(screen).press("Enter")


def line(screen: Screen, words: str) -> Locator:
    return box(screen).locator("#chat-lines > li[data-line]", has_text=words)


def start(ada: Screen, rhea: Screen) -> None:
    ada.page.get_by_role("button", name="Actions").click()
    ada.page.get_by_role("menuitem", name="Start chat").click()
    box(rhea).get_by_role("button", name="Accept").click()
    expect(field(ada)).to_be_visible(timeout=LIVE)


@pytest.fixture
def three(page_of: People) -> tuple[Screen, Screen, Screen]:
    ada, ben = page_of("ada").open("/tickets/1"), page_of("ben").open("/tickets/1")
    return ada, ben, page_of("rhea", width=390, height=780).open("/portal/requests/1")


def test_it_is_asked_for_accepted_and_live_on_both_sides_until_one_ends_it(
    three: tuple[Screen, Screen, Screen],
) -> None:
    ada, ben, rhea = three
    start(ada, rhea)
    field(ada).press_sequentially("Which")
    expect(box(rhea).locator(".typing")).to_contain_text("Ada Moreno is typing")
    expect(box(ben).locator(".typing")).to_be_hidden()
    say(ada, "Which **driver** is it?")
    expect(line(rhea, "Which driver is it?")).to_have_count(1)
    expect(box(rhea).locator(".typing")).to_be_hidden()
    expect(box(ada).locator(".mark")).to_contain_text("Seen", timeout=LIVE)
    field(rhea).press_sequentially("The")
    expect(box(ada).locator(".typing")).to_contain_text("Rhea Lindqvist is typing")
    say(rhea, "The old one.")
    for screen in (ada, ben):
        expect(line(screen, "The old one.")).to_have_count(1)
    say(ben, "I know it.")
    for screen in three:
        expect(box(screen)).to_contain_text("Ben Okafor joined the chat")
        expect(line(screen, "I know it.")).to_have_count(1)
    box(rhea).get_by_role("button", name="End chat").click()
    for screen in (ada, ben):
        expect(box(screen)).to_be_hidden()
        expect(screen.thread).to_contain_text("Rhea Lindqvist ended the chat")
    expect(field(rhea)).to_be_hidden()
    expect(box(rhea).get_by_role("button", name="Ask for a chat")).to_be_visible()


def test_a_folded_chat_has_got_the_lines_and_nobody_has_seen_them(three: tuple[Screen, Screen, Screen]) -> None:
    ada, _, rhea = three
    start(ada, rhea)
    box(rhea).get_by_role("button", name="Fold the chat").click()
    say(ada, "Are you there?")
    expect(box(ada).locator(".mark")).to_have_text("Delivered", timeout=LIVE)
    box(rhea).get_by_role("button", name="Open the chat").click()
    expect(box(ada).locator(".mark")).to_contain_text("Seen", timeout=LIVE)


def test_it_survives_a_reload_with_what_is_half_typed_in_it(three: tuple[Screen, Screen, Screen]) -> None:
    ada, _, rhea = three
    start(ada, rhea)
    say(rhea, "Before.")
    expect(line(ada, "Before.")).to_have_count(1)
    field(rhea).fill("Half a")
    rhea.page.wait_for_function("() => Object.values(sessionStorage).some((value) => value.includes('Half a'))")
    rhea.page.reload()
    rhea.wait_live()
    expect(line(rhea, "Before.")).to_have_count(1)
    expect(field(rhea)).to_have_value("Half a")
    expect(rhea.page.get_by_role("textbox", name="New reply")).to_have_value("")


def test_a_requester_asks_and_it_is_declined_or_accepted(three: tuple[Screen, Screen, Screen]) -> None:
    ada, ben, rhea = three
    for answer, told in (("Decline", "Ada Moreno declined the chat"), ("Accept", "Ada Moreno accepted the chat")):
        box(rhea).get_by_role("button", name="Ask for a chat").click()
        expect(box(rhea)).to_contain_text("Waiting for an answer")
        for screen in (ada, ben):
            expect(box(screen)).to_contain_text("Rhea Lindqvist would like to chat")
        box(ada).get_by_role("button", name=answer).click()
        expect(rhea.thread).to_contain_text(told)
    say(rhea, "Thank you.")
    expect(line(ada, "Thank you.")).to_have_count(1)


def test_it_is_handed_over_to_a_colleague(three: tuple[Screen, Screen, Screen]) -> None:
    ada, ben, rhea = three
    start(ada, rhea)
    box(ada).get_by_role("button", name="Hand over").click()
    box(ada).get_by_role("option", name="Ben Okafor").click()
    for screen in three:
        expect(box(screen)).to_contain_text("Ada Moreno handed the chat over to Ben Okafor")
    expect(box(rhea)).to_contain_text("Chat with Ben Okafor")
    expect(box(ben).get_by_role("button", name="Join")).to_be_hidden()


def test_a_line_that_could_not_be_sent_is_sent_when_the_line_is_back_once(
    three: tuple[Screen, Screen, Screen],
) -> None:
    ada, _, rhea = three
    start(ada, rhea)
    rhea.forgive("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "WebSocket")
    rhea.context.set_offline(True)
    say(rhea, "From a tunnel.")
    expect(box(rhea).locator("li[data-pending]", has_text="From a tunnel.")).to_have_count(1)
    rhea.context.set_offline(False)
    expect(line(ada, "From a tunnel.")).to_have_count(1, timeout=30_000)
    expect(box(rhea).locator("#chat-lines > li", has_text="From a tunnel.")).to_have_count(1)


def test_what_both_say_while_the_desk_is_away_is_there_once_and_in_one_order(
    three: tuple[Screen, Screen, Screen], world: World
) -> None:
    ada, _, rhea = three
    for screen in three:
        screen.forgive(*LOST)
    start(ada, rhea)
    say(ada, "Before.")
    expect(line(rhea, "Before.")).to_have_count(1)
    world.stop()
    for screen, words in ((ada, "Ada, meanwhile"), (rhea, "Rhea, meanwhile"), (rhea, "Rhea, once more")):
        say(screen, words)
    start_again(world)
    said = ("Before.", "Ada, meanwhile", "Rhea, meanwhile", "Rhea, once more")
    for screen in three:
        for words in said:
            expect(line(screen, words)).to_have_count(1, timeout=30_000)
        expect(box(screen).locator("li[data-pending]")).to_have_count(0)
    orders = [[*screen.page.locator("#chat-lines li[data-line] .body").all_inner_texts()] for screen in three]
    assert orders[0] == orders[1] == orders[2]
    assert orders[0].index("Rhea, meanwhile") < orders[0].index("Rhea, once more")


@pytest.mark.parametrize(("width", "dark"), ((390, True), (1440, False)))
def test_no_state_of_it_breaks_a_rule_of_accessibility(width: int, dark: bool, page_of: People, world: World) -> None:
    ada = page_of("ada", width=width, dark=dark).open("/tickets/1")
    rhea = page_of("rhea", width=width, dark=dark).open("/portal/requests/1")
    ada.page.get_by_role("button", name="Actions").click()
    ada.page.get_by_role("menuitem", name="Start chat").click()
    expect(box(rhea).get_by_role("button", name="Accept")).to_be_visible()
    assert violations(ada) == [] and violations(rhea) == []
    box(rhea).get_by_role("button", name="Accept").click()
    say(ada, "Hello.")
    say(rhea, "Hello.")
    expect(line(ada, "Hello.")).to_have_count(2)
    for screen in (ada, rhea):
        assert violations(screen) == []
        assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_technicians_see_who_waits_for_a_chat_wherever_they_are(page_of: People) -> None:
    ben, lea = page_of("ben").open("/tickets?show=chats"), page_of("lea").open("/tickets?show=all")
    rhea = page_of("rhea", width=390).open("/portal/requests/1")
    expect(ben.page.get_by_text("Nobody waits for a chat.")).to_be_visible()
    box(rhea).get_by_role("button", name="Ask for a chat").click()
    for screen in (ben, lea):
        expect(screen.page.locator("#ticket-1")).to_contain_text("Asked to chat", timeout=LIVE)
        expect(screen.page.locator(".toast", has_text="would like to chat")).to_be_visible()
    assert violations(ben) == []
    box(rhea).get_by_role("button", name="Take back").click()
    expect(ben.page.locator("#ticket-1")).to_have_count(0)
    expect(lea.page.locator("#ticket-1")).not_to_contain_text("chat")
