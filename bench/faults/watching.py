"""Two people on one ticket: one whose line may fail, and a colleague who is told of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from time import monotonic

import httpx2

from console.robots.door import Account
from console.robots.line import Down, Line

PATIENCE = 60.0  # seconds


class Roster:
    """Who is on the ticket, as a colleague is told: the state of each by name, and who is unknown."""

    def __init__(self, line: Line, number: int) -> None:
        self._line, self._number = line, number
        self.states: dict[str, str] = {}
        self._changed = asyncio.Event()

    async def follow(self) -> None:
        await self._line.emit("join", {"channel": f"ticket:{self._number}"}, acknowledged=True)
        with suppress(Down):
            async for _, data in self._line.packets():
                if "viewers" in data:
                    unknown = data.get("unknown", False)
                    self.states = {each["name"]: "unknown" if unknown else each["state"] for each in data["viewers"]}
                    self._changed.set()

    async def until(self, holds: Callable[[dict[str, str]], bool]) -> float | None:
        """Wait until this holds; gives after how many seconds, or None if it never did."""
        began = monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds(self.states):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return None
        return monotonic() - began


@asynccontextmanager
async def watched(victim: tuple[str, Account], witness: tuple[str, Account]) -> AsyncIterator[tuple[Roster, Line, int]]:
    """The witness's roster of a new ticket on which both are, the victim's line, and the ticket's number.

    Both are given by the address they use and their account.
    """
    async with AsyncExitStack() as stack:
        cookies = [await _sign_in(*each) for each in (victim, witness)]
        number = await _open_ticket(*witness)
        lines = []
        for (url, _), cookie in zip((victim, witness), cookies, strict=True):
            lines.append(await Line.open(url, "/staff", cookie, lambda _: None))
            stack.callback(lines[-1].drop)
        roster, theirs = Roster(lines[1], number), Roster(lines[0], number)
        for each in (roster, theirs):
            task = asyncio.create_task(each.follow())
            stack.callback(task.cancel)
        there = await roster.until(lambda states: len(states) == 2)
        assert there is not None, "both have to be seen before one of them is lost"
        yield roster, lines[0], number


async def _sign_in(url: str, account: Account) -> str:
    async with httpx2.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        answer = await client.post("/sign-in", data={"email": account.email, "password": account.password})
        assert answer.status_code == 303, answer.text
        return answer.headers["set-cookie"].partition(";")[0]


async def _open_ticket(url: str, account: Account) -> int:
    async with httpx2.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        asked = {"email": account.email, "password": account.password, "name": "watching"}
        token = (await client.post("/api/v1/tokens", json=asked)).raise_for_status().json()["token"]
        opened = {"subject": "Watched", "body": "Who is here?", "department": "Support"}
        bearer = {"authorization": f"Bearer {token}"}
        made = await client.post("/api/v1/tickets", json=opened, headers=bearer)
        return int(made.raise_for_status().json()["number"])
