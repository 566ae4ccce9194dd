"""Two technicians and a requester on one ticket: what one does is before the others at once, in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.conftest import Act, People
from browser.screen import Screen
from browser.wire import Wire
from console.desk.actions import fields, note, opening, reply
from console.desk.message import Draft
from world import World

TOKEN = "zebra-7f3a91c04d"

FIELDS = {
    "status": ("pending", "Pending", "Answered, waiting for you"),
    "priority": ("urgent", "Urgent", "Urgent"),
    "type": ("problem", "Problem", None),
    "impact": ("site", "One site", None),
}


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada").open("/tickets/1")


@pytest.fixture
def ben(page_of: People) -> Screen:
    return page_of("ben").open("/tickets/1")


@pytest.fixture
def rhea(page_of: People) -> Screen:
    return page_of("rhea").open("/portal/requests/1")


def stay(*screens: Screen) -> None:
    """Mark the pages: `stayed` tells later that none was loaded anew."""
    for each in screens:
        each.page.evaluate("window.loadedOnce = true")


def stayed(*screens: Screen) -> bool:
    return all(each.page.evaluate("window.loadedOnce === true") for each in screens)


def test_what_somebody_says_is_before_everybody_once(ada: Screen, ben: Screen, rhea: Screen) -> None:
    stay(ada, ben, rhea)
    ada.reply("Have you tried the other tray?")
    rhea.reply("Yes, the other tray is blank too")
    ben.reply("Then it is the drum")
    for each in (ada, ben, rhea):
        for text in ("Have you tried the other tray?", "Yes, the other tray is blank too", "Then it is the drum"):
            expect(each.message(text)).to_have_count(1)
        assert each.thread.locator("li.msg").all_inner_texts()[-1].count("Then it is the drum") == 1
    assert stayed(ada, ben, rhea)
    expect(ben.sent("Have you tried").locator(".by")).to_have_text("Ada Moreno", use_inner_text=True)
    expect(ada.sent("Have you tried").locator(".by")).to_have_text("You", use_inner_text=True)
    expect(rhea.sent("Yes, the other").locator(".by")).to_have_text("You", use_inner_text=True)
    expect(rhea.panel("facts")).to_contain_text("Answered")
    expect(ada.panel("activity_status")).to_have_text("Awaiting requester's reply")
    expect(ada.panel("counts_conversation")).to_have_text("5")
    assert ada.content() == ben.content()


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_changes_in_place_for_those_who_may_know(field: str, ada: Screen, ben: Screen, rhea: Screen) -> None:
    value, shown, public = FIELDS[field]
    stay(ada, ben, rhea)
    before = rhea.page.locator("main").inner_text()
    lines = ben.log.count()
    ada.choose(field, value)
    for each in (ada, ben):
        expect(each.panel(field)).to_have_text(shown)
        expect(each.log).to_have_count(lines + 1)
        expect(each.log.first).to_contain_text(shown)
        expect(each.log.first).to_contain_text("Ada Moreno")
        expect(each.panel("counts_activity")).to_have_text(str(lines + 1))
    if public:
        expect(rhea.panel("facts")).to_contain_text(public)
    else:
        ada.reply("A word in public")
        expect(rhea.sent("A word in public")).to_be_visible()
        assert shown not in rhea.page.content()
        assert len(before) < len(rhea.page.locator("main").inner_text())
    assert stayed(ada, ben, rhea)


def test_a_ticket_is_assigned_in_place_and_the_list_says_so(ada: Screen, ben: Screen, world: World) -> None:
    ada.choose("technician", str(world.cast["ben"].id))
    for each in (ada, ben):
        expect(each.panel("technician")).to_contain_text("Ben Okafor")
        expect(each.thread.locator("li.event").last).to_contain_text("assigned")
    # he sees it happen, so no bell rings for it
    expect(ben.page).to_have_title("#1 Blank pages · Agent Console")
    ada.page.get_by_role("link", name="Tickets", exact=True).click()
    row = ada.page.get_by_role("row").filter(has_text="Blank pages")
    expect(row).to_contain_text("Ben Okafor")
    row.get_by_role("link", name="Blank pages").click()
    expect(ada.panel("technician")).to_contain_text("Ben Okafor")


def test_a_view_is_a_line_of_the_activity_log_and_settles_unread(page_of: People, ada: Screen, rhea: Screen) -> None:
    rhea.reply("Is somebody there?")
    expect(ada.panel("activity_status")).to_have_text("Awaiting technician's reply")
    lea = page_of("lea").open("/tickets/1")
    for each in (ada, lea):
        expect(each.log.first).to_contain_text("Lea Brandt looked at the ticket")
    assert ada.content() == lea.content()


def test_a_note_never_reaches_the_requester_by_any_wire(
    page_of: People, ada: Screen, ben: Screen, world: World, act: Act, tmp_path: Path
) -> None:
    har = tmp_path / "rhea.har"
    rhea = page_of("rhea", record_har_path=har, record_har_content="embed").open("/portal/requests/1")
    ada.mode("note")
    ada.page.locator("reply-composer input[type=file]").set_input_files(
        {"name": f"{TOKEN}.txt", "mimeType": "text/plain", "buffer": TOKEN.encode()}
    )
    ada.reply(f"@Ben the customer is wrong about {TOKEN}")
    ada.choose("impact", "company")
    ada.choose("technician", str(world.cast["tess"].id))
    expect(ben.sent(TOKEN)).to_be_visible()
    assert any(TOKEN in frame for frame in ben.frames), "ben's wire has to carry it, or this test proves nothing"
    ada.mode("reply")
    ada.reply("We are looking into it")
    expect(rhea.sent("We are looking into it")).to_be_visible()
    rhea.reply("Thank you")
    tab = rhea.other_tab("/portal")
    tab.open("/portal/requests/1")
    for each in (rhea, tab):
        page = each.page.content()
        assert not [word for word in (TOKEN, "Tess", "Internal note", "Whole company") if word in page]
    assert [frame for frame in rhea.frames if "We are looking into it" in frame]
    assert not [frame for frame in rhea.frames if any(word in frame for word in (TOKEN, "noted", "assigned", "impact"))]
    rhea.context.close()
    wire = har.read_text()
    assert "We are looking into it" in wire and "Thank you" in wire
    assert TOKEN not in wire


def test_a_note_is_yellow_says_who_was_told_and_names_itself(ada: Screen, ben: Screen) -> None:
    ada.mode("note")
    ada.field.press_sequentially("Ask @le")
    option = ada.page.get_by_role("option", name="Lea Brandt")
    expect(option).to_be_visible()
    ada.field.press("Enter")
    assert ada.field.input_value() == "Ask @Lea Brandt "
    ada.field.press_sequentially("please")
    notify = ada.page.get_by_role("combobox", name="Notify")
    notify.press_sequentially("be")
    expect(ada.page.get_by_role("option", name="Ben Okafor")).to_be_visible()
    notify.press("Enter")
    expect(ada.page.locator("people-field[name=notify] .token")).to_have_count(2)
    ada.page.get_by_role("button", name="Save note", exact=True).click()
    for each in (ada, ben):
        note = each.sent("Ask @Lea Brandt please")
        expect(note).to_contain_class("note")
        expect(note).to_contain_text("Internal note")
        expect(note.locator(".mention")).to_have_text("@Lea Brandt")
        told = note.locator(".told .names li")
        expect(told).to_have_count(2)
        for name in ("Ben Okafor", "Lea Brandt"):
            expect(told.filter(has_text=name)).to_have_count(1)
    expect(ben.log.first).to_contain_text("added an internal note and notified")


def test_who_is_called_learns_it_on_any_page_and_the_bell_settles_everywhere(page_of: People, ada: Screen) -> None:
    ben = page_of("ben").open("/tickets")
    other = ben.other_tab("/notifications")
    ada.note("@Ben have a look")
    for each in (ben, other):
        expect(each.page.locator("notice-bell .count")).to_have_text("1")
        expect(each.page.locator("notice-bell .count")).to_be_visible()
        expect(each.page).to_have_title(
            "(1) " + ("All tickets" if each is ben else "Notifications") + " · Agent Console"
        )
        expect(each.page.locator("notice-bell a")).to_have_accessible_name("Notifications, 1 unread")
    toast = ben.page.locator(".toast")
    expect(toast).to_contain_text("Ada Moreno mentioned you in #1: Blank pages")
    ada.reply("@Ben once more")
    expect(other.page.locator("notice-bell .count")).to_have_text("2")
    toast.first.get_by_role("link").click()
    expect(ben.page).to_have_url(ben.url + "/tickets/1")
    expect(ben.sent("have a look")).to_be_visible()
    for each in (ben, other):
        expect(each.page.locator("notice-bell .count")).to_be_hidden()
    expect(other.page).to_have_title("Notifications · Agent Console")


@pytest.mark.full
def test_a_call_between_the_loading_of_the_page_and_its_line_is_not_missed(
    page_of: People, world: World, act: Act
) -> None:
    ben = page_of("ben")
    wire = Wire(ben)
    wire.held = True
    ben.open("/tickets", live=False)
    expect(ben.page.locator("notice-bell .count")).to_be_hidden()
    act(note.write_note, 1, world.cast["ada"], draft=Draft("@Ben quickly"))
    wire.release()
    expect(ben.page.locator("notice-bell .count")).to_have_text("1")
    expect(ben.page).to_have_title("(1) All tickets · Agent Console")


@pytest.mark.full
def test_a_view_before_the_line_is_up_settles_the_bell_too(page_of: People, world: World, act: Act) -> None:
    act(note.write_note, 1, world.cast["ada"], draft=Draft("@Ben quickly"))
    ben = page_of("ben")
    wire = Wire(ben)
    wire.held = True
    with ben.page.expect_response("**/tickets/1/views"):
        ben.open("/tickets/1", live=False)
    wire.release()
    expect(ben.page.locator("notice-bell .count")).to_be_hidden()


@pytest.mark.full
def test_the_first_message_is_marked_as_locked_for_both_sides(ada: Screen, rhea: Screen) -> None:
    for each in (ada, rhea):
        first = each.thread.locator("li.msg").first
        expect(first).to_contain_text("The printer in hall 3")
        expect(first.locator("use[href$='#lock']")).to_have_count(1)
        expect(first).to_contain_text("Original request")


@pytest.mark.full
def test_markdown_is_shown_and_script_in_it_does_nothing(ada: Screen, ben: Screen, rhea: Screen) -> None:
    evil = (
        '**bold** and `code`\n\n- one\n- two\n\n> quoted\n\n<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'
        "\n\n[click](javascript:window.hurt=1) [site](https://example.com/) ![pic](https://example.com/p.png)\n\n"
        "<a hx-on:click='window.hurt=1' hx-get='/sign-out' hx-trigger='load'>x</a>{{ 7*7 }}"
    )
    ada.field.fill(evil)
    ada.send()
    for each in (ada, ben, rhea):
        body = each.sent("bold and").locator(".body")
        expect(body.locator("strong")).to_have_text("bold")
        expect(body.locator("code")).to_have_text("code")
        expect(body.locator("li")).to_have_text(["one", "two"])
        expect(body.locator("blockquote")).to_have_text("quoted")
        expect(body.get_by_role("link", name="site")).to_have_attribute("rel", "noopener noreferrer nofollow")
        expect(body.locator("img, script, [onerror], [hx-get], a[href^='javascript']")).to_have_count(0)
        expect(body).to_contain_text("{{ 7*7 }}")
        assert each.page.evaluate("window.hurt") is None


@pytest.mark.full
def test_a_subject_and_a_file_name_are_text_wherever_they_are_shown(page_of: People, world: World, act: Act) -> None:
    evil = '"><img src=x onerror=window.hurt=1>'
    draft = Draft("words", source="portal")
    act(opening.open_ticket, world.cast["rhea"], subject=f"Sub {evil}", draft=draft, department="Support")
    ben = page_of("ben").open("/tickets")
    rhea = page_of("rhea").open("/portal/requests/2")
    ada = page_of("ada").open("/tickets/2")
    ada.page.locator("reply-composer input[type=file]").set_input_files(
        {"name": "a'><img src=x onerror=hurt=1>.txt", "mimeType": "text/plain", "buffer": b"x"}
    )
    ada.note("@Ben see the subject")
    expect(ben.page.locator(".toast")).to_contain_text(evil)
    ben.page.locator(".toast a").click()
    expect(ben.page.get_by_role("heading", level=1)).to_have_text(f"Sub {evil}")
    expect(rhea.page.get_by_role("heading", level=1)).to_have_text(f"Sub {evil}")
    expect(ben.sent("see the subject").locator(".file .name")).to_contain_text("<img src=x onerror=hurt=1>.txt")
    for each in (ada, ben, rhea):
        assert each.page.evaluate("window.hurt") is None
        expect(each.page.locator("img[src$='/x'], img[src=x]")).to_have_count(0)


def test_everything_at_once_ends_in_the_same_page_for_both(ada: Screen, ben: Screen, world: World, act: Act) -> None:
    cast = world.cast
    for number in range(5):
        act(reply.post_reply, 1, cast["rhea"], draft=Draft(f"Question {number}"), audience="public")
        act(fields.set_field, 1, cast["lea"], field="priority", value=("high", "low")[number % 2])
        expect(ada.sent(f"Question {number}")).to_be_visible()
        ada.reply(f"Answer {number}")
    expect(ben.sent("Answer 4")).to_be_visible()
    expect(ada.panel("counts_activity")).to_have_text(ben.panel("counts_activity").inner_text())
    assert ada.content() == ben.content()
    assert [text for text in ben.thread.locator(".msg .body").all_inner_texts() if text[0] in "QA"] == [
        f"{kind} {number}" for number in range(5) for kind in ("Question", "Answer")
    ]
