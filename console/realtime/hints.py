"""What pages should look at again and that is in no log: how far somebody has read, and what is being drafted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from console.desk import access, chat, draft, notification, people
from console.desk.change import Hint
from console.desk.chat import Mark
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.people import Person, Side
from console.fragments import Renderer
from console.realtime import notices, requests, wire
from console.realtime.events import LARGEST_EVENT, report
from console.realtime.notices import Notice
from console.realtime.pacing import Due
from console.realtime.rooms import Rooms, ticket_channel, ticket_room
from console.realtime.typing import SIDE_OF


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found behind some hints: a notice for each, the shared drafts and the marks of chats by ticket."""

    notices: list[Notice]
    drafts: dict[int, Sequence[Any]]
    marks: dict[int, dict[Side, Mark | None]]


class Hints:
    """Give `hear` to the desk. Whoever the hint is about learns of it on all their pages; a shared draft, all staff there."""

    def __init__(self, desk: Desk, renderer: Renderer, rooms: Rooms) -> None:
        self._desk, self._renderer, self._rooms = desk, renderer, rooms
        self._due: Due[Hint] = Due(self._tell, "what was hinted at could not be told")

    def start(self) -> None:
        self._due.start()

    async def stop(self) -> None:
        await self._due.stop()

    def hear(self, hint: Hint) -> None:
        if hint.topic == "requests":
            if hint.number is not None:
                requests.tell(self._rooms, hint.person_id, hint.number)
        elif hint.topic in ("shared", "chat") or self._rooms.person_languages(hint.person_id):
            self._due.add(hint)

    async def _tell(self, hints: list[Hint]) -> None:
        looked = await self._desk.read(self._look, hints)
        for notice in looked.notices:
            notices.send(self._rooms, notice)
        for number, drafts in looked.drafts.items():
            try:
                self._send(number, drafts)
            except Exception as problem:  # one draft must not silence the others
                report(f"the shared drafts of ticket {number} could not be shown", problem)
        for number, marks in looked.marks.items():
            self._send_marks(number, marks)

    def _look(self, connection: Connection, hints: list[Hint]) -> Looked:
        told: list[Notice] = []
        drafts: dict[int, Sequence[Any]] = {}
        marks: dict[int, dict[Side, Mark | None]] = {}
        for hint in hints:
            if hint.topic == "shared" and hint.number is not None:
                if self._rooms.languages(hint.number, "staff"):
                    drafts[hint.number] = draft.shared(connection, hint.number)
            elif hint.topic == "chat" and hint.number is not None:
                marks[hint.number] = chat.marks(connection, hint.number)
            elif (person := people.load_person(connection, id=hint.person_id)) is not None:
                told += _notice(connection, person, hint)
        return Looked(told, drafts, marks)

    def _send(self, number: int, drafts: Sequence[Any]) -> None:
        """What is too large is fetched by each page that wants it: then there is nothing in `ops`."""
        for language in self._rooms.languages(number, "staff"):
            html = str(self._renderer.shared_drafts(drafts, language))
            op = {"target": "shared-drafts", "swap": "outerMorph", "html": html}
            facts = {"channel": ticket_channel(number), "ops": [op] if len(html) <= LARGEST_EVENT else []}
            self._rooms.send(
                ticket_room(number, "staff", language), wire.event(wire.NAMESPACES["staff"], "panel", facts)
            )

    def _send_marks(self, number: int, marks: dict[Side, Mark | None]) -> None:
        """Each side learns how its own last line fares."""
        for audience, side in SIDE_OF.items():
            for language in self._rooms.languages(number, audience):
                html = str(self._renderer.chat_mark(marks[side], language))
                op = {"target": "chat-mark", "swap": "outerMorph", "html": html}
                facts = {"channel": ticket_channel(number), "ops": [op]}
                payload = wire.event(wire.NAMESPACES[audience], "panel", facts)
                self._rooms.send(ticket_room(number, audience, language), payload)


def _notice(connection: Connection, person: Person, hint: Hint) -> list[Notice]:
    """What is told of a hint; of a ticket that the person may not open any more, at most how many notices are unread."""
    number = hint.number
    if number is not None:
        try:
            access.find_ticket(connection, number, person, "staff")
        except NotFound:
            if hint.topic != "read":
                return []
            number = None
    return [Notice(person.id, hint.topic, notification.unread(connection, person), number=number)]
