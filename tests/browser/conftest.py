"""Fixtures of the browser tests: one Chromium for each worker, and a screen for everybody who takes part."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Playwright, expect, sync_playwright

from browser.screen import LIVE, Screen
from browser.tunnel import Away
from console.desk.change import Receipt
from console.viewer import COOKIE
from world import PATIENCE, World, begin

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
LANGUAGES = {"en": "en-GB", "es": "es-ES", "pt": "pt-BR"}

# Tests that are repeated in other languages, themes, widths, with other fields or fewer people: ./test runs the first of
# each, ./test --full all.
REPEATED = {
    "test_one_click_in_the_mail_and_one_press_are_a_rating_that_technicians_see_at_once",
    "test_the_reports_fit_and_break_no_rule",
    "test_no_state_of_it_breaks_a_rule_of_accessibility",
    "test_the_fields_break_no_rule_of_accessibility_and_fit",
    "test_the_page_of_a_link_to_sign_in_breaks_no_rule",
    "test_the_search_breaks_no_rule",
    "test_at_most_five_are_in_the_list_and_the_rest_is_named_behind_it",
    "test_typing_goes_on_through_a_storm_of_changes",
    "test_send_with_a_status_by_keyboard",
    "test_errors_speak_the_language_of_the_page",
    "test_a_send_that_failed_is_kept_and_sent_again_as_one_message",
    "test_its_states_break_no_rule_of_accessibility_and_fit",
    "test_notice_and_panel_break_no_rule_of_accessibility",
    "test_the_actions_menu_and_the_sheet_break_no_rule",
    "test_list_and_question_break_no_rule_of_accessibility",
    "test_waiting_breaks_no_rule_of_accessibility",
    "test_the_guard_speaks_three_languages",
    "test_the_button_says_when_it_will_leave",
    "test_both_values_in_three_languages",
    "test_cards_speak_the_readers_language",
    "test_the_line_speaks_the_language_of_its_reader",
    "test_a_list_speaks_the_language_of_its_reader",
    "test_the_list_speaks_the_language_of_its_reader",
    "test_the_menu_speaks_the_language_of_the_person",
    "test_it_speaks_the_persons_language",
}

# What these show is shown in part by a test of the short run too, here or at the doors; ./test --full has them all.
FULL = {
    "test_a_reply_tells_its_solution_too_and_may_stay_out_of_the_mail",
    "test_what_was_written_for_technicians_stays_inside_when_a_visible_note_comes_back_to_it",
    "test_a_note_is_made_visible_later_and_both_sides_see_it_at_once",
    "test_it_is_handed_over_to_a_colleague",
    "test_a_folded_chat_has_got_the_lines_and_nobody_has_seen_them",
    "test_without_scripts_the_form_works_by_a_submit",
    "test_the_palette_says_when_nothing_is_there_or_the_search_does_not_answer",
    "test_the_next_ticket_opens_by_a_key",
    "test_a_list_that_was_empty_shows_at_once_what_comes",
    "test_a_conversation_that_begins_with_the_newest_goes_on_at_its_beginning",
    "test_tabs_search_and_order_are_reached_by_keyboard_in_the_order_they_stand",
    "test_a_reply_that_nobody_holds_leaves",
    "test_an_answer_that_only_thanks_can_be_reversed_with_one_button",
    "test_the_preview_follows_what_an_admin_writes",
    "test_a_file_of_a_note_is_not_there_for_the_requester",
    "test_more_behind_than_is_replayed_loads_the_regions_anew_and_keeps_the_text",
    "test_a_hidden_tab_is_the_same_when_it_is_shown_again",
    "test_a_double_click_sends_once",
    "test_pressing_send_three_times_without_a_network_is_one_message",
    "test_a_change_that_could_not_be_saved_says_so_and_the_value_stays",
    "test_using_mine_sets_it_for_everybody",
    "test_letters_open_status_and_priority_unless_somebody_writes",
    "test_every_control_of_the_ticket_is_reached_by_tab_with_a_visible_ring",
    "test_a_view_is_a_line_of_the_activity_log_and_settles_unread",
    "test_a_note_is_yellow_says_who_was_told_and_names_itself",
    "test_a_ticket_is_assigned_in_place_and_the_list_says_so",
    "test_who_is_at_the_end_follows",
    "test_a_selection_in_the_text_survives_and_the_notice_moves_neither_it_nor_the_page",
    "test_discard_empties_the_box_and_nothing_was_sent",
    "test_send_anyway_stops_again_if_something_newer_arrived",
    "test_rows_change_in_place_and_the_focus_stays",
    "test_requesters_see_nothing_of_it",
    "test_no_requester_learns_who_looks_at_their_ticket",
    "test_ones_own_doings_are_not_read_aloud",
    "test_a_reload_without_a_line_keeps_what_waits",
    "test_signing_out_in_one_tab_is_told_to_the_other_and_its_draft_stays",
    "test_a_page_that_hears_nothing_shows_nobody_writing_for_ever",
    "test_a_network_that_carries_nothing_any_more_takes_its_person_away",
    "test_changing_the_mode_keeps_the_text_and_the_caret",
    "test_technicians_see_who_waits_for_a_chat_wherever_they_are",
    "test_it_survives_a_reload_with_what_is_half_typed_in_it",
    "test_a_save_under_way_while_the_message_is_sent_brings_nothing_back",
    "test_it_outlives_assigning_signing_out_and_in_and_a_restart_of_the_desk",
    "test_what_somebody_says_is_before_everybody_once",
    "test_who_is_called_learns_it_on_any_page_and_the_bell_settles_everywhere",
    "test_the_links_in_mails_are_ended_from_the_menu_after_a_question",
    "test_no_state_of_presence_has_a_violation_or_sticks_out",
    "test_an_internal_note_with_a_solution_stays_inside",
    "test_the_guard_holds_for_what_waited",
    "test_a_reload_is_nothing_to_the_others",
    "test_two_tabs_of_one_person_are_one_avatar_until_both_are_closed",
    "test_while_the_line_is_lost_others_are_unknown_and_not_nobody",
    "test_whom_the_desk_itself_can_not_hear_of_is_unknown_and_not_gone",
    "test_review_goes_to_what_was_missed_and_the_next_send_leaves",
    "test_taking_over_moves_the_text_before_ones_own_and_the_author_can_bring_it_back",
    "test_an_open_list_and_what_is_marked_in_it_survive",
    "test_who_reads_further_up_stays_there_and_learns_what_came",
    "test_following_from_the_menu_is_told_on_other_pages_until_it_ends",
    "test_a_requester_sends_images_and_one_document_and_learns_what_is_too_many",
    "test_the_slash_leads_to_the_box_and_enter_to_what_is_found",
    "test_a_page_out_of_sight_is_away_and_not_gone",
    "test_the_pages_about_mail_have_no_violation",
    "test_a_requester_asks_and_it_is_declined_or_accepted",
    "test_a_text_survives_a_colleague_who_changes_everything_around_it",
    "test_going_from_ticket_to_ticket_in_a_hurry_leaves_no_ghosts",
    "test_the_question_comes_goes_and_follows_the_requesters_other_page",
    "test_a_restart_of_the_desk_loses_nothing_and_disturbs_nobody",
    "test_a_field_changes_in_place_for_those_who_may_know",
    "test_send_anyway_sends_the_same_text_as_one_message",
    "test_different_fields_both_win",
    "test_pressed_three_times_it_is_one_message",
    "test_a_browser_that_dies_is_gone_soon",
    "test_a_first_visit_has_no_line_and_the_next_one_has_it_before_what_others_did",
}

People = Callable[..., Screen]
Act = Callable[..., Receipt]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the repetitions to the full run."""
    begun: set[str] = set()
    for item in items:
        name = getattr(item, "originalname", "")
        if name in begun or name in FULL:
            item.add_marker(pytest.mark.full)
        elif name in REPEATED:
            begun.add(name)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    known = os.environ.get("CHROMIUM")
    return (
        known or subprocess.run([ROOT / "bin" / "chromium"], capture_output=True, text=True, check=True).stdout.strip()
    )


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    expect.set_options(timeout=LIVE)
    browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def page_of(chromium: Browser, world: World) -> Iterator[People]:
    """A browser of this person: `page_of("ada", language="es", width=390, dark=True)`. `None` is a stranger.

    The test fails at its end if anything went wrong in one of them that it did not forgive.
    """
    screens: list[Screen] = []

    def opened(
        name: str | None = None,
        *,
        language: str = "en",
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        session: str | None = None,
        **options: Any,
    ) -> Screen:
        context = chromium.new_context(
            locale=LANGUAGES[language],
            timezone_id="Europe/Madrid",
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(2 * LIVE)
        if name is not None:
            cookie = session or world.session(name)
            context.add_cookies([{"name": COOKIE, "value": cookie, "url": world.url, "httpOnly": True}])
        screens.append(Screen(context, name, world.url))
        return screens[-1]

    yield opened
    problems = [f"{each.name}: {problem}" for each in screens for problem in each.problems()]
    for each in screens:
        with suppress(Error):
            each.context.close()
    assert not problems, "\n".join(problems)


def run_in(world: World, action: Any, *args: Any, **named: Any) -> Receipt:
    """Run an action as the doors do: in the writer's thread, waking the feed."""
    loop = world.server.servers[0].get_loop()
    return asyncio.run_coroutine_threadsafe(world.desk.do(action, *args, **named), loop).result(PATIENCE)


@pytest.fixture
def away(ada: Screen) -> Away:
    """Ada on ticket 1, with the means to lose her connection."""
    away = Away(ada)
    ada.open("/tickets/1")
    return away


@pytest.fixture
def act(world: World) -> Act:
    """Let something happen on the desk without a browser: `act(reply.post_reply, 1, …)`."""
    return lambda action, *args, **named: run_in(world, action, *args, **named)


def start_again(world: World) -> None:
    """Serve a stopped desk again, on the same data and the same port. It goes on under the same `world`."""
    fresh = begin(world.settings, world.clock)
    for each in dataclasses.fields(World):
        setattr(world, each.name, getattr(fresh, each.name))
