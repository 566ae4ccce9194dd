"""What a person is told on every page of theirs: somebody called them, a ticket is theirs now, their notices were read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from console.desk import access, people
from console.desk import notification as notifications
from console.desk.activity import Activity
from console.desk.errors import N_
from console.desk.people import Person
from console.desk.tables import notification, ticket
from console.language import translate
from console.realtime import wire
from console.realtime.events import report
from console.realtime.rooms import Rooms, person_room

READ = "notifications_read"
SENTENCES = {
    "noted": N_("%(actor)s mentioned you in #%(number)s: %(subject)s"),
    "assigned": N_("%(actor)s assigned #%(number)s to you: %(subject)s"),
    "replied": N_("%(actor)s replied in #%(number)s: %(subject)s"),
    "requester_replied": N_("%(actor)s wrote in #%(number)s: %(subject)s"),
    "note_written": N_("%(actor)s wrote an internal note in #%(number)s: %(subject)s"),
    "chat_asked": N_("%(actor)s would like to chat in #%(number)s: %(subject)s"),
    "chat_handed_over": N_("%(actor)s handed a chat over to you in #%(number)s: %(subject)s"),
    "status_changed": N_("%(actor)s changed the status of #%(number)s: %(subject)s"),
    "sla_missed": N_("#%(number)s is late: %(subject)s"),
    "escalated": N_("%(words)s: #%(number)s %(subject)s"),
    "whispered": N_("%(actor)s whispers: %(words)s"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to one person; `kind` "read" has no other facts than how many are unread."""

    person_id: int
    kind: str
    unread: int
    id: int | None = None
    number: int | None = None
    subject: str = ""
    actor: str = ""
    words: str | None = None

    def text(self, language: str) -> str | None:
        sentence = SENTENCES.get(self.kind)
        if sentence is None:
            return None
        facts = {"actor": self.actor, "number": self.number, "subject": self.subject, "words": self.words}
        return translate(language, sentence, **facts)


def load(connection: Connection, rooms: Rooms, activities: Sequence[Activity]) -> dict[int, list[Notice]]:
    """The notices of these activities by position, for people who are here and, of a ticket, may still open it."""
    if not rooms.seats:  # a worker that shows nothing should cost nothing
        return {}
    first, last = activities[0].position, activities[-1].position
    query = select(notification).where(notification.c.position.between(first, last)).order_by(notification.c.id)
    found: dict[int, list[Notice]] = defaultdict(list)
    for row in connection.execute(query).all():
        told = _told(connection, rooms, row.person_id, row.ticket_number)
        if told is not None:
            person, subject = told
            actor = "" if row.actor_id is None else people.names(connection, [row.actor_id])[row.actor_id].name
            unread = notifications.unread(connection, person)
            found[row.position].append(
                Notice(row.person_id, row.kind, unread, row.id, row.ticket_number, subject, actor, row.words)
            )
    for each in activities:
        if each.kind == READ and each.actor_id is not None and rooms.person_languages(each.actor_id):
            reader = people.load_person(connection, id=each.actor_id)
            if reader is not None:
                found[each.position].append(Notice(reader.id, "read", notifications.unread(connection, reader)))
    return found


def send(rooms: Rooms, notice: Notice) -> None:
    for language in rooms.person_languages(notice.person_id):
        try:
            text = notice.text(language)
        except Exception as problem:  # a catalogue with a broken placeholder
            report(f"no {language} words for a notice of kind {notice.kind}", problem)
            text = None
        facts = {"id": notice.id, "kind": notice.kind, "ticket": notice.number, "text": text, "unread": notice.unread}
        name = person_room(notice.person_id, language)
        rooms.send(name, wire.event(wire.NAMESPACES["staff"], "notice", facts))


def _told(connection: Connection, rooms: Rooms, person_id: int, number: int | None) -> tuple[Person, str] | None:
    """The person and the ticket's subject, if they are here and may open it; of no ticket there is none."""
    if not rooms.person_languages(person_id):
        return None
    person = people.load_person(connection, id=person_id)
    if number is None:
        return None if person is None or not person.is_staff else (person, "")
    row = connection.execute(select(ticket).where(ticket.c.number == number)).one()
    if person is None or not access.may_open(connection, person, row, "staff"):
        return None
    return person, str(row.subject)
