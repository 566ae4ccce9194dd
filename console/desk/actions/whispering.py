"""A word of a lead to one technician, on no ticket and for nobody else."""

from __future__ import annotations

from console.desk import board, people
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.people import Person

WORDS_LIMIT = 500  # characters; the column's width


def whisper(desk: Desk, actor: Person, *, person_id: int | None, words: str, command_id: str | None = None) -> Receipt:
    """Tell a technician of one's own departments something as a notification. Raises NotFound, Invalid."""
    words = words.strip()
    if not board.may_see(actor):
        raise NotFound
    if not words:
        raise Invalid(N_("Write something before you send."), field="body")
    if len(words) > WORDS_LIMIT:
        raise Invalid(N_("A whisper has at most %(limit)s characters."), field="body", limit=WORDS_LIMIT)
    with desk.change(None, actor, command_id) as change:
        person = people.load_person(change.connection, id=person_id)
        if person is None or not person.is_staff or not _meet(actor, person):
            raise NotFound
        change.append("whispered", person=person.id)
        change.notify(person.id, "whispered", words=words)
    return change.receipt


def _meet(actor: Person, person: Person) -> bool:
    """Whether they work on the same tickets: an admin works on all."""
    return "admin" in (actor.role, person.role) or not actor.departments.isdisjoint(person.departments)
