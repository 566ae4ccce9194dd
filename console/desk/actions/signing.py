"""Sessions and API tokens: made and revoked through the door, so that open sockets learn of it from the log."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert, update

from console.desk.change import Change, Receipt
from console.desk.desk import Desk
from console.desk.errors import NotFound
from console.desk.people import Person
from console.desk.scopes import SCOPES, Scope, scopes_of
from console.desk.tables import api_token, person, session


def new_secret() -> str:
    """A value of 256 random bits for a cookie or a token; the desk keeps its digest only."""
    return secrets.token_urlsafe(32)


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def sign_in(
    desk: Desk,
    actor: Person,
    *,
    cookie: str,
    days: int,
    rehashed: str | None = None,
    left: int | None = None,
    only: int | None = None,
) -> Receipt:
    """Begin a session for the holder of `cookie`; `rehashed` renews the password's hash, `left` is a session to end.

    `only` is the one ticket that it opens, if it began with the link in a mail.
    """
    with desk.change(None, actor) as change:
        if rehashed is not None:
            change.connection.execute(update(person).where(person.c.id == actor.id).values(password_hash=rehashed))
        begin_session(change, actor, cookie=cookie, days=days, left=left, only=only)
    return change.receipt


def begin_session(
    change: Change, actor: Person, *, cookie: str, days: int, left: int | None = None, only: int | None = None
) -> None:
    """The same within a change that is open already."""
    values = {"digest": digest(cookie), "person_id": actor.id, "created_at": change.at, "ticket_number": only}
    values["expires_at"] = change.at + timedelta(days=days)
    change.made = change.connection.execute(insert(session).values(values).returning(session.c.id)).scalar_one()
    change.append("signed_in", session=change.made)
    if left is not None:
        change.connection.execute(update(session).where(session.c.id == left).values(revoked_at=change.at))
        change.append("signed_out", session=left)


def sign_out(desk: Desk, actor: Person, *, session_id: int) -> Receipt:
    """End one session of this person."""
    with desk.change(None, actor) as change:
        own = (session.c.id == session_id) & (session.c.person_id == actor.id)
        change.connection.execute(update(session).where(own).values(revoked_at=change.at))
        change.append("signed_out", session=session_id)
    return change.receipt


def create_token(
    desk: Desk,
    actor: Person,
    *,
    value: str,
    name: str,
    scopes: Sequence[Scope] = SCOPES,
    rehashed: str | None = None,
) -> Receipt:
    """Make an API token that acts as this person in these scopes."""
    with desk.change(None, actor) as change:
        row = {"digest": digest(value), "person_id": actor.id, "name": name, "created_at": change.at}
        row["scopes"] = " ".join(scopes_of(scopes))
        change.made = change.connection.execute(insert(api_token).values(row).returning(api_token.c.id)).scalar_one()
        if rehashed is not None:
            change.connection.execute(update(person).where(person.c.id == actor.id).values(password_hash=rehashed))
        change.append("token_created", token=change.made)
    return change.receipt


def revoke_token(desk: Desk, actor: Person, *, token_id: int) -> Receipt:
    """End one of this person's tokens, and the sockets that it opened. Raises NotFound."""
    with desk.change(None, actor) as change:
        own = (api_token.c.id == token_id) & (api_token.c.person_id == actor.id) & api_token.c.revoked_at.is_(None)
        ended = change.connection.execute(update(api_token).where(own).values(revoked_at=change.at))
        if not ended.rowcount:
            raise NotFound
        change.append("token_revoked", token=token_id)
    return change.receipt


def choose_language(desk: Desk, actor: Person, *, language: str | None) -> Receipt:
    """Set the language of this person's pages; None leaves it to the browser."""
    with desk.change(None, actor) as change:
        change.connection.execute(update(person).where(person.c.id == actor.id).values(language=language))
        change.append("language_chosen", to=language)
    return change.receipt


def choose_letter_keys(desk: Desk, actor: Person, *, on: bool) -> Receipt:
    """Let single letters be shortcuts on this person's pages, or not."""
    with desk.change(None, actor) as change:
        change.connection.execute(update(person).where(person.c.id == actor.id).values(letter_keys=on))
        change.append("letter_keys_chosen", to=on)
    return change.receipt
