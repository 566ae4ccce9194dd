"""/tokens: an e-mail address and a password for a token, one's own tokens, and their end. None ends by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from console.api.bodies import NewToken
from console.api.door import house, json, number_in, sent, whole, with_token
from console.api.problems import Problem
from console.desk import people
from console.desk.actions import signing
from console.desk.errors import N_
from console.desk.scopes import TOKENS
from console.desk.tables import api_token
from console.viewer import Viewer

PAGE, MOST = 50, 200  # tokens


class Token(msgspec.Struct, frozen=True):
    """A token that has not ended; `current` says that it is the one that asks."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    current: bool


async def collection(request: Request) -> Response:
    """A new one is for whoever knows the password, the list for whoever has one."""
    return await (_create if request.method == "POST" else _list)(request)


async def single(request: Request, viewer: Viewer) -> Response:
    """End a token of one's own, and what it has open. Raises NotFound."""
    await house(request).desk.do(signing.revoke_token, viewer.person, token_id=number_in(request, "id"))
    return Response(status_code=204)


async def _index(request: Request, viewer: Viewer) -> Response:
    limit, behind = whole(request, "limit", PAGE, MOST, least=1), whole(request, "cursor", 0)

    def load(connection: Connection) -> Any:
        mine = (api_token.c.person_id == viewer.person.id) & api_token.c.revoked_at.is_(None)
        query = select(api_token).where(mine, api_token.c.id > behind).order_by(api_token.c.id).limit(limit + 1)
        rows = connection.execute(query).all()
        found = [_shown(row, viewer) for row in rows[:limit]]
        return {"items": found, "next": str(found[-1].id) if len(rows) > limit else None}

    return json(await house(request).desk.read(load))


_list = with_token(_index, reads=TOKENS, query=("limit", "cursor"))


def _shown(row: Any, viewer: Viewer) -> Token:
    return Token(row.id, row.name, tuple(row.scopes.split()), row.created_at, row.id == viewer.token_id)


async def _create(request: Request) -> Response:
    place = house(request)
    asked, _ = await sent(request, NewToken)
    email = asked.email.lower()
    address = request.client.host if request.client else ""
    async with place.sign_in_limit.attempt(email, address) as attempt:
        if attempt is None:
            raise Problem(429, N_("Too many attempts. Wait some minutes and try again."))
        found = await place.desk.read(people.account, email)
        if not await place.passwords.matches(asked.password, found and found[1]) or found is None:
            raise Problem(401, N_("This e-mail address and password do not belong together."))
        attempt.succeed()
    holder, rehashed = found[0], await place.passwords.rehashed(asked.password, found[1])
    token = signing.new_secret()
    await place.desk.do(
        signing.create_token, holder, value=token, name=asked.name, scopes=asked.scopes, rehashed=rehashed
    )
    return json({"token": token}, 201)
