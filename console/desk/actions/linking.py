"""Links that sign requesters in without a password: mailed to whoever asks, good once and for an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from console.desk import letter, people
from console.desk.actions.signing import begin_session, digest
from console.desk.change import Receipt
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.signed import signer
from console.desk.tables import sign_in_link

LIVES = timedelta(hours=1)


def ask_link(desk: Desk, *, email: str) -> Receipt:
    """Mail a link to the requester with this address. To anybody else nothing is mailed: technicians have a password."""
    with desk.change(None, None) as change:
        person = people.load_person(change.connection, email=email.strip().lower())
        if person is not None and not person.is_staff:
            change.append("link_asked", person=person.id)
            mail_id = letter.file(change, "sign_in_link", person.id, person.email)
            code = signer(change.connection).sign_in_code(mail_id, person.id)
            row = {"digest": digest(code), "person_id": person.id, "created_at": change.at}
            change.connection.execute(insert(sign_in_link).values(**row, expires_at=change.at + LIVES))
    return change.receipt


def holder(connection: Connection, code: str, at: datetime) -> Person:
    """Whom the link signs in. Raises NotFound if it is not good (any more)."""
    good = (sign_in_link.c.digest == digest(code)) & sign_in_link.c.used_at.is_(None) & (sign_in_link.c.expires_at > at)
    person_id = connection.execute(select(sign_in_link.c.person_id).where(good)).scalar_one_or_none()
    person = None if person_id is None else people.load_person(connection, id=person_id)
    if person is None or person.is_staff:
        raise NotFound
    return person


def use_link(desk: Desk, actor: Person, *, code: str, cookie: str, days: int, left: int | None = None) -> Receipt:
    """Begin a session for the holder of `cookie`; the link, and every other one of this person, is used up.

    `left` is a session to end. Raises NotFound if the link is not good any more.
    """
    with desk.change(None, actor) as change:
        if holder(change.connection, code, change.at).id != actor.id:
            raise NotFound
        theirs = (sign_in_link.c.person_id == actor.id) & sign_in_link.c.used_at.is_(None)
        used = update(sign_in_link).where(theirs).values(used_at=change.at).returning(sign_in_link.c.digest)
        # of two that use it at the same time, the second one finds it used
        if digest(code) not in change.connection.execute(used).scalars().all():
            raise NotFound
        begin_session(change, actor, cookie=cookie, days=days, left=left)
    return change.receipt
