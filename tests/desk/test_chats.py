"""Chats: who may ask, answer, talk and end, one at a time on a ticket, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from cast import Clock, email
from console.desk import chat, conversation
from console.desk import tables as t
from console.desk.actions import chatting
from console.desk.actions.switching import switch
from console.desk.errors import Invalid, NotFound
from console.desk.message import Draft
from console.followers import runner
from desk.acts import Acts


def do(acts: Acts, who: str, action: Any, **named: Any) -> Any:
    """As technicians on the staff's page, as requesters on theirs."""
    audience = "staff" if who in ("ada", "ben", "lea", "root", "cleo", "tess") else "public"
    return acts.desk.run(action, 1, acts.cast[who], audience=audience, **named)


def says(acts: Acts, who: str, words: str = "A line.") -> Any:
    return do(acts, who, chatting.say, draft=Draft(words, source="chat"))


def opened(acts: Acts) -> None:
    do(acts, "ada", chatting.ask)
    do(acts, "rhea", chatting.answer, accept=True)


def kinds(acts: Acts) -> list[str]:
    return [each.kind for each in acts.log() if each.kind.startswith("chat_")]


def states(acts: Acts) -> list[str]:
    return [row.state for row in acts.rows(select(t.chat.c.state).order_by(t.chat.c.id))]


def letters(acts: Acts) -> list[tuple[str, str]]:
    return [(row.kind, row.address) for row in acts.rows(select(t.letter).order_by(t.letter.c.id))]


def test_a_technician_asks_and_the_requester_accepts_and_both_talk(acts: Acts) -> None:
    opened(acts)
    says(acts, "ada")
    says(acts, "rhea")
    do(acts, "ada", chatting.end)
    assert kinds(acts) == ["chat_asked", "chat_accepted", "chat_line", "chat_line", "chat_ended"]
    assert all(each.public_seq for each in acts.log() if each.kind.startswith("chat_"))
    assert states(acts) == ["ended"]
    assert letters(acts) == [("chat_asked", email("rhea")), ("transcript", email("rhea"))]


def test_a_requester_asks_and_whoever_has_the_ticket_is_called_or_else_everybody(acts: Acts) -> None:
    do(acts, "rhea", chatting.ask)
    called = select(t.notification.c.person_id).where(t.notification.c.kind == "chat_asked")
    everybody = {row.person_id for row in acts.rows(called)}
    assert {acts.cast[name].id for name in ("ada", "ben", "lea")} <= everybody
    assert acts.cast["cleo"].id not in everybody
    do(acts, "rhea", chatting.end)
    acts.assigns("ada", "ben")
    do(acts, "rhea", chatting.ask)
    assert len(acts.rows(called)) == len(everybody) + 1
    do(acts, "ben", chatting.answer, accept=True)
    assert states(acts) == ["ended", "open"]


def test_there_is_one_chat_at_a_time_and_asking_for_what_the_other_side_wants_opens_it(acts: Acts) -> None:
    for _ in range(2):
        do(acts, "ada", chatting.ask)
    assert states(acts) == ["asked"]
    do(acts, "rhea", chatting.ask)
    do(acts, "cora", chatting.ask)
    assert states(acts) == ["open"]


@pytest.mark.parametrize(("asks", "answers"), (("ada", "rhea"), ("rhea", "ada")))
def test_what_one_side_asked_the_other_one_answers(asks: str, answers: str, acts: Acts) -> None:
    do(acts, asks, chatting.ask)
    with pytest.raises(Invalid):
        do(acts, asks, chatting.answer, accept=True)
    do(acts, answers, chatting.answer, accept=False)
    assert states(acts) == ["declined"]
    with pytest.raises(Invalid):
        do(acts, answers, chatting.answer, accept=True)
    with pytest.raises(Invalid):
        says(acts, asks)


def test_nobody_waits_without_end(acts: Acts, clock: Clock) -> None:
    do(acts, "ada", chatting.ask)
    clock.pass_(seconds=(chatting.WAITS - timedelta(seconds=1)).total_seconds())
    runner.run_due(acts.desk)
    assert states(acts) == ["asked"]
    clock.pass_(seconds=2)
    runner.run_due(acts.desk)
    assert states(acts) == ["unanswered"] and kinds(acts)[-1] == "chat_unanswered"


def test_a_chat_that_was_answered_is_not_given_up(acts: Acts, clock: Clock) -> None:
    opened(acts)
    clock.pass_(minutes=10)
    runner.run_due(acts.desk)
    assert states(acts) == ["open"]


def test_a_second_technician_joins_by_talking_and_takes_over_when_it_is_handed_to_them(acts: Acts) -> None:
    opened(acts)
    says(acts, "ben")
    says(acts, "ben")
    assert kinds(acts)[2:] == ["chat_joined", "chat_line", "chat_line"]
    acts.desk.run(chatting.join, 1, acts.cast["ben"])
    acts.desk.run(chatting.hand_over, 1, acts.cast["ada"], to=acts.cast["ben"].id)
    assert acts.last().kind == "chat_handed_over"
    row = acts.row(select(t.ticket).where(t.ticket.c.number == 1))
    live = acts.read(chat.live, row)
    assert live is not None and [each.name for each in live.technicians] == ["Ben Okafor", "Ada Moreno"]
    with pytest.raises(Invalid):
        acts.desk.run(chatting.hand_over, 1, acts.cast["ada"], to=acts.cast["cleo"].id)


@pytest.mark.parametrize("who", ("mallory", "cleo"))
def test_who_takes_no_part_in_the_ticket_has_no_part_in_its_chat(who: str, acts: Acts) -> None:
    opened(acts)
    before = len(acts.log())
    for action, named in (
        (chatting.ask, {}),
        (chatting.answer, {"accept": True}),
        (chatting.say, {"draft": Draft("Me too.")}),
        (chatting.mark, {"got": 99, "saw": 99}),
        (chatting.end, {}),
    ):
        with pytest.raises(NotFound):
            do(acts, who, action, **named)
    assert len(acts.log()) == before
    says(acts, "cora", "Those copied may.")


def test_a_technician_who_is_the_requester_talks_as_requester(acts: Acts) -> None:
    with acts.desk.database.writing() as connection:
        connection.execute(update(t.ticket).where(t.ticket.c.number == 1).values(requester_id=acts.cast["ben"].id))
    do(acts, "ada", chatting.ask)
    do(acts, "ben", chatting.answer, accept=True)
    says(acts, "ben")
    assert (acts.last().kind, acts.last().side) == ("chat_line", "requester")
    with pytest.raises(Invalid):
        acts.desk.run(chatting.join, 1, acts.cast["ben"])


def test_while_chat_is_switched_off_nobody_can_ask_and_what_goes_on_may_end(acts: Acts) -> None:
    opened(acts)
    acts.desk.run(switch, acts.cast["root"], name="chat", on=False)
    says(acts, "rhea")
    do(acts, "ada", chatting.end)
    for who in ("ada", "rhea"):
        with pytest.raises(Invalid, match="switched off"):
            do(acts, who, chatting.ask)


def test_on_a_closed_ticket_nobody_can_ask(acts: Acts) -> None:
    acts.sets("ada", "status", "closed")
    for who in ("ada", "rhea"):
        with pytest.raises(Invalid):
            do(acts, who, chatting.ask)


def test_marks_tell_how_far_the_other_side_is_and_never_go_back(acts: Acts) -> None:
    opened(acts)
    says(acts, "ada")
    line = acts.last().public_seq

    def mark() -> Any:
        found = acts.read(chat.marks, 1)["technician"]
        return found and found.state

    assert mark() == "sent" and acts.read(chat.marks, 1)["requester"] is None
    do(acts, "rhea", chatting.mark, got=line, saw=0)
    assert mark() == "delivered"
    do(acts, "rhea", chatting.mark, got=line, saw=line)
    assert mark() == "seen"
    do(acts, "rhea", chatting.mark, got=0, saw=0)
    assert mark() == "seen"
    says(acts, "ada")
    assert mark() == "sent"
    do(acts, "rhea", chatting.mark, got=10_000, saw=10_000)  # no more than there is
    says(acts, "ada")
    assert mark() == "sent"


def test_a_line_twice_under_one_id_is_one_line(acts: Acts) -> None:
    opened(acts)
    for _ in range(2):
        do(acts, "rhea", chatting.say, draft=Draft("Once.", source="chat"), command_id="one")
    assert kinds(acts).count("chat_line") == 1


def test_closing_the_ticket_ends_its_chat_and_the_transcript_goes_besides_the_word_that_it_is_closed(
    acts: Acts,
) -> None:
    opened(acts)
    says(acts, "rhea")
    acts.sets("ada", "status", "closed")
    assert states(acts) == ["ended"] and kinds(acts)[-1] == "chat_ended"
    assert {kind for kind, address in letters(acts) if address == email("rhea")} == {
        "chat_asked",
        "closed",
        "transcript",
    }
    with pytest.raises(Invalid):
        says(acts, "rhea")


def test_what_a_technician_outside_the_chat_has_on_screen_is_told_to_nobody(acts: Acts) -> None:
    opened(acts)
    says(acts, "rhea")
    line = acts.last().public_seq
    do(acts, "ben", chatting.mark, got=line, saw=line)
    assert acts.read(chat.marks, 1)["requester"] == chat.Mark("sent", None)
    acts.desk.run(chatting.join, 1, acts.cast["ben"])
    do(acts, "ben", chatting.mark, got=line, saw=line)
    seen = acts.read(chat.marks, 1)["requester"]
    assert seen is not None and seen.state == "seen", "the twin: in the chat it is"


def test_the_lines_of_a_chat_are_not_counted_among_the_messages_of_the_conversation(acts: Acts) -> None:
    def count() -> int:
        row = acts.row(select(t.ticket).where(t.ticket.c.number == 1))
        return acts.read(conversation.staff_ticket, row).message_count

    before = count()
    opened(acts)
    says(acts, "rhea")
    assert count() == before
    acts.replies("ada")
    assert count() == before + 1
