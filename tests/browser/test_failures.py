"""What goes wrong is said where it went wrong, and what somebody wrote is never lost and never there twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import select

from browser.conftest import Act, People
from browser.screen import BACK, Screen
from cast import PASSWORD, email
from console.desk.actions import reply, signing
from console.desk.message import Draft
from console.desk.tables import session
from world import World

OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "WebSocket connection", "ERR_CONNECTION")


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada").open("/tickets/1")


@pytest.fixture
def ben(page_of: People) -> Screen:
    return page_of("ben").open("/tickets/1")


def fail_once(screen: Screen, *, after: bool) -> None:
    """The next reply has no answer: it is lost before the desk got it, or `after` the desk stored it."""
    screen.forgive("ERR_FAILED")

    def lose(route: Route) -> None:
        if after:
            route.fetch()
        route.abort()

    screen.page.route("**/replies", lose, times=1)


@pytest.mark.parametrize("after", [False, True], ids=["request lost", "answer lost"])
def test_a_send_that_failed_is_kept_and_sent_again_as_one_message(after: bool, ada: Screen, ben: Screen) -> None:
    fail_once(ada, after=after)
    ada.field.fill("It will not get lost")
    ada.send()
    if after:
        expect(ben.sent("It will not get lost")).to_have_count(1)
        expect(ada.sent("It will not get lost")).to_have_count(1)
        expect(ada.message("It will not get lost")).to_have_count(1)
    else:
        bubble = ada.message("It will not get lost")
        expect(bubble).to_contain_class("failed")
        # at once: a line that takes long to come back is one that was lost, and then the page sends it by itself
        expect(ben.message("It will not get lost")).to_have_count(0)
        expect(bubble).to_contain_text("No connection. Your text is safe.")
        expect(ada.page.locator("#live-assertive")).to_contain_text("No connection. Your text is safe.")
        bubble.get_by_role("button", name="Send again").click()
        for each in (ada, ben):
            expect(each.sent("It will not get lost")).to_have_count(1)
            expect(each.message("It will not get lost")).to_have_count(1)
    assert ada.field.input_value() == ""


@pytest.mark.full
def test_an_error_of_the_desk_leaves_the_message_to_be_sent_again(ada: Screen, ben: Screen) -> None:
    ada.forgive("503")
    ada.page.route(
        "**/replies",
        lambda route: route.fulfill(status=503, json={"error": "The desk is busy.", "field": None}),
        times=1,
    )
    ada.field.fill("Patience")
    ada.send()
    expect(ada.message("Patience")).to_contain_text("The desk is busy.")
    ada.message("Patience").get_by_role("button", name="Send again").click()
    expect(ben.sent("Patience")).to_have_count(1)
    expect(ada.message("Patience")).to_have_count(1)


def test_pressing_send_three_times_without_a_network_is_one_message(ada: Screen, ben: Screen) -> None:
    ada.forgive(*OFFLINE)
    ada.context.set_offline(True)
    ada.field.fill("Once and only once")
    for _ in range(3):
        ada.page.get_by_role("button", name="Send", exact=True).click()
    bubble = ada.message("Once and only once")
    expect(bubble).to_contain_text("Waiting for the connection")
    expect(bubble).to_have_count(1)
    ada.context.set_offline(False)
    for each in (ada, ben):
        expect(each.sent("Once and only once")).to_have_count(1, timeout=BACK)
        expect(each.message("Once and only once")).to_have_count(1)


@pytest.mark.full
def test_two_messages_that_failed_are_sent_again_each_by_itself(ada: Screen, ben: Screen) -> None:
    ada.forgive(*OFFLINE)
    ada.page.route("**/replies", lambda route: route.abort())
    for text in ("The one", "The other"):
        ada.field.fill(text)
        ada.field.press("Control+Enter")
        expect(ada.message(text).get_by_role("button", name="Send again")).to_be_visible()
    ada.page.unroute("**/replies")
    for text in ("The other", "The one"):
        ada.message(text).get_by_role("button", name="Send again").click()
        expect(ben.sent(text)).to_have_count(1, timeout=BACK)
    assert [text for text in ada.thread.locator(".msg .body").all_inner_texts() if text.startswith("The o")] == [
        "The other",
        "The one",
    ]


@pytest.mark.full
def test_what_could_not_be_sent_outlives_a_reload(ada: Screen, ben: Screen) -> None:
    ada.forgive("ERR_FAILED")
    ada.page.route("**/replies", lambda route: route.abort())
    ada.field.fill("Kept over a reload")
    ada.send()
    expect(ada.message("Kept over a reload").get_by_role("button", name="Send again")).to_be_visible()
    ada.field.fill("And half of the next")
    ada.page.unroute("**/replies")
    ada.open("/tickets/1")
    expect(ada.field).to_have_value("And half of the next")
    ada.message("Kept over a reload").get_by_role("button", name="Send again").click()
    expect(ben.sent("Kept over a reload")).to_have_count(1)
    expect(ada.message("Kept over a reload")).to_have_count(1)


def test_a_session_that_ended_while_typing_costs_a_sign_in_and_nothing_else(
    page_of: People, world: World, ben: Screen
) -> None:
    cookie = world.session("ada")
    ada = page_of("ada", session=cookie).open("/tickets/1")
    ada.forgive("401")
    ada.mode("note")
    ada.field.fill("Typed over the end of the session")
    world.clock.pass_(days=15)
    ada.send()
    expect(ada.problem).to_contain_text("Your session has ended. Your text is safe")
    assert ada.field.input_value() == "Typed over the end of the session"
    expect(ada.message("Typed over")).to_have_count(0)
    with ada.context.expect_page() as opening:
        ada.problem.get_by_role("link").click()
    way = opening.value
    way.get_by_label("Email").fill(email("ada"))
    way.get_by_label("Password").fill(PASSWORD)
    way.get_by_role("button", name="Sign in").click()
    expect(way).to_have_url(world.url + "/tickets/1")
    ada.page.bring_to_front()
    expect(ada.page.get_by_role("button", name="Save note", exact=True)).to_be_visible()
    ada.send()
    expect(ada.sent("Typed over the end of the session")).to_have_count(1, timeout=BACK)
    expect(ada.sent("Typed over the end of the session")).to_contain_text("Internal note")
    expect(ada.problem).to_be_hidden()


@pytest.mark.full
def test_too_long_a_text_is_counted_refused_and_kept(ada: Screen, ben: Screen) -> None:
    count = ada.page.locator("reply-composer .count")
    ada.field.fill("x" * 59_999)
    expect(count).to_be_hidden()
    ada.field.fill("x" * 60_000)
    expect(count).to_have_text("60,000 of 64,000 characters")
    ada.field.fill("x" * 64_001)
    expect(count).to_have_text("64,001 of 64,000 characters")
    expect(ada.problem).to_contain_text("over the limit")
    expect(ada.problem).not_to_contain_text("1 characters")
    expect(ada.field).to_have_attribute("aria-invalid", "true")
    ada.send()
    assert len(ada.field.input_value()) == 64_001
    assert not [path for path in ada.posts if path.endswith("/replies")]
    ada.field.press("Control+End")
    ada.field.press("Backspace")
    expect(ada.problem).to_be_hidden()
    ada.send()
    expect(ben.sent("xxxxxxxx")).to_have_count(1)
    expect(count).to_be_hidden()


@pytest.mark.full
def test_nothing_written_is_said_and_nothing_is_sent(ada: Screen) -> None:
    ada.send()
    expect(ada.problem).to_have_text("Write a message first.")
    ada.field.fill("   \n  ")
    ada.send()
    expect(ada.problem).to_have_text("Write a message first.")
    assert not [path for path in ada.posts if path.endswith("/replies")]
    ada.field.fill("Now there is something")
    expect(ada.problem).to_be_hidden()


@pytest.mark.full
def test_a_reply_to_a_closed_request_is_refused_in_words_and_the_text_stays(
    page_of: People, world: World, act: Act
) -> None:
    rhea = page_of("rhea").open("/portal/requests/1")
    rhea.forgive("422")
    rhea.field.fill("One more thing")
    draft = Draft("It is done")
    act(reply.post_reply, 1, world.cast["ada"], draft=draft, audience="staff", status="closed")
    expect(rhea.panel("facts")).to_contain_text("Closed")
    expect(rhea.page.get_by_text("This request is closed.")).to_be_visible()
    assert rhea.field.input_value() == "One more thing"


def test_a_change_that_could_not_be_saved_says_so_and_the_value_stays(ada: Screen) -> None:
    ada.forgive("ERR_FAILED")
    ada.page.route("**/tickets/1/priority", lambda route: route.abort(), times=1)
    ada.choose("priority", "urgent")
    expect(ada.page.locator("field-picker[data-field=priority] .err")).to_have_text(
        "The change could not be saved. Try again."
    )
    expect(ada.panel("priority")).to_have_text("Normal")
    ada.choose("priority", "urgent")
    expect(ada.panel("priority")).to_have_text("Urgent")
    expect(ada.page.locator("field-picker[data-field=priority] .err")).to_have_count(0)


@pytest.mark.full
def test_signed_out_elsewhere_keeps_the_text_to_be_copied(page_of: People, world: World, act: Act) -> None:
    cookie = world.session("ada")
    ada = page_of("ada", session=cookie).open("/tickets/1")
    ada.forgive("401", "WebSocket")
    ada.field.fill("Half a thought")
    person = world.cast["ada"]
    number = world.desk.database.read_now(
        lambda connection: connection.execute(
            select(session.c.id).where(session.c.digest == signing.digest(cookie))
        ).scalar_one()
    )
    act(signing.sign_out, person, session_id=number)
    expect(ada.page.locator(".gone")).to_contain_text("Your session has ended. Sign in again to go on.")
    expect(ada.page.get_by_label("Text you had not sent")).to_have_value("Half a thought")
