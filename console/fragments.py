"""One way to render: what a page shows, what the feed pushes and what catch-up answers all come from here.

An event is rendered once for each (audience, language) in use; nothing in it depends on who looks.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection

from console.desk import access, activity, conversation, options, public_side
from console.desk.activity import Activity
from console.desk.board import Board
from console.desk.chat import Mark
from console.desk.conversation import Entry, Ticket
from console.desk.kinds import KINDS, Audience
from console.desk.people import Who
from console.desk.public_side import PublicEntry, PublicTicket
from console.desk.queue import TicketRow
from console.recent import Recent
from console.templating import Templates

# All pages of a desk may come back at once: what they missed is read and rendered once for all of them.
KEPT_EVENTS = 16 << 20  # bytes
KEPT_STRETCHES = 8 << 20  # bytes
KEPT_ROWS = 8 << 20  # bytes: some 1,500 rows, which lists show again and again
BARE = 2_000  # bytes that an entry or an event takes besides its HTML, about
LEFT = ("replied", "reply_held")  # a reply that waited does so no more
REPLAY_LIMIT = 200  # events; a page that is further behind loads the region anew
CARDS = (
    *("open", "nobody", "oldest", "late", "response", "resolved", "queues", "chart"),
    *("risk", "chats", "unassigned", "flags", "technicians"),
)  # of the lead's board
FOLDERS: dict[Audience, str] = {"staff": "tickets", "public": "public"}

Event = dict[str, Any]  # a frame of the socket protocol, ready for JSON


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some activities of one ticket as one audience sees them, with the ticket as it is now."""

    number: int
    audience: Audience
    epoch: str
    position: int  # the log's head in the same snapshot
    seq: int  # the ticket's head for this audience
    ticket: Ticket | PublicTicket
    entries: tuple[Entry, ...] | tuple[PublicEntry, ...]
    too_far: bool = False


def load(connection: Connection, row: Any, audience: Audience, activities: Sequence[Activity]) -> Stretch:
    """The stretch of these activities of the ticket in `row`."""
    head = activity.head(connection)
    if audience == "public":
        shown = public_side.public_entries(connection, activities)
        return Stretch(
            row.number,
            audience,
            head.epoch,
            head.position,
            row.public_seq,
            public_side.whole_request(connection, row),
            shown,
        )
    ticket = conversation.staff_ticket(connection, row)
    return Stretch(
        row.number, audience, head.epoch, head.position, row.seq, ticket, conversation.entries(connection, activities)
    )


def whole(connection: Connection, number: int, viewer: Any, audience: Audience) -> Stretch:
    """Everything `viewer` may see of a ticket. Raises NotFound."""
    row = access.find_ticket(connection, number, viewer, audience)
    return load(connection, row, audience, activity.of_ticket(connection, number, audience))


def since(
    connection: Connection,
    number: int,
    viewer: Any,
    audience: Audience,
    after: int,
    epoch: str | None,
    shared: Recent[Stretch] | None = None,
) -> Stretch:
    """What happened behind `after`; `too_far` if that can't be told event by event. Raises NotFound.

    `shared` are stretches that others asked for. Access is asked each time, and a head names all that is up to it.
    """
    row = access.find_ticket(connection, number, viewer, audience)
    head = activity.head(connection)
    seq = row.seq if audience == "staff" else row.public_seq
    if (epoch is not None and epoch != head.epoch) or after > seq or seq - after > REPLAY_LIMIT:
        read = conversation.staff_ticket if audience == "staff" else public_side.whole_request
        ticket: Ticket | PublicTicket = read(connection, row)
        return Stretch(number, audience, head.epoch, head.position, seq, ticket, (), too_far=True)
    named = audience == "staff" or options.load(connection).staff_names
    key = (audience, number, head.epoch, after, seq, named)
    if shared is not None and (found := shared.get(key)) is not None:
        return replace(found, position=head.position)
    found = load(connection, row, audience, activity.of_ticket(connection, number, audience, after))
    if shared is not None:
        shared.keep(key, found, sum(BARE + len(each.message.html if each.message else "") for each in found.entries))
    return found


class Renderer:
    """Entries, panels and events in HTML. `rendered` counts events, which is most of what a change costs.

    The last events are kept: the feed, the answer to the command and the catch-ups that follow share one rendering. So are
    the last rows of lists.
    """

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        self.rendered_for: dict[Audience, int] = {"staff": 0, "public": 0}
        self.stretches: Recent[Stretch] = Recent(KEPT_STRETCHES)
        self._events: Recent[Event] = Recent(KEPT_EVENTS)
        self._rows: Recent[Markup] = Recent(KEPT_ROWS)
        self._lock = Lock()  # the loop and the readers' threads render

    @property
    def rendered(self) -> int:
        return sum(self.rendered_for.values())

    def entry(self, entry: Entry | PublicEntry, block: str, language: str) -> Markup:
        """The `thread`, `line`, `chat` or `say` of an entry; empty if it shows nothing there."""
        folder = FOLDERS["staff" if isinstance(entry, Entry) else "public"]
        return self.templates.block(language, f"{folder}/entries/{entry.kind}.html", block, {"entry": entry})

    def panel(self, ticket: Ticket | PublicTicket, name: str, language: str) -> Markup:
        folder = FOLDERS["staff" if isinstance(ticket, Ticket) else "public"]
        return self.templates.block(language, f"{folder}/panels.html", f"panel_{name}", {"ticket": ticket})

    def row(self, row: TicketRow, here: Sequence[Hashable], claim: Who | None, language: str) -> Markup:
        """A ticket in a list, with who is on it and who is answering."""
        key = (row, tuple(here), claim, language)
        if (found := self._rows.get(key)) is None:
            values = {"row": row, "here": here, "claim": claim}
            found = self.templates.block(language, "tickets/row.html", "row", values)
            self._rows.keep(key, found, BARE + len(found))
        return found

    def card(self, board: Board, name: str, language: str) -> Markup:
        """A card of the lead's board."""
        return self.templates.block(language, "board/cards.html", f"card_{name}", {"board": board})

    def chat_mark(self, mark: Mark | None, language: str) -> Markup:
        return self.templates.block(language, "public/chat_mark.html", "chat_mark", {"mark": mark})

    def shared_drafts(self, drafts: Sequence[object], language: str) -> Markup:
        return self.templates.block(language, "tickets/shared_drafts.html", "shared_drafts", {"drafts": drafts})

    def event(self, entry: Entry | PublicEntry, ticket: Ticket | PublicTicket, language: str) -> Event:
        """One activity as the socket's `event` frame; the panels in it show `ticket`."""
        # The ticket's head names the state of its panels, because nothing of them changes without an activity, but names.
        named = isinstance(ticket, Ticket) or ticket.named, ticket.application, ticket.module
        key = (type(entry), entry.number, entry.seq, ticket.seq, language, named)
        with self._lock:
            event = self._events.get(key)
            if event is None:
                event = self._event(entry, ticket, language)
                self._events.keep(key, event, BARE + sum(len(op["html"]) for op in event["ops"]))
            return event

    def _event(self, entry: Entry | PublicEntry, ticket: Ticket | PublicTicket, language: str) -> Event:
        self.rendered_for["public" if isinstance(entry, PublicEntry) else "staff"] += 1
        say = self.entry(entry, "say", language)
        return {
            "channel": f"ticket:{entry.number}",
            "seq": entry.seq,
            "kind": entry.kind,
            "ops": list(self._ops(entry, ticket, language)),
            "say": str(say) or None,
        }

    def answer(self, stretch: Stretch, language: str) -> dict[str, Any]:
        """A catch-up: `{epoch, seq, events}`, or `{epoch, seq, reset}`."""
        head: dict[str, Any] = {"epoch": stretch.epoch, "seq": stretch.seq}
        if stretch.too_far:
            return head | {"reset": True}
        return head | {"events": [self.event(entry, stretch.ticket, language) for entry in stretch.entries]}

    def _ops(
        self, entry: Entry | PublicEntry, ticket: Ticket | PublicTicket, language: str
    ) -> Iterator[dict[str, str]]:
        kind = KINDS[entry.kind]
        staff = isinstance(entry, Entry)
        if isinstance(entry, Entry) and entry.kind in LEFT and entry.message is not None:
            yield _op(f"queued-{entry.message.id}", "delete", "")
        if entry.earlier is not None:
            yield _op(f"entry-{entry.earlier.seq}", "outerMorph", self.entry(entry.earlier, "thread", language))
        if shown := self.entry(entry, "thread", language):
            yield _op("thread", "beforeend", shown)
        if kind.chat and (shown := self.entry(entry, "chat", language)):
            yield _op("chat-lines", "beforeend", shown)
        if staff:
            yield _op("activity-log", "afterbegin", self.entry(entry, "line", language))
        for name in kind.panels if staff else kind.public_panels:
            yield _op(f"panel-{name}", "outerMorph", self.panel(ticket, name, language))


def _op(target: str, swap: str, html: str) -> dict[str, str]:
    return {"target": target, "swap": swap, "html": str(html)}
