"""A crew on a served desk: it finds nothing wrong with a right one, and says so clearly when something is."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from running import run
from sqlalchemy import delete, select, update

from cast import PASSWORD, email
from console.desk.tables import activity, message
from console.robots.checking import Report
from console.robots.crew import Crew, Unreachable
from console.robots.door import Account
from console.robots.tab import Tab
from world import World

Between = Callable[[Crew], Awaitable[None]]


def crew(world: World, **named: Any) -> Crew:
    staff, asking = ([Account(email(name), PASSWORD) for name in names] for names in (("ada", "ben", "lea"), ("rhea",)))
    return Crew([world.url], technicians=staff, requesters=asking, **{"tickets": 1, "pace": 12, "seed": 7, **named})


def work(robots: Crew, seconds: float, between: Between | None = None, settle: float = 5) -> Report:
    """A whole run; `between` happens after the work and before the comparison."""

    async def go() -> Report:
        try:
            await robots.start()
            await robots.run(seconds)
            if between is not None:
                await between(robots)
            return await robots.settle(settle)
        finally:
            await robots.stop()

    return asyncio.run(go())


def test_robots_find_nothing_wrong_with_a_desk_that_works(world: World) -> None:
    robots = crew(world, tickets=2, pace=16)
    report = work(robots, 6)
    assert report.clean, report.findings()
    assert report.consistent_after is not None and report.consistent_after < 15
    answered = [each for each in robots.tally.messages.values() if each.state == "answered"]
    assert {each.kind for each in answered} == {"reply", "note"}
    assert report.counters["deliveries"] and report.counters["events"] and (report.counters["most_viewers"] or 0) >= 2
    assert set(robots.tickets) >= {1}


@pytest.mark.full
@pytest.mark.timeout(240)
def test_robots_work_for_a_long_time_and_find_nothing_wrong(world: World) -> None:
    report = work(crew(world, tickets=4, pace=12, seed=None), 60)
    assert report.clean, report.findings()


def test_an_answered_message_that_is_gone_is_reported_as_lost(world: World) -> None:
    async def lose(robots: Crew) -> None:
        mark = next(mark for mark, sent in robots.tally.messages.items() if sent.state == "answered")

        def act(connection: Any) -> None:
            found = connection.execute(select(message.c.id).where(message.c.body.contains(mark))).scalar_one()
            connection.execute(update(message).where(message.c.id == found).values(body="Something else"))

        write(world, act)

    report = work(crew(world), 3, lose, settle=0.2)
    assert any("was answered with success and is not in the log" in each for each in report.lost), report.findings()


@pytest.mark.full
def test_a_message_that_is_there_twice_is_reported_as_doubled(world: World) -> None:
    async def double(robots: Crew) -> None:
        mark, other = [mark for mark, sent in robots.tally.messages.items() if sent.state == "answered"][:2]

        def act(connection: Any) -> None:
            which = message.c.body.contains(other)
            connection.execute(update(message).where(which).values(body=f"Again ({mark})"))

        write(world, act)

    report = work(crew(world), 4, double, settle=0.2)
    assert any("was sent once and is in the log 2 times" in each for each in report.doubled), report.findings()


@pytest.mark.full
def test_a_row_that_is_missing_in_the_log_is_a_hole(world: World) -> None:
    async def lose(_robots: Crew) -> None:
        def act(connection: Any) -> None:
            connection.execute(delete(activity).where(activity.c.ticket_number == 1, activity.c.seq == 2))

        write(world, act)

    report = work(crew(world), 1, lose, settle=0.2)
    assert "ticket 1: the log has no activity 2" in report.lost, report.findings()


@pytest.mark.full
def test_a_page_that_shows_something_else_than_a_fresh_one_is_reported(world: World) -> None:
    async def edit(_robots: Crew) -> None:
        def act(connection: Any) -> None:
            connection.execute(update(message).where(message.c.id == 1).values(body="Written behind the log's back"))

        write(world, act)

    report = work(crew(world), 1, edit, settle=0.3)
    assert report.consistent_after is None
    assert any("#thread shows" in each and "behind" in each for each in report.differing), report.findings()


def test_a_page_that_lost_its_last_event_and_hears_of_no_head_is_reported(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear = Tab._hear
    deaf = False

    def hear_little(tab: Tab, name: str, data: Any) -> None:
        if not deaf or name not in ("event", "head"):
            hear(tab, name, data)

    async def send_unheard(robots: Crew) -> None:
        nonlocal deaf
        deaf = True
        await robots.robots[0].door.post("/tickets/1/notes", {"body": "Does anybody hear?"})

    monkeypatch.setattr(Tab, "_hear", hear_little)
    report = work(crew(world), 1, send_unheard, settle=0.5)
    assert any("is at activity" in each for each in report.differing), report.findings()


def test_a_note_in_bytes_for_a_requester_is_a_leak(world: World) -> None:
    async def leak(robots: Crew) -> None:
        mark = robots.tally.begin("note", 1, 0, "0")
        await robots.robots[-1].door.post("/portal/requests/1/replies", {"body": f"I was told {mark}"})

    report = work(crew(world), 1, leak, settle=2)
    assert any("of an internal note reached a requester" in each for each in report.leaks), report.findings()


@pytest.mark.full
def test_a_dead_server_among_several_is_passed_by(world: World) -> None:
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        robots = crew(world)
        robots.urls.append(f"http://127.0.0.1:{taken.getsockname()[1]}")
        report = work(robots, 3)
    assert report.clean, report.findings()
    assert report.counters["retried"]


@pytest.mark.full
def test_the_command_says_when_there_is_no_desk() -> None:
    code, said = run("robots", "--url", "http://127.0.0.1:9", "--seconds", "1")
    assert code == 69 and "no desk answers at http://127.0.0.1:9" in said


def test_the_command_makes_people_works_and_prints_its_figures_for_programs(world: World) -> None:
    words = "robots --technicians 2 --requesters 1 --tickets 1 --seconds 3 --pace 6 --make-people --json".split()
    code, said = run(*words, "--url", world.url, "--data", str(world.settings.data))
    report = json.loads(said.splitlines()[-1])
    assert code == 0 and report["clean"] and report["counters"]["sent"] > 0, said


def test_one_without_a_server_is_unreachable_for_programs_too() -> None:
    lonely = Crew(["http://127.0.0.1:9"], technicians=[Account("a@b.example", "secret")], requesters=[])
    with pytest.raises(Unreachable):
        asyncio.run(lonely.start())


def write(world: World, act: Callable[[Any], None]) -> None:
    """Change rows behind the log's back."""
    with world.desk.database.writing() as connection:
        act(connection)
