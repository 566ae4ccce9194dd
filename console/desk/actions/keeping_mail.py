"""Keeping a mail as it came, before anybody is told that it arrived, and what people decide about one that is held."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.tables import inbound

ATTEMPTS = 3  # at parsing; then somebody has to look at it


def keep_mail(
    desk: Desk,
    *,
    key: str,
    size_bytes: int,
    source: str,
    recipients: Sequence[str] = (),
    uidvalidity: int | None = None,
    uid: int | None = None,
) -> Receipt:
    """Note that the file with this key is a mail; `made` is its id. One that this mailbox gave before keeps its own file."""
    with desk.change(None, None) as change:
        known = None
        if uid is not None:
            same = inbound.c.source == source, inbound.c.uidvalidity == uidvalidity, inbound.c.uid == uid
            known = change.connection.execute(select(inbound.c.id).where(*same)).scalar_one_or_none()
        change.made = (
            known
            or change.connection.execute(
                insert(inbound)
                .values(
                    source=source,
                    uidvalidity=uidvalidity,
                    uid=uid,
                    key=key,
                    size_bytes=size_bytes,
                    recipients=json.dumps(list(recipients)),
                    state="received",
                    attempt=0,
                    automatic=False,
                    received_at=change.at,
                )
                .returning(inbound.c.id)
            ).scalar_one()
        )
    return change.receipt


def begin_parsing(desk: Desk, inbound_id: int) -> Receipt:
    """Count an attempt before it is made, so that a mail which ends the process is not tried for ever."""
    with desk.change(None, None) as change:
        counted = update(inbound).where(inbound.c.id == inbound_id).values(attempt=inbound.c.attempt + 1)
        change.made = change.connection.execute(counted.returning(inbound.c.attempt)).scalar_one()
    return change.receipt


def hold_unparsed(desk: Desk, inbound_id: int, error: str) -> Receipt:
    """Put a mail that can't be parsed where a person looks."""
    with desk.change(None, None) as change:
        waiting = update(inbound).where(inbound.c.id == inbound_id, inbound.c.state == "received")
        outcome = json.dumps({"result": "ignored", "reason": "blocked"})
        change.connection.execute(
            waiting.values(state="held", reason="unreadable", error=error, result=outcome, settled_at=change.at)
        )
    return change.receipt


def delete_held(desk: Desk, inbound_id: int, actor: Person) -> Receipt:
    """Give up a mail of the quarantine; that it was there stays known. Raises NotFound."""
    with desk.change(None, actor) as change:
        waiting = update(inbound).where(inbound.c.id == inbound_id, inbound.c.state == "held")
        if not change.connection.execute(waiting.values(state="deleted", settled_at=change.at)).rowcount:
            raise NotFound
        change.append("mail_settled", mail=inbound_id)
    return change.receipt


def forget_mail(desk: Desk, inbound_id: int) -> Receipt:
    """Forget a mail that was refused to whoever brought it, and is not the desk's to keep."""
    with desk.change(None, None) as change:
        change.connection.execute(delete(inbound).where(inbound.c.id == inbound_id, inbound.c.state == "received"))
    return change.receipt
