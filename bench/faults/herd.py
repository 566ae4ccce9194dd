"""L4: a thousand sockets drop at once, miss a lot, and all return within seconds."""

from __future__ import annotations

import asyncio
import random
import resource
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

import httpx2
from sqlalchemy import select

from bench.faults.fleet import Fleet
from bench.faults.tabs import Tab
from bench.faults.trial import Outcome, Trial
from console.database import Database
from console.desk import people
from console.desk.actions import note, opening, signing
from console.desk.desk import Desk
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.tables import ticket
from console.viewer import COOKIE

TICKETS = 20
MISSED = 200  # activities on each ticket while nobody is there: as many as are told one by one
RETURN_WITHIN = 5.0  # seconds
CONSISTENT_WITHIN = 20.0  # seconds: the promise
TOGETHER = 20  # sockets that connect at once before it begins
LOOK_EVERY = 0.25  # seconds between two requests for an ordinary page
WORDS = "Thank you for the details. The **label printer** in hall 3 gets its jobs from the old queue, number {}."


def returning(sockets: int) -> Trial:
    """So many sockets on all workers and on TICKETS tickets."""

    async def course(fleet: Fleet) -> Outcome:
        _allow_files(sockets)
        database = Database(fleet.address)
        try:
            return await _trial(fleet, Desk(database), sockets)
        finally:
            database.close()

    return Trial(course)


async def _trial(fleet: Fleet, desk: Desk, sockets: int) -> Outcome:
    actor, cookie, numbers = await asyncio.to_thread(_prepare, desk, fleet)
    tokens = [await fleet.token(each) for each in fleet.technicians]
    headers = {"cookie": f"{COOKIE}={cookie}", "accept": "application/json"}
    limits = httpx2.Limits(max_connections=20)
    clients = [
        httpx2.AsyncClient(base_url=url, headers=headers, timeout=60, limits=limits, trust_env=False)
        for url in fleet.urls
    ]
    tabs = []
    for place in range(sockets):
        turn, worker = divmod(place, len(fleet.workers))
        person, number = tokens[(turn + turn // TICKETS) % len(tokens)], numbers[turn % TICKETS]
        tabs.append(Tab(fleet.workers[worker], person, number, clients[worker]))
    try:
        for first in range(0, sockets, TOGETHER):
            await asyncio.gather(*(each.join() for each in tabs[first : first + TOGETHER]))
            for each in tabs[first : first + TOGETHER]:
                each.watching = asyncio.create_task(each.follow())
        before = _memory(fleet)
        await asyncio.gather(*(each.drop(politely=place % 2 == 0) for place, each in enumerate(tabs)))
        heads = await asyncio.to_thread(_go_on, desk, actor, numbers)
        for each in tabs:
            each.head = heads[each.number]
        seconds, pages = await _return(fleet, tabs, headers, numbers[0])
        after = _memory(fleet)
    finally:
        for each in tabs:
            if each.watching is not None:
                each.watching.cancel()
            if each.wire is not None:
                each.wire.reset()
        for client in clients:
            await client.aclose()
    late = [each for each in tabs if not each.came]
    disorder = [sentence for each in tabs for sentence in each.wrong]
    wrong = disorder + [
        f"a socket on ticket {each.number} got no further than {each.last} of {each.head}" for each in late
    ]
    if seconds > 3 * CONSISTENT_WITHIN:
        wrong.append(f"all had everything after {seconds:.1f} s, promised are {CONSISTENT_WITHIN:.0f}")
    return Outcome(
        f"{sockets} sockets, {MISSED} behind on {TICKETS} tickets; consistent after {seconds:.1f} s, "
        f"missed {sum(each.head - each.last for each in late)}, out of order {len(disorder)}; "
        f"{sum(each.tries for each in tabs)} joins, {sum(each.asked for each in tabs)} asked for the rest; "
        f"slowest of {len(pages)} pages {max(pages):.2f} s; MiB before {_shown(before)}, after {_shown(after)}",
        wrong,
    )


async def _return(fleet: Fleet, tabs: Sequence[Tab], headers: dict[str, str], number: int) -> tuple[float, list[float]]:
    """All come back; gives the seconds from the last return until all had everything, and how long pages took meanwhile."""
    pages: list[float] = []
    ends = monotonic() + RETURN_WITHIN
    async with asyncio.TaskGroup() as looks:
        looking = [looks.create_task(_look(url, headers, number, pages)) for url in fleet.urls]
        for each in tabs:
            each.watching = asyncio.create_task(each.come_back(random.uniform(0, RETURN_WITHIN)))
        with suppress(TimeoutError):
            async with asyncio.timeout(RETURN_WITHIN + 4 * CONSISTENT_WITHIN):
                for each in tabs:
                    await each.complete.wait()
        for task in looking:
            task.cancel()
    return max(0.0, max(each.came or monotonic() for each in tabs) - ends), pages


async def _look(url: str, headers: dict[str, str], number: int, pages: list[float]) -> None:
    """Ask for an ordinary page all the time; each has to be answered."""
    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=60, trust_env=False) as client:
        while True:
            began = monotonic()
            (await client.get(f"/tickets/{number}")).raise_for_status()
            pages.append(monotonic() - began)
            await asyncio.sleep(LOOK_EVERY)


def _prepare(desk: Desk, fleet: Fleet) -> tuple[Person, str, list[int]]:
    """Somebody who writes, the cookie of their session, and the tickets."""
    with desk.database.reading() as connection:
        actor = people.load_person(connection, email=fleet.technicians[0].email)
    assert actor is not None
    cookie = signing.new_secret()
    desk.run(signing.sign_in, actor, cookie=cookie, days=1)
    numbers = []
    for place in range(TICKETS):
        asked = {"subject": f"A printer, {place}", "department": "Support", "requester": fleet.requesters[0].email}
        opened = desk.run(opening.open_ticket, actor, draft=Draft("It prints nothing."), **asked)
        assert opened.number is not None
        numbers.append(opened.number)
    return actor, cookie, numbers


def _go_on(desk: Desk, actor: Person, numbers: Sequence[int]) -> dict[int, int]:
    """MISSED activities on each ticket; gives where each has come to."""
    for place in range(MISSED):
        for number in numbers:
            desk.run(note.write_note, number, actor, draft=Draft(WORDS.format(place)))
    with desk.database.reading() as connection:
        return {row.number: row.seq for row in connection.execute(select(ticket.c.number, ticket.c.seq))}


def _shown(memory: Sequence[float]) -> str:
    return "+".join(f"{each:.0f}" for each in memory)


def _memory(fleet: Fleet) -> list[float]:
    return [each.memory() for each in fleet.workers]


def _allow_files(sockets: int) -> None:
    """Have this process open so many sockets, where the usual limit is 1,024 files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, sockets + 1_000)), hard))
