"""POST /tokens: an e-mail address and a password for a token. Tokens end with `revoked_at`, not by themselves."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from console.api.bodies import NewToken
from console.api.door import house, json, sent
from console.api.problems import Problem
from console.desk import people
from console.desk.actions import signing
from console.desk.errors import N_


async def create(request: Request) -> Response:
    place = house(request)
    asked, _ = await sent(request, NewToken)
    email = asked.email.lower()
    address = request.client.host if request.client else ""
    with place.sign_in_limit.attempt(email, address) as attempt:
        if attempt is None:
            raise Problem(429, N_("Too many attempts. Wait some minutes and try again."))
        found = await place.desk.read(people.account, email)
        if not await place.passwords.matches(asked.password, found and found[1]) or found is None:
            raise Problem(401, N_("This e-mail address and password do not belong together."))
        attempt.succeed()
    holder, rehashed = found[0], await place.passwords.rehashed(asked.password, found[1])
    token = signing.new_secret()
    await place.desk.do(signing.create_token, holder, value=token, name=asked.name, rehashed=rehashed)
    return json({"token": token}, 201)
