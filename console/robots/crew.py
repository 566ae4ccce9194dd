"""A crew of robots on one desk: brings them in, lets them work, and compares at the end."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Iterable, Sequence
from random import Random
from time import monotonic
from typing import TypeVar

import httpx2

from console.robots.checking import Report, activities, check_fields, check_log, check_numbers
from console.robots.door import Account, Door, GivenUp, Turned
from console.robots.page import Page
from console.robots.people import Requester, Robot, Technician
from console.robots.tab import Tab
from console.robots.tally import Tally

TOGETHER = 4  # sign-ins at once: the desk books each as a failure until the password is known to be right
LOADS = 8  # fresh pages at once
REACHED_WITHIN = 5.0  # seconds
LOOK_AGAIN = 0.1  # seconds
DEMO_STAFF = ("ana", "ben", "carla", "dario", "eva", "fabio", "gil")
DEMO_REQUESTERS = ("rita", "saul")

Found = TypeVar("Found")


class Unreachable(Exception):
    """No server answers, or none lets the robots in."""


def demo_accounts(names: Sequence[str], count: int) -> list[Account]:
    """Accounts of the demo desk for so many robots; several share one if there are not enough."""
    return [Account(f"{names[each % len(names)]}@demo.example", "demo") for each in range(count)]


class Crew:
    """One robot for each account in `technicians` and `requesters`, an account may be there more than once.

    `urls` are servers of one desk; robots choose at random and go elsewhere when one fails. `pace` is in actions a
    second of all robots together. The robots share `tickets` tickets of the requesters, which are opened in
    `department` where there are not enough. The same `seed` chooses the same actions.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        technicians: Sequence[Account],
        requesters: Sequence[Account],
        tickets: int = 6,
        pace: float = 4.0,
        department: str = "Support",
        seed: int | None = None,
    ) -> None:
        self.urls = [url.rstrip("/") for url in urls]
        self.pace, self.department, self._wanted = pace, department, tickets
        self._accounts = [(each, True) for each in technicians] + [(each, False) for each in requesters]
        self._chance = Random(seed)
        self.tally = Tally()
        self.robots: list[Robot] = []
        self.tickets: dict[int, str] = {}  # with the e-mail address of its requester
        self._began: dict[int, int] = {}  # the head of each ticket when the robots came
        self._tokens: dict[str, str] = {}

    async def start(self) -> None:
        """Sign everybody in and open their pages. Raises Unreachable."""
        await self._reach()
        trust = ssl.create_default_context()
        doors = [
            Door(self.urls, account, self.tally, Random(self._chance.random()), trust, staff=staff)
            for account, staff in self._accounts
        ]
        try:
            await _at_most(TOGETHER, (door.sign_in() for door in doors))
            await self._choose_tickets(doors)
            for index, door in enumerate(doors):
                self.robots.append(self._robot(index, door))
            await _at_most(LOADS, (robot.begin() for robot in self.robots))
        except (GivenUp, Turned):
            raise Unreachable(self.tally.failures[-1]) from None

    async def run(self, seconds: float) -> None:
        """Let everybody work; what is under way at the end is finished."""
        gap = len(self.robots) / self.pace
        until = monotonic() + seconds
        await asyncio.gather(*(robot.work(until, gap) for robot in self.robots))

    async def settle(self, seconds: float = 5.0) -> Report:
        """Wait up to `seconds` until every page equals a fresh one, which only the protocol may bring about; then compare."""
        report = Report()
        try:
            await self._compare_pages(report, seconds)
            for number, requester in self.tickets.items():
                await self._compare_logs(report, number, requester)
        except (GivenUp, Turned):
            pass  # it is among the failures
        report.failures, report.leaks = list(self.tally.failures), list(self.tally.leaks)
        report.counters = self.tally.counters()
        return report

    async def stop(self) -> None:
        await asyncio.gather(*(robot.end() for robot in self.robots))

    async def _reach(self) -> None:
        until = monotonic() + REACHED_WITHIN
        async with httpx2.AsyncClient(timeout=REACHED_WITHIN, trust_env=False) as client:
            while True:
                for url in self.urls:
                    try:
                        if (await client.get(f"{url}/healthz")).is_success:
                            return
                    except (httpx2.TransportError, httpx2.InvalidURL):
                        pass
                if monotonic() > until:
                    raise Unreachable(f"no desk answers at {', '.join(self.urls)}")
                await asyncio.sleep(LOOK_AGAIN)

    async def _choose_tickets(self, doors: Sequence[Door]) -> None:
        """Tickets of the requesters that technicians may open, the lowest numbers first, and new ones if they are too few."""
        staff = next(door for door in doors if door.staff)
        token = self._tokens["staff"] = await staff.token()
        asking = {door.account.email: door for door in doors if not door.staff}
        for email, door in asking.items():
            self._tokens[email] = await door.token()
        if not asking:
            found = await staff.api(token, "GET", f"/tickets?limit={min(200, self._wanted)}")
            self.tickets = {each["number"]: "" for each in found["items"]}
        for place, (email, door) in enumerate(asking.items()):
            share = len(range(place, self._wanted, len(asking))) or 1
            mine = await self._open_tickets(door, staff)
            for number in mine[:share]:
                self.tickets[number] = email
            for each in range(share - len(mine[:share])):
                asked = {"subject": f"Robots at work {each + 1}", "body": "We try this.", "department": self.department}
                made = await door.api(self._tokens[email], "POST", "/tickets", json=asked)
                self.tickets[made["number"]] = email
        for number in self.tickets:
            self._began[number] = (await staff.api(token, "GET", f"/tickets/{number}"))["seq"]

    async def _open_tickets(self, door: Door, staff: Door) -> list[int]:
        found = await door.api(self._tokens[door.account.email], "GET", "/tickets?limit=200")
        open_ones = sorted(each["number"] for each in found["items"] if each["status_category"] != "closed")
        chosen = []
        for number in open_ones[: 3 * self._wanted]:
            if (await staff.get(f"/tickets/{number}/draft", also=[404])).status_code == 200:
                ticket = await staff.api(self._tokens["staff"], "GET", f"/tickets/{number}")
                if ticket["department"] == self.department:
                    chosen.append(number)
        return chosen

    def _robot(self, index: int, door: Door) -> Robot:
        chance = Random(self._chance.random())
        if not door.staff:
            mine = [number for number, email in self.tickets.items() if email == door.account.email]
            return Requester(index, door, mine, chance)
        robot = Technician(index, door, list(self.tickets), chance)
        robot.colleagues = sorted({account.email for account, staff in self._accounts if staff})
        return robot

    async def _compare_pages(self, report: Report, seconds: float) -> None:
        began = monotonic()
        left = [robot.tab for robot in self.robots if not robot.tab.over]
        while True:
            asked_at = monotonic()
            found = await self._differences(left)
            left = [tab for tab, _ in found]
            if not left:
                report.consistent_after = round(monotonic() - began, 2)
                return
            if asked_at - began > seconds:
                report.differing = [sentence for _, sentence in found]
                return
            await asyncio.sleep(LOOK_AGAIN)

    async def _differences(self, tabs: Sequence[Tab]) -> list[tuple[Tab, str]]:
        """The pages that differ from fresh ones, each with a sentence. People of one account share a fresh page."""
        first = {(tab.path, tab.door.account.email): tab for tab in tabs}
        loaded = await _at_most(LOADS, (tab.door.page(tab.path) for tab in first.values()))
        fresh = {key: Page(source) for key, source in zip(first, loaded, strict=True)}
        found = []
        for tab in tabs:
            page, other = tab.page, fresh[tab.path, tab.door.account.email]
            who = f"{tab.path} of {tab.door.account.email}"
            if (page.last, page.epoch) != (other.last, other.epoch):
                found.append((tab, f"{who} is at activity {page.last}, a fresh page at {other.last}"))
            elif (difference := page.difference(other)) is not None:
                words = f"#{difference.region} shows {difference.kept!r}, a fresh page {difference.fresh!r}"
                found.append((tab, f"{who}: {words}"))
        return found

    async def _compare_logs(self, report: Report, number: int, requester: str) -> None:
        staff = next(robot.door for robot in self.robots if robot.door.staff)
        log = await activities(staff, self._tokens["staff"], number)
        check_log(report, self.tally, number, log)
        check_fields(report, self.tally, number, log, self._began[number])
        if requester:
            asker = next(robot.door for robot in self.robots if robot.door.account.email == requester)
            public = await activities(asker, self._tokens[requester], number)
            check_numbers(report, f"the public side of ticket {number}", public)


async def _at_most(count: int, work: Iterable[Awaitable[Found]]) -> list[Found]:
    """Await all of them, so many at a time; gives what they gave, in order."""
    places = asyncio.Semaphore(count)

    async def one(each: Awaitable[Found]) -> Found:
        async with places:
            return await each

    return await asyncio.gather(*map(one, work))
