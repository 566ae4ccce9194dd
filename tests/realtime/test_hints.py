"""What is in no log and still reaches pages at once: looks, drafts, notifications that were read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from realtime.line import PATIENCE, Do, Open

from console.desk.actions import note, staffing
from console.desk.change import Receipt, Topic
from console.desk.desk import Desk
from console.desk.message import Draft
from console.desk.tables import draft
from world import World


@pytest.fixture
def hint(world: World, loop: asyncio.AbstractEventLoop) -> Callable[..., None]:
    """Have a change hint at something, as the desk's actions do."""

    def action(desk: Desk, topic: Topic, name: str, number: int | None) -> Receipt:
        with desk.change(None, world.cast[name]) as change:
            change.hint(topic, world.cast[name].id, number=number)
        return change.receipt

    def run(topic: Topic, name: str, number: int | None = 1) -> None:
        asyncio.run_coroutine_threadsafe(world.desk.do(action, topic, name, number), loop).result(PATIENCE)

    return run


def share(world: World, name: str, words: str, *, shared: bool = True) -> None:
    values = {"ticket_number": 1, "author_id": world.cast[name].id, "version": 1, "mode": "reply", "body": words}
    values |= {"people": "[]", "shared": shared, "kept": None, "saved_at": world.clock()}
    with world.desk.database.writing() as connection:
        connection.execute(draft.delete())
        connection.execute(draft.insert().values(values))


@pytest.mark.parametrize("topic", ["looked", "draft", "read"])
def test_a_hint_reaches_every_page_of_its_person_and_nobody_else(
    world: World, line: Open, hint: Callable[..., None], do: Do, topic: Topic
) -> None:
    pages, ben, rhea = [line("ada"), line("ada", language="es")], line("ben"), line("rhea", "/portal")
    for each in (*pages, ben, rhea):
        each.join("me")
    hint(topic, "ada")
    for each in pages:
        assert each.next("notice") == {"id": None, "kind": topic, "ticket": 1, "text": None, "unread": 0}
    hint(topic, "ben")
    assert ben.next("notice")["kind"] == topic, "his own is the first that he hears"
    assert rhea.so_far("notice") == []


def test_a_hint_tells_how_many_notifications_are_unread(
    world: World, line: Open, hint: Callable[..., None], do: Do
) -> None:
    do(note.write_note, 1, world.cast["ben"], draft=Draft("Look"), notify=[world.cast["ada"].email])
    ada = line("ada")
    ada.join("me")
    hint("looked", "ada", 1)
    assert ada.next("notice")["unread"] == 1


def test_a_shared_draft_is_shown_to_all_staff_on_the_ticket_in_their_language(
    world: World, line: Open, hint: Callable[..., None]
) -> None:
    ada, lea, rhea, cleo = line("ada"), line("lea", language="es"), line("rhea", "/portal"), line("cleo")
    for each in (ada, lea, rhea, cleo):
        each.join("ticket:1")
    share(world, "ben", "What I am about to say")
    hint("shared", "ben")
    for each, words in ((ada, "Draft by Ben Okafor"), (lea, "Borrador de Ben Okafor")):
        panel = each.next("panel")
        assert panel["channel"] == "ticket:1"
        (op,) = panel["ops"]
        assert (op["target"], op["swap"]) == ("shared-drafts", "outerMorph")
        assert "What I am about to say" in op["html"] and words in op["html"]
    for each in (rhea, cleo):
        assert each.so_far("panel") == []
        assert not any("What I am about to say" in text for text in each.raw)


def test_drafts_that_nobody_shares_disturb_nobody(world: World, line: Open, hint: Callable[..., None]) -> None:
    ada = line("ada")
    ada.join("ticket:1")
    share(world, "ben", "A secret", shared=False)
    for _ in range(5):
        hint("draft", "ben")
    share(world, "ben", "Now you may see", shared=True)
    hint("shared", "ben")
    assert "Now you may see" in ada.next("panel")["ops"][0]["html"]
    share(world, "ben", "A secret", shared=False)
    hint("shared", "ben")
    assert "<article" not in ada.next("panel")["ops"][0]["html"], "what is shared no more goes away"
    assert not any("A secret" in text for text in ada.raw)


def test_a_hint_of_a_ticket_that_is_closed_to_a_person_by_now_tells_them_nothing_of_it(
    world: World, line: Open, hint: Callable[..., None], do: Do
) -> None:
    ben = line("ben")
    ben.join("me")
    do(staffing.change_access, None, email=world.cast["ben"].email, departments=("Billing",))
    hint("draft", "ben")
    hint("looked", "ben")
    hint("read", "ben")
    told = ben.next("notice")
    assert (told["kind"], told["ticket"]) == ("read", None), "how many are unread is theirs to know, no more"


def test_shared_drafts_that_are_too_large_to_be_pushed_are_fetched(
    world: World, line: Open, hint: Callable[..., None]
) -> None:
    ada = line("ada")
    ada.join("ticket:1")
    share(world, "ben", "word " * 5_000)
    hint("shared", "ben")
    assert ada.next("panel") == {"channel": "ticket:1", "ops": []}
