"""The words of the desk's letters: an admin writes others, or takes their own back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert

from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.people import Person
from console.desk.tables import wording


def set_words(desk: Desk, actor: Person, *, kind: str, language: str, words: Mapping[str, str] | None) -> Receipt:
    """Use these words (`subject` and `body`, checked) for this kind of letter; None: its own ones again."""
    with desk.change(None, actor) as change:
        mine = (wording.c.kind == kind) & (wording.c.language == language)
        change.connection.execute(delete(wording).where(mine))
        if words is not None:
            values = {"kind": kind, "language": language, "at": change.at, **words}
            change.connection.execute(insert(wording).values(values))
        change.append("mail_worded")
    return change.receipt
