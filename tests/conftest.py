"""Fixtures: a desk with the cast on stage, and the same desk served over real HTTP and sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from bench.servers.postgres import PostgreSQL
from cast import Cast, Clock
from console.config import Settings
from console.database import Database
from console.desk.desk import Desk
from stages import OnPostgreSQL, SQLite, Stage
from world import World, begin

ON_BOTH = {"api", "desk", "realtime", "web"}  # folders
# What these do to the database is worth two runs each time; the others run on PostgreSQL in the full run only.
SHORT_ON_POSTGRESQL = {
    *(
        "test_activity",
        "test_fields",
        "test_idempotency",
        "test_if_seen",
        "test_messages",
        "test_people",
        "test_tickets",
    ),
    *("test_attachments", "test_bad_input", "test_drafts", "test_guard", "test_own_marks", "test_signing_in"),
    *("test_eviction", "test_feed", "test_hints", "test_joining", "test_same_page"),
}
# How long an example takes on a machine that runs other tests says nothing.
settings.register_profile("console", deadline=None)
settings.load_profile("console")
NO_CHOICE = SimpleNamespace(params={})
# Whose tests share something that takes long to make, or that may be there once: they stay in one worker.
TOGETHER = {
    *("test_demo", "test_leak", "test_leak_sides", "test_matrix", "test_matrix_sockets"),
    *("test_faults", "test_several_workers"),
}


class ByPlace(LoadScopeScheduling):  # type: ignore[misc]
    """Sends each test to the worker that is free, and files of TOGETHER as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if Path(file).stem in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByPlace:
    return ByPlace(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers last: what drives them leaves an event loop running in its worker, and then nothing else can start one."""
    items.sort(key=lambda item: "browser" in item.path.parts)
    for item in items:
        short = item.path.stem in SHORT_ON_POSTGRESQL or (
            item.path.parent.name == "desk" and item.path.stem != "test_machine"
        )
        if not short and getattr(item, "callspec", NO_CHOICE).params.get("stage") == "postgresql":
            item.add_marker(pytest.mark.full)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The desk's own tests and those of its doors run on both databases, the others on SQLite."""
    chosen = any("stage" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "stage" in metafunc.fixturenames and not chosen:
        both = metafunc.definition.path.parent.name in ON_BOTH
        metafunc.parametrize("stage", ["sqlite", "postgresql"] if both else ["sqlite"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real server, one for each worker of a test run."""
    with PostgreSQL(small=True) as server:
        yield server


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return SQLite(tmp_path_factory.mktemp("stage"))


@pytest.fixture(scope="session")
def on_postgresql(postgresql: PostgreSQL) -> Stage:
    return OnPostgreSQL(postgresql)


@pytest.fixture(scope="session")
def stage(request: pytest.FixtureRequest) -> Stage:
    """Where the desk keeps its rows; made once, however often the tests change from one database to the other."""
    found: Stage = request.getfixturevalue(f"on_{request.param}")
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of the desk."""
    return tmp_path / "data"


@pytest.fixture
def database_address(stage: Stage, data: Path) -> Iterator[str]:
    """The database of a desk with the cast on stage."""
    with stage.desk(data) as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(database_address: str, clock: Clock) -> Iterator[Desk]:
    database = Database(database_address)
    yield Desk(database, clock=clock)
    database.close()


@pytest.fixture
def cast(desk: Desk) -> Cast:
    return Cast(desk)


@pytest.fixture
def serve(data: Path, database_address: str, clock: Clock) -> Iterator[Callable[..., World]]:
    """Start a desk with settings of one's own."""
    worlds: list[World] = []

    def start(**settings: Any) -> World:
        worlds.append(
            begin(
                Settings(**{"data": data, "database_url": database_address, "port": 0, "undo_seconds": 0, **settings}),
                clock,
            )
        )
        return worlds[-1]

    yield start
    for each in worlds:
        each.stop()


@pytest.fixture
def world(serve: Callable[..., World]) -> World:
    """The desk, served."""
    return serve()
