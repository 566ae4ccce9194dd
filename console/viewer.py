"""Who is asking: a browser's session cookie or a program's token, looked up anew for every request and every socket."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any

from sqlalchemy import Connection, select
from starlette.responses import Response

from console.desk import people
from console.desk.actions.signing import digest
from console.desk.desk import Desk
from console.desk.people import Person
from console.desk.tables import api_token, session
from console.language import choose

COOKIE = "console_session"
LANGUAGE_COOKIE = "console_language"  # of people who are not signed in


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person, the language of their pages, and what proves them: a session's or a token's id."""

    person: Person
    language: str
    session_id: int | None
    token_id: int | None = None
    expires_at: datetime | None = None  # None: a token, which ends only when it is revoked
    scopes: frozenset[str] = frozenset()  # of a token


def cookie_name(https: bool) -> str:
    """The prefix binds the cookie to https and this host; a desk on a plain LAN address can't have it."""
    return f"__Host-{COOKIE}" if https else COOKIE


def read_cookie(header: str, name: str) -> str | None:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return None if found is None else found.value


async def by_session(desk: Desk, cookie: str | None, accept_language: str = "") -> Viewer | None:
    """The viewer with this session cookie, or None."""
    if not cookie:
        return None
    found = await desk.read(_holder, session, digest(cookie), desk.clock())
    if found is None:
        return None
    person, row = found
    return Viewer(person, choose(person.language, accept_language), row.id, expires_at=row.expires_at)


async def by_token(desk: Desk, token: str, accept_language: str = "") -> Viewer | None:
    """The viewer that this API token acts for, or None."""
    found = await desk.read(_holder, api_token, digest(token), None)
    if found is None:
        return None
    person, row = found
    language = choose(person.language, accept_language)
    return Viewer(person, language, None, row.id, scopes=frozenset(row.scopes.split()))


def still_valid(connection: Connection, viewer: Viewer, at: Any) -> Person | None:
    """The person as they are now, if what proved them still does."""
    table, proof = (session, viewer.session_id) if viewer.session_id is not None else (api_token, viewer.token_id)
    query = select(table).where(table.c.id == proof, table.c.revoked_at.is_(None))
    if viewer.session_id is not None:
        query = query.where(session.c.expires_at > at)
    row = connection.execute(query).one_or_none()
    return None if row is None else _person(connection, row)


def keep_cookie(response: Response, cookie: str, days: int, https: bool) -> None:
    """Have the browser keep a session, out of its scripts' reach."""
    response.set_cookie(cookie_name(https), cookie, max_age=days * 86_400, httponly=True, samesite="lax", secure=https)


def _holder(connection: Connection, table: Any, key: str, at: Any) -> tuple[Person, Any] | None:
    query = select(table).where(table.c.digest == key, table.c.revoked_at.is_(None))
    if at is not None:
        query = query.where(table.c.expires_at > at)
    row = connection.execute(query).one_or_none()
    person = None if row is None else _person(connection, row)
    return None if row is None or person is None else (person, row)


def _person(connection: Connection, row: Any) -> Person | None:
    """The person as this proof lets them act: a session that began with the link in a mail opens one ticket."""
    person = people.load_person(connection, id=row.person_id)
    only = getattr(row, "ticket_number", None)
    return person if person is None or only is None else replace(person, only=only)
