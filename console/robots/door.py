"""HTTP of one signed-in robot. What fails on the way is sent again with the same command id, elsewhere if possible."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import Any

import httpx2

from console.robots.tally import Tally

TIMEOUT = 10.0  # seconds for one try
TRIES_FOR = 60.0  # seconds after which a request is given up: a desk may be away for half of that
AGAIN = {502, 503, 504}
JSON = {"accept": "application/json"}
FIRST_REST, LONGEST_REST = 0.2, 3.0  # seconds between two tries


class GivenUp(Exception):
    """No answer came in TRIES_FOR seconds."""


class Turned(Exception):
    """The desk answered with an error; it is in the tally already."""


@dataclass(frozen=True, slots=True)
class Account:
    email: str
    password: str


def rest(tries: int, chance: Random) -> float:
    """Seconds to wait before try number `tries` + 1: more each time, and never all robots at once."""
    return chance.uniform(FIRST_REST, min(LONGEST_REST, 2 * FIRST_REST * 1.6**tries))


class Door:
    """`staff` says on which side this robot is: everything that a requester gets is looked through for marks of notes."""

    def __init__(
        self, urls: Sequence[str], account: Account, tally: Tally, chance: Random, trust: ssl.SSLContext, *, staff: bool
    ) -> None:
        self.urls, self.account, self.tally, self.chance, self.staff = list(urls), account, tally, chance, staff
        self.url = chance.choice(self.urls)
        self.cookie = ""
        english = {"accept-language": "en"}  # as the socket asks for it
        self._client = httpx2.AsyncClient(timeout=TIMEOUT, verify=trust, trust_env=False, headers=english)

    def elsewhere(self) -> None:
        """Choose a server anew, another one if there are several."""
        self.url = self.chance.choice([each for each in self.urls if each != self.url] or self.urls)

    async def sign_in(self) -> None:
        """Sign in with the form. Raises GivenUp, Turned."""
        fields = {"email": self.account.email, "password": self.account.password}
        answer = await self._ask("POST", "/sign-in", {"data": fields}, {303})
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        self._client.cookies.clear()  # it is sent by hand, to whichever server
        self._client.headers["cookie"] = self.cookie

    async def token(self) -> str:
        """An API token. Raises GivenUp, Turned."""
        asked = {"email": self.account.email, "password": self.account.password, "name": "robots"}
        answer = await self._ask("POST", "/api/v1/tokens", {"json": asked}, {201})
        return str(answer.json()["token"])

    async def api(self, token: str, method: str, path: str, **more: Any) -> Any:
        """An answer of the API. Raises GivenUp, Turned."""
        headers = {"authorization": f"Bearer {token}"} | more.pop("headers", {})
        return (await self._ask(method, f"/api/v1{path}", {"headers": headers, **more}, {200, 201})).json()

    async def page(self, path: str) -> str:
        """A page's HTML. Raises GivenUp, Turned."""
        return (await self._ask("GET", path, {}, {200})).text

    async def get(self, path: str, also: Sequence[int] = ()) -> httpx2.Response:
        """An answer in JSON, or with one of the statuses in `also`. Raises GivenUp, Turned."""
        return await self._ask("GET", path, {"headers": JSON}, {200, *also})

    async def post(
        self,
        path: str,
        fields: Mapping[str, str | list[str]],
        *,
        file: tuple[str, bytes] | None = None,
        cut_after: float | None = None,
    ) -> httpx2.Response:
        """Send a form as the page's scripts do; gives the answer, 409 included.

        With `cut_after`, the connection is cut after so many seconds and the form is sent again. Raises GivenUp, Turned.
        """
        named = {"data": dict(fields), "headers": JSON}
        if file is not None:
            named["files"] = {"files": file}
        if cut_after is not None:
            try:
                async with asyncio.timeout(cut_after):
                    return await self._ask("POST", path, named, {200, 204, 409})
            except TimeoutError:
                self.tally.counts["retried"] += 1
        return await self._ask("POST", path, named, {200, 204, 409})

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(self, method: str, path: str, named: dict[str, Any], good: set[int]) -> httpx2.Response:
        until, tries = monotonic() + TRIES_FOR, 0
        while True:
            try:
                answer = await self._client.request(method, self.url + path, **named)
                problem = f"{answer.status_code}"
            except httpx2.TransportError as error:
                answer, problem = None, type(error).__name__
            if answer is not None and not self.staff:
                head = " ".join(answer.headers.values()).encode()
                self.tally.public_bytes(answer.content + head, f"{method} {path}")
            if answer is not None and answer.status_code not in AGAIN:
                if answer.status_code in good:
                    return answer
                self.tally.fail(f"{method} {path} by {self.account.email}: {problem} {answer.text[:160]!r}")
                raise Turned(problem)
            if monotonic() > until:
                self.tally.fail(f"{method} {path} by {self.account.email}: no answer in {TRIES_FOR:.0f} s ({problem})")
                raise GivenUp(problem)
            self.tally.counts["retried"] += 1
            self.elsewhere()
            await asyncio.sleep(rest(tries, self.chance))
            tries += 1
