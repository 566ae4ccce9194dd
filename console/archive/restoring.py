"""Putting an archive in the place of whatever is there, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tarfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Table, create_engine, func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from console.archive.contents import CHUNK, Row, Unusable, members, rows_of
from console.config import Settings, prepare_data
from console.database import Database
from console.desk import search_index
from console.desk.attachment import FileStore
from console.desk.change import LETTER_LEAVES
from console.desk.tables import errand, letter, log_head, metadata, person
from console.migrating import migrate

TOGETHER = 500  # rows in one statement

Progress = Callable[[int], None]


def is_empty(settings: Settings) -> bool:
    """Whether nobody is in the desk of these settings yet. It changes nothing there."""
    engine = create_engine(settings.database_address, hide_parameters=True)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(person.name):
                return True
            return connection.scalar(select(func.count()).select_from(person)) == 0
    finally:
        engine.dispose()


def restore(settings: Settings, file: Path, *, progress: Progress) -> None:
    """Put a checked archive there, with a new epoch, so that every page begins anew. Raises Unusable, OSError.

    The attachments come to lie beside those that are there, then the database changes in one transaction, then what it does
    not name is removed: whatever ends this in between, the desk is the old one or the new one.
    """
    prepare_data(settings)
    migrate(settings.database_address)
    database, files = Database(settings.database_address, patient=True), _Incoming(FileStore(settings.attachments))
    try:
        with tarfile.open(file, "r:") as archive, database.writing() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
            for kind, name, content in members(archive):
                if kind == "tables":
                    _insert(connection, metadata.tables[name], content, progress)
                elif kind == "attachments":
                    files.keep(name, content)
                    progress(1)
            search_index.begin_anew(connection)  # no archive has the index: the desk makes it again while it runs
            connection.execute(log_head.update().values(epoch=str(uuid.uuid4())))
            _doubt_letters(connection)
            _continue_numbers(connection)
            files.settle()
    except DBAPIError as problem:
        if not problem.connection_invalidated:
            files.undo()
        raise
    except BaseException:
        files.undo()
        raise
    finally:
        database.close()
    files.remove_others()


def _doubt_letters(connection: Connection) -> None:
    """What was on its way when the archive was made has most likely left since: it is not sent again by itself."""
    moving = letter.c.state.in_(("queued", "leaving"))
    connection.execute(update(letter).where(moving).values(state="unknown", error="restored from a backup"))
    connection.execute(update(errand).where(errand.c.follower == LETTER_LEAVES).values(state="done"))


class _Incoming:
    """The attachments of an archive on their way into a folder that has others."""

    def __init__(self, files: FileStore) -> None:
        self._files = files
        self._kept: set[Path] = set()
        self._new: list[Path] = []

    def keep(self, key: str, content: IO[bytes]) -> None:
        """A file that is there under this key has the same content, or is damaged: keys are random. So it is replaced."""
        path = self._files.path(key)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        if not path.exists():
            self._new.append(path)
        unfinished = path.with_suffix(".part")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            shutil.copyfileobj(content, out, CHUNK)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(path)
        self._kept.add(path)

    def settle(self) -> None:
        """Their names are on the disk before a row speaks of them."""
        for folder in {self._files.folder, *(path.parent for path in self._kept)}:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def undo(self) -> None:
        for path in self._new:
            path.unlink(missing_ok=True)

    def remove_others(self) -> None:
        for path in self._files.folder.glob("*/*"):
            if path not in self._kept:
                path.unlink()


def _insert(connection: Connection, table: Table, lines: IO[bytes], progress: Progress) -> None:
    batch: list[Row] = []

    def insert_batch() -> None:
        try:
            connection.execute(insert(table), batch)
        except DBAPIError as problem:
            if problem.connection_invalidated:
                raise
            raise Unusable(f"A row of {table.name} does not fit into it: {problem.orig}".splitlines()[0]) from None
        except (SQLAlchemyError, TypeError, ValueError, OverflowError, AttributeError):
            raise Unusable(f"A row of {table.name} does not fit into it.") from None
        progress(len(batch))
        batch.clear()

    for row in rows_of(table, lines):
        batch.append(row)
        if len(batch) == TOGETHER:
            insert_batch()
    if batch:
        insert_batch()


def _continue_numbers(connection: Connection) -> None:
    """Let PostgreSQL go on counting where the rows end; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            highest = connection.scalar(select(func.max(column)))
            sequence = {
                "table": table.name,
                "column": column.name,
                "highest": highest or 1,
                "used": highest is not None,
            }
            connection.execute(
                text("select setval(pg_get_serial_sequence(:table, :column), :highest, :used)"), sequence
            )
