"""`console robots`: options, accounts, progress and the report. The robots themselves know nothing of the desk's inside."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from console.robots.checking import Report
    from console.robots.crew import Crew
    from console.robots.door import Account

EVERY = 5.0  # seconds between two lines of progress
SHOWN = 20  # findings of one kind that are told in words


@click.command()
@click.option("--url", "urls", multiple=True, help="Address of the desk; several for servers of one desk.")
@click.option("--technicians", type=click.IntRange(1, 2000), default=6, show_default=True)
@click.option("--requesters", type=click.IntRange(0, 2000), default=3, show_default=True)
@click.option("--seconds", type=click.FloatRange(0.1), default=60.0, show_default=True, help="How long they work.")
@click.option("--pace", type=click.FloatRange(0.01), default=4.0, show_default=True, help="Actions per second, of all.")
@click.option("--tickets", type=click.IntRange(1, 200), default=6, show_default=True, help="How many they share.")
@click.option("--seed", type=int, help="Choose the same actions as an earlier run with this seed.")
@click.option("--department", default="Support", show_default=True, help="Department of the tickets and of new people.")
@click.option("--people", type=click.File(), help="Accounts: lines of `technician|requester EMAIL PASSWORD`.")
@click.option("--make-people", is_flag=True, help="Add an account for each robot to the desk of --data first.")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder for --make-people.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def robots(
    urls: tuple[str, ...],
    technicians: int,
    requesters: int,
    seconds: float,
    pace: float,
    tickets: int,
    seed: int | None,
    department: str,
    people: TextIO | None,
    make_people: bool,
    data: Path | None,
    as_json: bool,
) -> None:
    """Let scripted technicians and requesters work on a running desk, and check that nothing got lost."""
    from console.robots.crew import DEMO_REQUESTERS, DEMO_STAFF, Crew, Unreachable, demo_accounts

    if make_people:
        accounts = _made(data, department, technicians, requesters)
    elif people is not None:
        accounts = _listed(list(people), technicians, requesters)
    else:
        accounts = demo_accounts(DEMO_STAFF, technicians), demo_accounts(DEMO_REQUESTERS, requesters)
    crew = Crew(
        urls or (os.environ.get("CONSOLE_BASE_URL") or "http://127.0.0.1:8000",),
        technicians=accounts[0],
        requesters=accounts[1],
        tickets=tickets,
        pace=pace,
        department=department,
        seed=seed,
    )
    try:
        report = asyncio.run(_work(crew, seconds, as_json))
    except Unreachable as problem:
        click.echo(f"The desk can't be used: {problem}", err=True)
        sys.exit(os.EX_UNAVAILABLE)
    _tell(report, as_json)
    sys.exit(0 if report.clean else 1)


async def _work(crew: Crew, seconds: float, quiet: bool) -> Report:
    try:
        await crew.start()
        telling = asyncio.create_task(_progress(crew, seconds, quiet))
        await crew.run(seconds)
        telling.cancel()
        return await crew.settle()
    finally:
        await crew.stop()


async def _progress(crew: Crew, seconds: float, quiet: bool) -> None:
    """One line every few seconds, on the error output when the result is for a program."""
    began = monotonic()
    told = 0
    while True:
        await asyncio.sleep(EVERY)
        click.echo(f"{monotonic() - began:5.0f} of {seconds:.0f} s  {_counters(crew.tally.counters())}", err=quiet)
        for sentence in crew.tally.failures[told:]:
            click.echo(f"       {sentence}", err=True)
        told = len(crew.tally.failures)


def _counters(found: dict[str, float | int | None]) -> str:
    p50, p99 = (found[f"delivery_{name}_ms"] for name in ("p50", "p99"))
    delivery = "none yet" if p50 is None else f"p50 {p50:.0f} ms, p99 {p99:.0f} ms"
    return (
        f"{found['sent']} sent, {found['answered']} answered, {found['retried']} retried, {found['stopped']} stopped by "
        f"the guard; {found['events']} events, {found['pulls']} catch-ups, {found['reconnects']} reconnects; "
        f"delivery {delivery}; up to {found['most_viewers']} on a ticket; {found['failures']} failures"
    )


def _tell(report: Report, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json()))
        return
    click.echo(_counters(report.counters))
    if report.consistent_after is not None:
        click.echo(f"Every page equalled a freshly loaded one {report.consistent_after:.1f} s after the last action.")
    for title, sentences in report.findings():
        if sentences:
            click.echo(f"{title}: {len(sentences)}")
        for sentence in sentences[:SHOWN]:
            click.echo(f"- {sentence}")
    if report.clean:
        click.echo("Nothing was lost, nothing doubled, no note reached a requester.")


def _listed(lines: list[str], technicians: int, requesters: int) -> tuple[list[Account], list[Account]]:
    from console.robots.door import Account

    found: dict[str, list[Account]] = {"technician": [], "requester": []}
    for line in filter(str.strip, lines):
        role, _, rest = line.strip().partition(" ")
        email, _, password = rest.strip().partition(" ")
        if role not in found or not password:
            raise click.UsageError(
                f"{line.strip()!r} is not `technician EMAIL PASSWORD` or `requester EMAIL PASSWORD`."
            )
        found[role].append(Account(email, password))
    for role, count in (("technician", technicians), ("requester", requesters)):
        if count and not found[role]:
            raise click.UsageError(f"--people names no {role}.")
    return tuple(  # type: ignore[return-value]
        [found[role][each % len(found[role])] for each in range(count)]
        for role, count in (("technician", technicians), ("requester", requesters))
    )


def _made(data: Path | None, department: str, technicians: int, requesters: int) -> tuple[list[Account], list[Account]]:
    """One account for each robot, so that what is limited per person does not falsify a load test."""
    from console.config import Settings
    from console.database import Database
    from console.desk.actions.staffing import add_person
    from console.desk.desk import Desk
    from console.desk.roles import Role
    from console.passwords import Passwords
    from console.robots.door import Account

    settings = Settings() if data is None else Settings(data=data)
    run, password = secrets.token_hex(3), secrets.token_urlsafe(16)
    hashed = Passwords().hash_now(password)
    made: dict[Role, list[Account]] = {"technician": [], "requester": []}
    wanted: tuple[tuple[Role, int], ...] = (("technician", technicians), ("requester", requesters))
    database = Database(settings.database_address)
    try:
        desk = Desk(database)
        for role, count in wanted:
            for each in range(1, count + 1):
                email = f"robot-{run}-{role}-{each:03}@robots.example"
                departments = (department,) if role == "technician" else ()
                desk.run(
                    add_person,
                    None,
                    name=f"Robot {role[0].upper()}{each:03}",
                    email=email,
                    role=role,
                    password_hash=hashed,
                    departments=departments,
                    company_name=None,
                )
                made[role].append(Account(email, password))
    finally:
        database.close()
    return made["technician"], made["requester"]
