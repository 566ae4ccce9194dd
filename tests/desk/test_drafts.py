"""Drafts live on the desk: saved in order, never overwritten unseen, never brought back once they are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from cast import Clock, email
from console.desk.actions import drafting, staffing
from console.desk.actions.reply import post_reply
from console.desk.change import Hint
from console.desk.draft import Named, OwnDraft
from console.desk.errors import DraftMoved, Invalid, NotFound
from console.desk.keeping import forget_discarded
from console.desk.message import Draft
from console.desk.tables import activity, ticket
from desk.acts import Acts
from desk.drafts import Desks


def test_a_draft_is_kept_for_its_author_and_ticket_with_mode_and_people(desks: Desks) -> None:
    desks.saves("ada", "Half a\r\nsen\0tence ", mode="note", people=[email("ben"), "somebody else", email("ben")])
    found = desks.of("ada")
    assert (found.version, found.body, found.mode) == (1, "Half a\nsentence ", "note")
    assert found.people == (Named(email("ben"), "Ben Okafor"), Named("somebody else", "somebody else"))
    assert desks.of("ben") == OwnDraft(0, "", "reply", (), False, False, None, 0)


def test_a_save_that_knows_another_version_changes_nothing(desks: Desks) -> None:
    desks.saves("ada", "First")
    desks.saves("ada", "Second")
    for known in (0, 1, 3):
        with pytest.raises(DraftMoved):
            desks.saves("ada", "From another device", known)
    assert (desks.of("ada").version, desks.of("ada").body) == (2, "Second")


def test_a_draft_leaves_no_trace_in_the_log_and_none_on_the_ticket(desks: Desks) -> None:
    def state() -> object:
        def read(connection: Connection) -> object:
            logged = connection.execute(select(func.count()).select_from(activity)).scalar_one()
            return logged, connection.execute(select(ticket).where(ticket.c.number == 1)).one()

        return desks.desk.database.read_now(read)

    before = state()
    desks.saves("ada", "Half a sentence")
    desks.shares("ada")
    desks.comments("ben", "ada", "Say it shorter")
    desks.takes("ben", "ada")
    desks.discards("ben")
    assert state() == before


@pytest.mark.parametrize("sends", ["replies", "notes"])
def test_a_message_empties_its_authors_draft_and_no_late_save_brings_it_back(
    desks: Desks, acts: Acts, sends: str
) -> None:
    desks.saves("ada", "The whole sentence")
    desks.saves("ben", "Another's")
    desks.shares("ada")
    desks.comments("ben", "ada", "Good")
    getattr(acts, sends)("ada", "The whole sentence.", draft_version=1)
    with pytest.raises(DraftMoved):
        desks.saves("ada", "The whole sentence", 1)
    found = desks.of("ada")
    assert (found.body, found.shared, found.discarded, found.comments) == ("", False, False, 0)
    assert desks.of("ben").body == "Another's"


def test_a_first_save_that_arrives_after_the_message_does_not_bring_it_back_either(desks: Desks, acts: Acts) -> None:
    acts.replies("ben", "Typed and sent within a second.", draft_version=1)  # that of the save on its way
    with pytest.raises(DraftMoved):
        desks.saves("ben", "Typed and sent within a sec", 0)
    assert desks.of("ben").body == ""


def test_a_message_that_came_another_way_leaves_the_draft_alone(desks: Desks, acts: Acts) -> None:
    desks.saves("tess", "Half a sentence")
    said = Draft("By a program.", source="api")
    desks.desk.run(post_reply, 1, desks.cast["tess"], draft=said, audience="staff")
    assert (desks.of("tess").body, desks.of("tess").version) == ("Half a sentence", 1)


def test_words_that_another_device_saved_since_are_not_in_the_message_and_stay(desks: Desks, acts: Acts) -> None:
    desks.saves("ada", "Hello")
    desks.saves("ada", "Hello, and three paragraphs from the phone")
    acts.replies("ada", "Hello", draft_version=1)
    assert desks.of("ada").body == "Hello, and three paragraphs from the phone"


def test_a_message_that_is_refused_leaves_the_draft_as_it_was(desks: Desks, acts: Acts) -> None:
    desks.saves("ada", "@Nobody come here")
    with pytest.raises(Invalid):
        acts.notes("ada", "@Nobody come here")
    assert desks.of("ada").body == "@Nobody come here"


def test_what_was_discarded_can_be_restored_with_all_that_belonged_to_it(desks: Desks) -> None:
    desks.saves("ada", "Half a sentence", mode="note", people=[email("ben")])
    desks.shares("ada")
    desks.comments("ben", "ada", "Good")
    desks.discards("ada")
    gone = desks.of("ada")
    assert (gone.body, gone.people, gone.shared, gone.discarded, gone.version) == ("", (), False, True, 2)
    assert not desks.shared()
    desks.discards("ada")  # nothing is there: what is kept stays
    desks.restores("ada")
    back = desks.of("ada")
    assert (back.body, back.mode, back.people) == ("Half a sentence", "note", (Named(email("ben"), "Ben Okafor"),))
    assert (back.shared, back.discarded) == (False, False)
    desks.shares("ada")
    assert desks.of("ada").comments == 1


def test_words_that_were_replaced_knowingly_are_kept_and_can_be_swapped_back(desks: Desks) -> None:
    desks.saves("ada", "From the phone")
    desks.saves("ada", "From the desk", keep=True)
    desks.restores("ada")
    assert desks.of("ada").body == "From the phone"
    desks.restores("ada")
    assert desks.of("ada").body == "From the desk"


@pytest.mark.parametrize("who", ["rhea", "cora", "mallory", "cleo"])
def test_who_may_not_open_the_ticket_has_no_draft_on_it_and_sees_none(desks: Desks, who: str) -> None:
    desks.saves("ada", "Half a sentence")
    desks.shares("ada")
    refused: tuple[Callable[[], None], ...] = (
        lambda: desks.saves(who, "Mine", 0),
        lambda: desks.discards(who),
        lambda: desks.restores(who),
        lambda: desks.shares(who),
        lambda: desks.comments(who, "ada", "Good"),
        lambda: desks.takes(who, "ada"),
    )
    for act in refused:
        with pytest.raises(NotFound):
            act()
    desks.saves("lea", "Mine", 0)  # may: she leads the department
    assert desks.of("ada").body == "Half a sentence"


def test_a_draft_waits_for_its_author_while_they_have_no_access(desks: Desks) -> None:
    desks.saves("ada", "Half a sentence")
    desks.desk.run(staffing.change_access, None, email=email("ada"), departments=["Billing"])
    with pytest.raises(NotFound):
        desks.saves("ada", "More", 1)
    desks.desk.run(staffing.change_access, None, email=email("ada"), departments=["Support"])
    desks.saves("ada", "More", 1)
    assert desks.of("ada").body == "More"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"mode": "chat"}, "mode"), ({"body": "x" * 64_001}, "body"), ({"body": "🦊" * 11, "limit": 10}, "body")],
)
def test_a_save_that_makes_no_sense_is_refused_and_the_draft_stays(
    desks: Desks, wrong: dict[str, Any], field: str
) -> None:
    desks.saves("ada", "x" * 64_000)
    with pytest.raises(Invalid) as refusal:
        desks.saves("ada", **{"body": "y", **wrong})
    assert refusal.value.field == field
    assert desks.of("ada").version == 1


def test_the_authors_pages_hear_of_every_change(desks: Desks) -> None:
    heard: list[Hint] = []
    desks.desk.on_hint(heard.append)
    ada, ben = desks.cast["ada"], desks.cast["ben"]

    async def work() -> None:
        await desks.desk.do(drafting.save, 1, ada, version=0, mode="reply", body="Half a sentence")
        await desks.desk.do(drafting.share, 1, ada, on=True)
        await desks.desk.do(drafting.share, 1, ada, on=True)  # is already
        await desks.desk.do(drafting.comment, 1, ben, author_id=ada.id, body="Good")
        await desks.desk.do(drafting.take_over, 1, ben, author_id=ada.id)

    asyncio.run(work())
    own, shared = Hint("draft", ada.id, 1), Hint("shared", ada.id, 1)
    assert heard[:5] == [own, own, shared, own, shared], "colleagues hear only of what is shared"
    assert set(heard[5:]) == {own, shared, Hint("draft", ben.id, 1)}


def test_what_was_discarded_is_not_kept_for_ever(desks: Desks, clock: Clock) -> None:
    desks.saves("ada", "Half a sentence")
    desks.discards("ada")
    clock.pass_(hours=23)
    forget_discarded(desks.desk)
    assert desks.of("ada").discarded
    clock.pass_(hours=2)
    forget_discarded(desks.desk)
    assert not desks.of("ada").discarded
