"""Several workers as an operator runs them: refused where they can't work, replaced one by one, errands apart."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import httpx2
import psutil
import pytest
from running import PATIENCE, Running, run
from sqlalchemy import select

from bench.servers.postgres import PostgreSQL, free_port
from bench.servers.valkey import Valkey
from console.database import Database
from console.desk import people
from console.desk.actions import opening, reply, staffing
from console.desk.desk import Desk
from console.desk.message import Draft
from console.desk.tables import errand
from console.migrating import migrate

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture
def settings(postgresql: PostgreSQL, valkey: Valkey, tmp_path: Path) -> Iterator[dict[str, str]]:
    name = f"workers{os.getpid()}"
    yield {
        "CONSOLE_DATA": str(tmp_path),
        "CONSOLE_DATABASE_URL": postgresql.make(name),
        "CONSOLE_REDIS_URL": valkey.url,
        "CONSOLE_PORT": "0",
    }
    postgresql.drop(name)


def test_several_workers_without_postgresql_and_redis_are_refused(tmp_path: Path, valkey: Valkey) -> None:
    data = tmp_path / "desk"
    for given in ({}, {"CONSOLE_REDIS_URL": valkey.url}, {"CONSOLE_DATABASE_URL": "postgresql://nowhere/desk"}):
        code, said = run("serve", "--workers", "2", "--data", str(data), **given)
        assert (
            code == 2 and "2 workers need PostgreSQL and Redis. Set CONSOLE_DATABASE_URL and CONSOLE_REDIS_URL" in said
        )
        assert not data.exists()


def test_without_redis_a_database_has_one_server(settings: dict[str, str]) -> None:
    alone = settings | {"CONSOLE_REDIS_URL": ""}
    with Running("serve", **alone) as server:
        server.wait_for("runs on")
        assert httpx2.get(f"{server.url}/readyz").text == "ok\n"
        for second in (alone, settings):
            code, said = run("serve", **second)
            assert code == 75 and "Another server already runs on this database" in said and "Traceback" not in said


@pytest.mark.full
def test_two_servers_with_redis_share_a_database(settings: dict[str, str]) -> None:
    with Running("serve", **settings) as one, Running("serve", **settings) as two:
        for each in (one, two):
            assert httpx2.get(f"{each.url}/readyz").text == "ok\n"


@pytest.mark.full
def test_check_says_what_several_workers_lack(settings: dict[str, str], tmp_path: Path) -> None:
    run("migrate", **settings)
    assert run("check", **settings) == (0, "Nothing is wrong.\n")
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    code, said = run("check", **settings | {"CONSOLE_REDIS_URL": nowhere})
    assert code == 78 and "Redis does not answer" in said
    code, said = run("check", **settings | {"CONSOLE_DATABASE_URL": f"postgresql://desk@127.0.0.1:{free_port()}/desk"})
    assert code == 78 and "The database can't be opened" in said and "Start PostgreSQL" in said
    code, said = run("check", "--data", str(tmp_path), CONSOLE_WORKERS="3")
    assert code == 78 and "3 workers need Redis" in said and "3 workers need PostgreSQL" in said
    code, said = run("check", **settings | {"CONSOLE_WORKERS": "64"})
    assert code == 78 and "Raise max_connections" in said


def workers_of(server: Running) -> set[int]:
    """The processes that serve: children of the parent that run Python, the resource tracker apart."""
    children = psutil.Process(server.process.pid).children()
    return {each.pid for each in children if _serves(each)}


def _serves(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # it ended just now
        return False


def wait_until(true: Callable[[], bool], patience: float = PATIENCE) -> None:
    until = monotonic() + patience
    while not true():
        assert monotonic() < until
        sleep(0.05)


@pytest.mark.full
def test_workers_are_replaced_one_by_one_without_a_failed_request(settings: dict[str, str]) -> None:
    with Running("serve", "--workers", "2", **settings) as server:
        url = server.url
        before = workers_of(server)
        assert len(before) == 2
        stop, answers = threading.Event(), list[int]()

        def ask() -> None:
            while not stop.is_set():
                answers.append(httpx2.get(f"{url}/sign-in", timeout=PATIENCE).status_code)

        asking = [threading.Thread(target=ask) for _ in range(3)]
        for each in asking:
            each.start()
        try:
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: not workers_of(server) & before and len(workers_of(server)) == 2)
        finally:
            stop.set()
            for each in asking:
                each.join(PATIENCE)
        assert len(answers) > 20 and set(answers) == {200}
        assert server.stop() == 0
    assert "Traceback" not in server.said


@pytest.mark.full
def test_a_worker_that_dies_is_replaced_and_the_desk_goes_on(settings: dict[str, str]) -> None:
    with Running("serve", "--workers", "2", **settings) as server:
        url, before = server.url, workers_of(server)
        os.kill(min(before), signal.SIGKILL)
        wait_until(lambda: len(workers_of(server)) == 2 and workers_of(server) != before)
        assert httpx2.get(f"{url}/readyz").text == "ok\n"
        left = workers_of(server)
        server.process.kill()
        server.process.wait(PATIENCE)
        wait_until(lambda: not any(psutil.pid_exists(each) for each in left))


@pytest.mark.full
def test_errands_are_run_by_a_process_of_their_own(settings: dict[str, str]) -> None:
    migrate(settings["CONSOLE_DATABASE_URL"])
    database = Database(settings["CONSOLE_DATABASE_URL"])
    try:
        desk = Desk(database, undo_seconds=1)
        desk.run(staffing.add_person, None, name="Ada", email="ada@desk.example", role="admin", departments=["Support"])
        desk.run(staffing.add_person, None, name="Rhea", email="rhea@desk.example", role="requester")
        ada, rhea = (database.read_now(people.load_person, email=f"{name}@desk.example") for name in ("ada", "rhea"))
        assert ada is not None and rhea is not None
        opened = desk.run(opening.open_ticket, rhea, subject="Help", draft=Draft("Please."), department="Support")
        assert opened.number is not None
        desk.run(reply.post_reply, opened.number, ada, draft=Draft("Soon."), audience="staff")

        def states() -> list[str]:
            return database.read_now(lambda connection: list(connection.execute(select(errand.c.state)).scalars()))

        with Running("serve", "--no-errands", **settings) as server:
            assert httpx2.get(f"{server.url}/readyz").text == "ok\n"
            sleep(2.5)
            assert states() == ["waiting"], "whoever serves leaves it alone"
            with Running("work", **settings) as work:
                work.wait_for("runs errands")
                wait_until(lambda: set(states()) == {"done"})  # the reply, and the letters that tell of it
                assert work.stop() == 0
    finally:
        database.close()
