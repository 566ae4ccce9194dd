"""Fixtures of the web tests: one desk for a whole module, programs with a token, sockets by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest
from sqlalchemy import Connection, func, select

from cast import Clock
from console import viewer
from console.config import Settings
from console.desk import activity
from console.desk.actions import signing
from console.desk.tables import attachment, command, message, notification, participant, ticket
from stages import Stage
from web.wire import RawSocket
from world import PATIENCE, World, begin

Open = Callable[..., RawSocket]
Clients = dict[tuple[str, str], httpx2.Client]  # by name and language


@pytest.fixture(scope="module")
def shared(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A served desk for all tests of a module that leave it as they found it, or do not mind what others left."""
    data = tmp_path_factory.mktemp("shared") / "data"
    with stage.desk(data) as address:
        world = begin(
            Settings(data=data, database_url=address, port=0, undo_seconds=0, sign_in_failures=10_000), Clock()
        )
        yield world
        world.stop()


def program(world: World, name: str, language: str = "en") -> httpx2.Client:
    """A client with an API token of this person."""
    client = world.browse(language=language)
    client.headers["authorization"] = f"Bearer {token(world, name)}"
    return client


def token(world: World, name: str) -> str:
    value = signing.new_secret()
    world.desk.run(signing.create_token, world.cast[name], value=value, name="test")
    return value


def in_loop(world: World, work: Any) -> Any:
    """Run a coroutine in the server's own loop."""
    loop: asyncio.AbstractEventLoop = world.server.servers[0].get_loop()
    running: Future[Any] = asyncio.run_coroutine_threadsafe(work, loop)
    return running.result(PATIENCE)


@pytest.fixture
def raw() -> Iterator[Open]:
    """Open a socket by hand: `raw(world, "rhea", "/portal")`; with `cookie=` or `auth=` instead of a name's session."""
    with ExitStack() as opened:

        def connect(
            world: World, name: str | None, namespace: str, *, url: str = "", cookie: str = "", auth: Any = None
        ) -> RawSocket:
            cookie = cookie or (world.session(name) if name else "")
            found = RawSocket(
                url or world.url, namespace, f"{viewer.COOKIE}={cookie}" if cookie else None, auth or {"language": "en"}
            )
            opened.callback(found.close)
            return found

        yield connect


def state(connection: Connection) -> dict[str, Any]:
    """Everything that a refused command must leave as it was."""
    tables = (message, attachment, command, participant, notification)
    counted = {each.name: connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables}
    rows = connection.execute(select(ticket).order_by(ticket.c.number)).all()
    return {**counted, "log": activity.head(connection).position, "tickets": [tuple(row) for row in rows]}


@pytest.fixture(scope="module")
def clients(shared: World) -> Clients:
    """Signed in once, so that a session is not what changes."""
    names = ("ada", "cleo", "rhea", "mallory")
    return {(name, language): shared.browse(name, language) for name in names for language in ("en", "es", "pt")}


@pytest.fixture
def unchanged(shared: World) -> Iterator[None]:
    """Nothing in the database or in the folder of files is another afterwards."""
    before, files = shared.desk.database.read_now(state), stored(shared)
    yield
    assert shared.desk.database.read_now(state) == before
    assert stored(shared) == files == []


def stored(world: World) -> list[str]:
    return [each.name for each in world.settings.attachments.rglob("*") if each.is_file()]
