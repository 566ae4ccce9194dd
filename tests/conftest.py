"""Fixtures: a desk with the cast on stage, and the same desk served over real HTTP and sockets."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import cast as stage
from cast import Cast, Clock
from console.config import Settings
from console.database import Database
from console.desk.desk import Desk
from console.migrating import migrate
from console.passwords import Passwords
from world import World, begin


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers last: what drives them leaves an event loop running in its worker, and then nothing else can start one."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def empty_stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the cast, made once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("stage")
    address = f"sqlite:///{folder / 'desk.db'}"
    migrate(address)
    database = Database(address)
    stage.enter(database, Passwords().hash_now(stage.PASSWORD))
    database.close()
    return folder


@pytest.fixture
def data(empty_stage: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(empty_stage, tmp_path / "data"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(data: Path, clock: Clock) -> Iterator[Desk]:
    database = Database(f"sqlite:///{data / 'desk.db'}")
    yield Desk(database, clock=clock)
    database.close()


@pytest.fixture
def cast(desk: Desk) -> Cast:
    return Cast(desk)


@pytest.fixture
def serve(data: Path, clock: Clock) -> Iterator[Callable[..., World]]:
    """Start a desk with settings of one's own."""
    worlds: list[World] = []

    def start(**settings: Any) -> World:
        worlds.append(begin(Settings(data=data, port=0, **settings), clock))
        return worlds[-1]

    yield start
    for each in worlds:
        each.stop()


@pytest.fixture
def world(serve: Callable[..., World]) -> World:
    """The desk, served."""
    return serve()
