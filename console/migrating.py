"""Bringing a database to the present shape with Alembic."""

from __future__ import annotations

import fcntl
import os
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, create_engine, insert, inspect, make_url, select, table, text

from console.database import is_sqlite
from console.desk.tables import log_head, signing_key

REVISION = table("alembic_version", column("version_num"))
FOLDER = Path(__file__).parent.parent / "migrations"
TURN = 0x636F6E736F6C65  # the advisory lock on PostgreSQL: workers that start together migrate one after the other


def migrate(address: str, revision: str = "head") -> None:
    """Make or update the tables at this database address; a new desk gets its log's counter and its key."""
    engine = create_engine(address)
    try:
        with _alone(address), engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_lock(:turn)"), {"turn": TURN})
                connection.commit()  # the lock is the session's: it goes with the connection
            if revision != "head" or _revision(connection) != newest():
                _move(connection, revision)
                connection.commit()
            if revision == "head" and connection.execute(select(log_head)).first() is None:
                connection.execute(insert(log_head).values(id=1, n=0, epoch=str(uuid.uuid4())))
                connection.commit()
            if revision == "head" and connection.execute(select(signing_key.c.id)).first() is None:
                connection.execute(insert(signing_key).values(id=1, value=secrets.token_hex(32)))
                connection.commit()
    finally:
        engine.dispose()


@contextmanager
def _alone(address: str) -> Iterator[None]:
    """On SQLite one process after the other: commands that meet in a fresh folder would make the same tables."""
    file = make_url(address).database if is_sqlite(address) else None
    if not file or file == ":memory:":
        yield
        return
    turn = os.open(f"{file}.turn", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
    finally:
        os.close(turn)


@cache
def newest() -> str:
    """The revision this program expects: the files are numbered."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def current(address: str) -> str | None:
    """The revision the database has, or None if it has none."""
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(REVISION.name):
        return None
    return connection.execute(select(REVISION.c.version_num)).scalar_one_or_none()


def _move(connection: Connection, revision: str) -> None:
    # Loaded only where something moves: a mail server's pipe starts this program for each mail.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    (command.upgrade if revision == "head" else command.downgrade)(config, revision)
