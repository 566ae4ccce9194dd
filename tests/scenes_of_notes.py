"""How notes that requesters see come about on ticket 1: steps for tests/test_same_page.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from desk.acts import Acts, a_file

from cast import Clock, email
from console.desk.actions import note
from console.desk.occurrence import Occurrence

SOLUTION = "1. Take the **old** driver\n2. `print <test>` & wait"


def recorded(acts: Acts, clock: Clock) -> Iterator[object]:
    """With all that can be told besides, with nothing of it, and the same besides replies and notes."""
    before = clock() - timedelta(days=3)
    whole = Occurrence(before, 95, SOLUTION, visible=True, by_mail=False)
    yield acts.notes("ada", "Went there, @Ben.", [a_file()], notify=[email("ben")], occurrence=whole, status="pending")
    yield acts.notes("lea", occurrence=Occurrence(visible=True))
    yield acts.notes("lea", occurrence=Occurrence(before, 5, SOLUTION))
    yield acts.replies("ada", occurrence=Occurrence(before, 59, SOLUTION, by_mail=False))


def note_shown(acts: Acts, clock: Clock) -> Iterator[object]:
    """A plain note, and one with all that can be told; the second time nothing happens."""
    for occurrence in (Occurrence(), Occurrence(clock() - timedelta(days=1), 5, SOLUTION)):
        said = acts.notes("ada", "Look, @Ben.", [a_file()], notify=[email("ben")], occurrence=occurrence)
        yield said
        yield acts.desk.run(note.show_note, 1, acts.cast["lea"], message_id=said.message_id or 0, by_mail=False)
    yield acts.desk.run(note.show_note, 1, acts.cast["lea"], message_id=said.message_id or 0)


def redacted(acts: Acts, clock: Clock) -> Iterator[object]:
    """Of everybody's, one that was a note before, and twice."""
    told = Occurrence(clock() - timedelta(days=1), 5, SOLUTION)
    shown = acts.notes("ada", "Look, @Ben.", [a_file()], notify=[email("ben")], occurrence=told)
    said = [shown, acts.replies("ada", "Oops.", [a_file()], occurrence=told), acts.asks("rhea", "My password is …")]
    yield said
    yield acts.desk.run(note.show_note, 1, acts.cast["lea"], message_id=shown.message_id or 0)
    for each in (*said, said[0]):
        yield acts.redacts("lea", each.message_id)


def note_redacted(acts: Acts, clock: Clock) -> Iterator[object]:
    said = acts.notes("ada", "Look, @Ben.", [a_file()], notify=[email("ben")])
    yield said
    yield acts.redacts("ada", said.message_id)


SCENES = {
    "redacted": {"": redacted},
    "note_redacted": {"": note_redacted},
    "note_shown": {"": note_shown},
    "recorded": {"": recorded},
}
