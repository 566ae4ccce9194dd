"""Where a test's desk keeps its rows: SQLite in its data folder, or a database of its own on a real PostgreSQL.

Both begin as a copy of one stage with the cast on it.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import cast
from bench.servers.postgres import PostgreSQL
from console.database import Database
from console.migrating import migrate
from console.passwords import Passwords


class Stage(Protocol):
    @contextmanager
    def desk(self, data: Path) -> Iterator[str]:
        """Put a desk with the cast into this folder (which must not exist); gives its database address."""
        ...

    @contextmanager
    def empty(self, data: Path) -> Iterator[str]:
        """The address of a database without tables."""
        ...


class SQLite:
    def __init__(self, folder: Path) -> None:
        self._stage = folder
        _enter(f"sqlite:///{folder / 'desk.db'}")

    @contextmanager
    def desk(self, data: Path) -> Iterator[str]:
        shutil.copytree(self._stage, data)
        yield f"sqlite:///{data / 'desk.db'}"

    @contextmanager
    def empty(self, data: Path) -> Iterator[str]:
        yield f"sqlite:///{data}.db"


class OnPostgreSQL:
    def __init__(self, server: PostgreSQL) -> None:
        self._server, self._number = server, itertools.count(1)
        _enter(server.make("stage"))

    @contextmanager
    def desk(self, data: Path) -> Iterator[str]:
        data.mkdir(parents=True)
        with self._made("stage") as address:
            yield address

    @contextmanager
    def empty(self, data: Path) -> Iterator[str]:
        with self._made(None) as address:
            yield address

    @contextmanager
    def _made(self, template: str | None) -> Iterator[str]:
        name = f"desk{next(self._number)}"
        yield self._server.make(name, template)
        self._server.drop(name)


def _enter(address: str) -> None:
    migrate(address)
    database = Database(address)
    cast.enter(database, Passwords().hash_now(cast.PASSWORD))
    database.close()
