"""Saying how a request was resolved: its requester, once for each resolution, and otherwise as long as it is asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, update

from console.desk import access, message, ratings
from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.tables import rating


def rate(
    desk: Desk, number: int, actor: Person, *, value: str, comment: str = "", command_id: str | None = None
) -> Receipt:
    """Say `good` or `bad`, and perhaps why. What is said already stays so. Raises NotFound, Invalid.

    The comment is a message that only technicians read, like a note: those who are copied learn nothing of it.
    """
    with desk.change(number, actor, command_id) as change:
        if not access.may_open(change.connection, actor, change.ticket, "public"):
            raise NotFound
        if not ratings.may_rate(change.connection, actor, change.ticket, change.at):
            raise Invalid(N_("This request can't be rated now."))
        if value not in ratings.SCALE:
            raise Invalid(N_("Choose whether it was good or bad."), field="value")
        words = comment.replace("\0", "").replace("\r\n", "\n").strip()
        before = ratings.given(change.connection, change.ticket)
        if before is None or (ratings.word(before.good), before.comment) != (value, words):
            _say(change, before, value, words)
            change.hint("requests", actor.id)
    return change.receipt


def _say(change: Change, before: Any, value: str, words: str) -> None:
    said = None
    if words and (before is None or before.comment != words):
        draft = Draft(words, source="portal", limit=ratings.COMMENT_LIMIT)
        try:
            said = message.add(change, "note", "requester", draft)
        except Invalid as refusal:
            raise Invalid(refusal.sentence, field="comment", **refusal.named) from refusal
    kept = None if before is None or not words else before.message_id
    now = {"good": value == ratings.SCALE[0], "message_id": said or kept, "rated_at": change.at}
    if before is None:
        about = change.ticket
        change.connection.execute(
            insert(rating).values(
                ticket_number=about.number,
                resolved_at=about.resolved_at,
                person_id=about.requester_id,
                technician_id=about.technician_id,
                department_id=about.department_id,
                **now,
            )
        )
    else:
        change.connection.execute(update(rating).where(rating.c.id == before.id).values(**now))
    earlier = None if before is None else ratings.word(before.good)
    change.append("rated", side="requester", message_id=said, **{"from": earlier, "to": value})
