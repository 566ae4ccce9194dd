"""Empty desks on either database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.desks import Place
from bench.servers.postgres import PostgreSQL


@pytest.fixture
def place(tmp_path: Path, postgresql: PostgreSQL) -> Iterator[Place]:
    """Settings of an empty desk: `place("postgresql", "one")`."""
    made: list[str] = []

    def settings(kind: str, name: str) -> dict[str, str]:
        data = {"CONSOLE_DATA": str(tmp_path / name), "CONSOLE_PORT": "0"}
        if kind == "sqlite":
            return data
        made.append(f"archive-{os.getpid()}-{len(made)}")
        return data | {"CONSOLE_DATABASE_URL": postgresql.make(made[-1])}

    yield settings
    for each in made:
        postgresql.drop(each)
