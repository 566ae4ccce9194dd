"""What becomes of a letter: its bytes are made once, it leaves, it was sent or not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import N_, Invalid, NotFound
from console.desk.people import Person
from console.desk.tables import errand, letter, message, view_link

CAN_BE_SENT_AGAIN = ("failed", "unknown", "sent")


def link_for(change: Change, number: int, person_id: int) -> int:
    """The generation of this person's view link of a ticket, which lives on from now."""
    mine = view_link.c.person_id == person_id, view_link.c.ticket_number == number
    used = update(view_link).where(*mine).values(mailed_at=change.at).returning(view_link.c.generation)
    found: int | None = change.connection.execute(used).scalar_one_or_none()
    if found is None:
        found = 1
        values = {"person_id": person_id, "ticket_number": number, "generation": found, "mailed_at": change.at}
        change.connection.execute(view_link.insert().values(values))
    return found


def renew_link(desk: Desk, number: int, person_id: int) -> Receipt:
    """Let the view link live on, because a mail that has it leaves; `made` is its generation."""
    with desk.change(None, None) as change:
        change.made = link_for(change, number, person_id)
    return change.receipt


def begin_leaving(desk: Desk, letter_id: int, key: str) -> Receipt:
    """Note that a letter with these bytes is about to leave: who finds it so, after this process died, knows the doubt.

    Raises NotFound if it must not leave any more.
    """
    with desk.change(None, None) as change:
        leaving = update(letter).where(letter.c.id == letter_id, letter.c.state.in_(("queued", "leaving")))
        values = {"state": "leaving", "key": key, "attempt": letter.c.attempt + 1}
        if not change.connection.execute(leaving.values(values)).rowcount:
            raise NotFound
    return change.receipt


def settle_letter(desk: Desk, letter_id: int, state: str, error: str | None = None) -> Receipt:
    """Say what became of a letter. One that failed, or may have, is told on its ticket."""
    row = desk.database.read_now(
        lambda connection: connection.execute(select(letter).where(letter.c.id == letter_id)).one()
    )
    told = state in ("failed", "unknown") and row.ticket_number is not None
    with desk.change(row.ticket_number if told else None, None) as change:
        values: dict[str, Any] = {"state": state, "error": error}
        if state != "queued":
            values["settled_at"] = change.at
        change.connection.execute(update(letter).where(letter.c.id == letter_id).values(values))
        if told:
            facts: dict[str, Any] = {"letter": letter_id, "state": state, "address": row.address, "error": error}
            change.append("letter_failed", message_id=row.message_id, **facts)
    return change.receipt


def send_again(desk: Desk, letter_id: int, actor: Person) -> Receipt:
    """Send a letter once more, with the same Message-ID and the same bytes. Raises NotFound, Invalid."""
    with desk.change(None, actor) as change:
        row = change.connection.execute(select(letter).where(letter.c.id == letter_id).with_for_update()).one_or_none()
        if row is None:
            raise NotFound
        if row.state not in CAN_BE_SENT_AGAIN:
            raise Invalid(N_("This mail is still on its way."))
        said = select(message.c.state).where(message.c.id == row.message_id)
        if change.connection.execute(said).scalar_one_or_none() == "redacted":
            raise Invalid(N_("The words of this mail were removed."))
        change.connection.execute(
            update(letter)
            .where(letter.c.id == letter_id)
            .values(state="queued", attempt=0, error=None, settled_at=None)
        )
        waiting = {
            "state": "waiting",
            "attempt": 0,
            "next_at": change.at,
            "holder": None,
            "held_until": None,
            "error": None,
        }
        mine = errand.c.follower == "letter_leaves", errand.c.target == str(letter_id)
        change.connection.execute(update(errand).where(*mine).values(waiting))
        change.append("mail_settled", letter=letter_id)
    return change.receipt
