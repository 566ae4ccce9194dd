"""Removing the text of a message: what goes with it, what stays, and who may."""

from __future__ import annotations

import os

import pytest
from desk.acts import Acts, a_file
from sqlalchemy import func, select

from cast import Clock
from console.desk import tables as t
from console.desk.actions import sending
from console.desk.desk import Desk
from console.desk.errors import Invalid, NotFound
from console.desk.keeping import drop_orphans
from console.desk.occurrence import Occurrence
from console.desk.tables.columns import metadata
from console.followers import runner
from console.followers.letter_leaves import LetterLeaves, letter_team
from mail.postbox import PASS, Postbox, opened

WORDS = "swordfish"


def send_all(acts: Acts, leaves: LetterLeaves, clock: Clock) -> None:
    clock.pass_(seconds=31)
    while runner.run_due(acts.desk, letter_team(leaves)):
        pass


def places(acts: Acts, leaves: LetterLeaves) -> set[str]:
    """Where the words stand, once the house is kept: tables, and "files"."""
    kept = list(leaves.files.folder.glob("??/*"))
    for path in kept:
        os.utime(path, (0, 0))
    acts.read(drop_orphans, leaves.files)
    found = {each.name for each in metadata.tables.values() if WORDS in str(acts.rows(select(each)))}
    return found | {"files" for path in kept if path.exists() and WORDS.encode() in path.read_bytes()}


def latest(acts: Acts) -> int:
    """The id of the message that was written last."""
    found: int = acts.row(select(func.max(t.message.c.id).label("id"))).id
    return found


def test_what_came_by_mail_and_went_by_mail_stands_nowhere_any_more(
    acts: Acts, postbox: Postbox, leaves: LetterLeaves, clock: Clock
) -> None:
    postbox.from_("rhea", WORDS, subject="[#1] Blank", files={"key.bin": WORDS.encode()})
    send_all(acts, leaves, clock)
    assert places(acts, leaves) == {"message", "files"}
    said = acts.last()
    acts.redacts("ada", said.message_id, blank=postbox.files.keep(b""))
    assert places(acts, leaves) == set()
    assert not acts.rows(select(t.attachment)) and not acts.rows(select(t.mailed))
    assert acts.last().kind == "redacted" and acts.last().public_seq is not None
    assert acts.last().facts == {"of": said.seq, "public_of": said.seq}
    postbox.from_("rhea", WORDS, subject="[#1] Blank again")
    assert "message" in places(acts, leaves), "the twin: another mail with them"


def test_a_letter_that_waits_does_not_leave_and_one_that_left_is_not_sent_again(
    acts: Acts, postbox: Postbox, leaves: LetterLeaves, clock: Clock
) -> None:
    acts.replies("ada", WORDS, occurrence=Occurrence(solution=WORDS))
    send_all(acts, leaves, clock)
    sent = acts.rows(select(t.letter))
    assert {row.state for row in sent} == {"sent"} and places(acts, leaves) == {"message", "files"}
    first = latest(acts)
    acts.replies("ada", f"{WORDS} again")
    acts.redacts("ben", latest(acts))
    acts.redacts("ben", first)
    send_all(acts, leaves, clock)
    assert {(row.state, row.key) for row in acts.rows(select(t.letter))} == {("sent", None), ("dropped", None)}
    with pytest.raises(Invalid, match="removed"):
        acts.desk.run(sending.send_again, sent[0].id, acts.cast["root"])
    with pytest.raises(NotFound):
        acts.desk.run(sending.begin_leaving, acts.rows(select(t.letter))[-1].id, "0" * 32)
    assert places(acts, leaves) == set()


def test_it_goes_from_the_letter_to_a_technician_who_missed_it_too(
    acts: Acts, postbox: Postbox, leaves: LetterLeaves, clock: Clock
) -> None:
    number, _ = opened(postbox)
    acts.assigns("ben", "ada", number=number)
    told = acts.row(select(t.letter).where(t.letter.c.kind == "assigned"))
    secret = acts.replies("ben", WORDS, number=number).message_id
    postbox.answer("ada", told.mail_id, "The blue one.", headers=PASS)
    assert acts.last().kind == "reply_returned"
    send_all(acts, leaves, clock)
    of_missed = select(t.letter.c.key).where(t.letter.c.kind == "missed")
    assert WORDS.encode() in leaves.files.read(acts.row(of_missed).key)
    acts.redacts("ada", secret, number=number)
    assert places(acts, leaves) == set()


def test_nothing_is_removed_while_a_letter_with_it_is_leaving(acts: Acts, postbox: Postbox) -> None:
    acts.replies("ada", WORDS)
    acts.desk.run(sending.begin_leaving, acts.rows(select(t.letter))[0].id, postbox.files.keep(WORDS.encode()))
    with pytest.raises(Invalid, match="leaving just now"):
        acts.redacts("ada", latest(acts))
    assert acts.row(select(t.message.c.body).where(t.message.c.id == latest(acts))).body == WORDS


def test_removing_the_text_of_a_note_stays_among_technicians_and_the_second_time_does_nothing(acts: Acts) -> None:
    said = acts.notes("ada", WORDS, [a_file()]).message_id
    acts.redacts("ben", said)
    head = acts.last()
    assert (head.kind, head.public_seq, head.actor_id) == ("note_redacted", None, acts.cast["ben"].id)
    acts.redacts("ben", said)
    assert acts.last() == head


@pytest.mark.parametrize("who", ("rhea", "cora", "mallory", "cleo"))
def test_only_technicians_of_the_department_remove_texts(who: str, acts: Acts) -> None:
    said = acts.replies("ada", WORDS).message_id
    with pytest.raises(NotFound):
        acts.redacts(who, said)
    assert acts.last().kind == "replied"
    acts.redacts("ada", said)
    assert acts.last().kind == "redacted"


def test_the_first_message_a_reply_that_waits_and_those_of_other_tickets_stay(acts: Acts, clock: Clock) -> None:
    first = acts.rows(select(t.message.c.id).where(t.message.c.kind == "opening").order_by(t.message.c.id))[0].id
    with pytest.raises(Invalid, match="stays as it was sent"):
        acts.redacts("root", first)
    slow = Acts(Desk(acts.desk.database, clock=clock, undo_seconds=5), acts.cast)
    with pytest.raises(Invalid, match="Hold it"):
        acts.redacts("ada", slow.replies("ada", WORDS).message_id)
    other = acts.opens("rhea").number or 0
    elsewhere = acts.asks(number=other).message_id
    with pytest.raises(NotFound):
        acts.redacts("ada", elsewhere)
    assert acts.redacts("ada", elsewhere, number=other).seq == acts.last().seq
