"""What the cast does to ticket 1 (or another `number`), in few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, TypeVar

from sqlalchemy import Select

from cast import Cast
from console.desk import activity
from console.desk.actions.fields import set_field
from console.desk.actions.following import set_following
from console.desk.actions.note import write_note
from console.desk.actions.opening import open_ticket
from console.desk.actions.rating import rate
from console.desk.actions.redacting import redact
from console.desk.actions.reply import post_reply
from console.desk.actions.viewing import look_on, mark_unread, record_view
from console.desk.activity import Activity
from console.desk.attachment import StoredFile
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.message import Draft

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Acts:
    desk: Desk
    cast: Cast

    def opens(self, who: str, body: str = "Help.", *, source: str = "portal", **named: Any) -> Receipt:
        named = {"subject": "A <new> one", "department": "Support", **named}
        return self.desk.run(open_ticket, self.cast[who], draft=Draft(body, source=source), **named)

    def replies(
        self, who: str, body: str = "An answer.", files: Sequence[StoredFile] = (), *, number: int = 1, **named: Any
    ) -> Receipt:
        return self.desk.run(
            post_reply, number, self.cast[who], draft=_draft(body, files, named), audience="staff", **named
        )

    def asks(
        self,
        who: str = "rhea",
        body: str = "And now?",
        files: Sequence[StoredFile] = (),
        *,
        number: int = 1,
        **named: Any,
    ) -> Receipt:
        """Write in the portal."""
        draft = Draft(body, files, source=named.pop("source", "portal"))
        return self.desk.run(post_reply, number, self.cast[who], draft=draft, audience="public", **named)

    def redacts(self, who: str, message_id: int | None, *, number: int = 1, **named: Any) -> Receipt:
        named = {"message_id": message_id, "blank": token_hex(16), **named}
        return self.desk.run(redact, number, self.cast[who], **named)

    def notes(
        self, who: str, body: str = "Among us.", files: Sequence[StoredFile] = (), *, number: int = 1, **named: Any
    ) -> Receipt:
        return self.desk.run(write_note, number, self.cast[who], draft=_draft(body, files, named), **named)

    def rates(self, value: str, comment: str = "", *, who: str = "rhea", number: int = 1, **named: Any) -> Receipt:
        return self.desk.run(rate, number, self.cast[who], value=value, comment=comment, **named)

    def sets(self, who: str, field: str, value: str | None, *, number: int = 1, **named: Any) -> Receipt:
        return self.desk.run(set_field, number, self.cast[who], field=field, value=value, **named)

    def assigns(self, who: str, technician: str | None, *, number: int = 1) -> Receipt:
        chosen = None if technician is None else str(self.cast[technician].id)
        return self.sets(who, "technician", chosen, number=number)

    def views(self, who: str, *, number: int = 1, **named: Any) -> Receipt:
        return self.desk.run(record_view, number, self.cast[who], **named)

    def looks_on(self, who: str, seen: int | None = None, *, number: int = 1) -> Receipt:
        return self.desk.run(look_on, number, self.cast[who], seen=seen)

    def marks_unread(self, who: str, *, number: int = 1) -> Receipt:
        return self.desk.run(mark_unread, number, self.cast[who])

    def follows(self, who: str, *, number: int = 1, on: bool = True) -> Receipt:
        return self.desk.run(set_following, number, self.cast[who], on=on)

    def log(self, after: int = 0) -> list[Activity]:
        return self.read(activity.after, after)

    def last(self) -> Activity:
        return self.log()[-1]

    def rows(self, query: Select[Any]) -> list[Any]:
        return self.read(lambda connection: list(connection.execute(query)))

    def row(self, query: Select[Any]) -> Any:
        """The only row of a query."""
        (found,) = self.rows(query)
        return found

    def read(self, query: Callable[..., T], *args: Any) -> T:
        return self.desk.database.read_now(query, *args)


def _draft(body: str, files: Sequence[StoredFile], named: dict[str, Any]) -> Draft:
    """With what of `named` belongs to it, taken out there."""
    more = {name: named.pop(name) for name in ("draft_version", "occurrence", "seen") if name in named}
    return Draft(body, files, **more)


def a_file(name: str = "scan & print.png", media_type: str = "image/png", size: int = 123_456) -> StoredFile:
    return StoredFile(token_hex(16), name, media_type, size, "0" * 64)
