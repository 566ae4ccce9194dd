"""Backups: a whole desk in one file, and from there into SQLite or PostgreSQL alike.

An archive is a tar of `tables/NAME.jsonl` (a row a line, from one snapshot), `attachments/KEY` and, last, `manifest.json`
with the checksum of every other member. Everything is checked before anything is touched.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table, func, insert, select, text

from console import __version__
from console.config import Settings, prepare_data
from console.database import Database
from console.desk.attachment import FileStore
from console.desk.tables import Moment, attachment, log_head, metadata, person
from console.migrating import migrate, newest

MEMBER = re.compile(r"tables/([a-z_]{1,40})\.jsonl|attachments/([0-9a-f]{32})|manifest\.json")
LARGEST_FILE = 64 << 20  # bytes of an attachment; a message may have 20 MB
LARGEST_MANIFEST = 256 << 20  # bytes; a line for each attachment
TOGETHER = 500  # rows in one statement
CHUNK = 1 << 20  # bytes

Progress = Callable[[int], None]


class Unusable(Exception):
    """This archive can't be restored, or not here; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive holds, as its manifest says and its checksums confirm."""

    revision: str
    made: str
    epoch: str
    position: int
    rows: dict[str, int]
    attachments: list[str]


def back_up(settings: Settings, file: Path, *, progress: Progress) -> list[str]:
    """Write the desk as it is now; it may go on meanwhile. Gives the keys of attachments whose file is missing."""
    database, files = Database(settings.database_address), FileStore(settings.attachments)
    unfinished = file.with_name(f"{file.name}.part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as archive:
                missing = _write(archive, database, files, progress)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    finally:
        database.close()
        unfinished.unlink(missing_ok=True)
    return missing


def _write(archive: tarfile.TarFile, database: Database, files: FileStore, progress: Progress) -> list[str]:
    sums: dict[str, str] = {}
    rows: dict[str, int] = {}
    with database.reading() as connection:
        head = connection.execute(select(log_head)).one()
        for table in metadata.sorted_tables:
            with tempfile.TemporaryFile() as lines:
                rows[table.name] = _lines(connection, table, lines, progress)
                sums[f"tables/{table.name}.jsonl"] = _add(archive, f"tables/{table.name}.jsonl", lines)
        keys = list(connection.execute(select(attachment.c.key).order_by(attachment.c.id)).scalars())
    missing = []
    for key in keys:
        try:
            with files.path(key).open("rb") as content:
                sums[f"attachments/{key}"] = _add(archive, f"attachments/{key}", content)
        except FileNotFoundError:
            missing.append(key)
        progress(1)
    manifest = {
        "program": __version__,
        "revision": newest(),
        "made": datetime.now().astimezone().isoformat(timespec="seconds"),
        "epoch": head.epoch,
        "position": head.n,
        "rows": rows,
        "sums": sums,
    }
    _add(archive, "manifest.json", io.BytesIO(json.dumps(manifest).encode()))
    return missing


def _lines(connection: Connection, table: Table, out: IO[bytes], progress: Progress) -> int:
    count = 0
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=TOGETHER).execute(query):
        plain = [value.isoformat() if isinstance(value, datetime) else value for value in row]
        out.write(json.dumps(dict(zip(table.columns.keys(), plain, strict=True))).encode() + b"\n")
        count += 1
        progress(1)
    return count


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes]) -> str:
    """Add a member; gives its checksum."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = content.seek(0, os.SEEK_END), 0o600
    content.seek(0)
    summed = _Summed(content)
    archive.addfile(member, summed)
    return summed.digest.hexdigest()


class _Summed:
    """A file whose bytes are summed while they are read."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.content.read(size)
        self.digest.update(data)
        return data


def check(file: Path) -> Contents:
    """Read an archive to its end and compare every checksum. Raises Unusable."""
    found: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(file, "r:") as archive:
            for member in archive:
                name = MEMBER.fullmatch(member.name)
                if name is None or not member.isreg() or (name[2] and member.size > LARGEST_FILE):
                    raise Unusable(f"{member.name[:80]!r} is nothing that a backup of a desk has.")
                content = archive.extractfile(member)
                assert content is not None
                if member.name == "manifest.json":
                    manifest = json.loads(content.read(LARGEST_MANIFEST))
                else:
                    digest = hashlib.sha256()
                    while data := content.read(CHUNK):
                        digest.update(data)
                    found[member.name] = digest.hexdigest()
    except (tarfile.TarError, EOFError, OSError, ValueError) as problem:
        raise Unusable(f"{file} can't be read to its end as a backup ({type(problem).__name__}).") from None
    if manifest is None:
        raise Unusable(f"{file} has no manifest: it is no backup, or only the beginning of one.")
    try:
        sums, rows = manifest["sums"], manifest["rows"]
        contents = Contents(
            str(manifest["revision"]),
            str(manifest["made"]),
            str(manifest["epoch"]),
            int(manifest["position"]),
            {str(name): int(count) for name, count in rows.items()},
            [name.removeprefix("attachments/") for name in found if name.startswith("attachments/")],
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unusable(f"The manifest of {file} is not one.") from None
    if sums != found:
        raise Unusable(f"{file} is damaged: its contents are not what its manifest says.")
    if contents.revision != newest():
        raise Unusable(
            f"{file} was made at revision {contents.revision}, this program wants {newest()}. "
            "Restore it with the program that made it, and update that desk."
        )
    if contents.rows.keys() != metadata.tables.keys():
        raise Unusable(f"{file} does not have the tables of a desk.")
    return contents


def is_empty(settings: Settings) -> bool:
    """Whether nobody is in the desk of these settings yet; its tables are made if there are none."""
    migrate(settings.database_address)
    database = Database(settings.database_address)
    try:
        people: int = database.read_now(lambda connection: connection.scalar(select(func.count()).select_from(person)))
    finally:
        database.close()
    return people == 0


def restore(settings: Settings, file: Path, *, progress: Progress) -> None:
    """Put a checked archive in the place of whatever is there, with a new epoch, so that every page begins anew.

    The database changes in one transaction, and the attachments are swapped just before its commit.
    """
    prepare_data(settings)
    fresh, old = (settings.attachments.with_name(f"attachments.{name}") for name in ("new", "old"))
    for each in (fresh, old):
        shutil.rmtree(each, ignore_errors=True)
    database = Database(settings.database_address)
    try:
        fresh.mkdir(mode=0o700)
        with tarfile.open(file, "r:") as archive, database.writing() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
            for member in archive:
                content = archive.extractfile(member)
                assert content is not None
                kind = MEMBER.fullmatch(member.name)
                assert kind is not None
                if kind[1]:
                    _insert(connection, metadata.tables[kind[1]], content, progress)
                elif kind[2]:
                    _keep(FileStore(fresh), kind[2], content)
                    progress(1)
            connection.execute(log_head.update().values(epoch=str(uuid.uuid4())))
            _continue_numbers(connection)
            settings.attachments.rename(old)
            fresh.rename(settings.attachments)
    except BaseException:
        if old.exists():
            shutil.rmtree(settings.attachments, ignore_errors=True)
            old.rename(settings.attachments)
        raise
    finally:
        database.close()
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _insert(connection: Connection, table: Table, lines: IO[bytes], progress: Progress) -> None:
    moments = {column.name for column in table.columns if isinstance(column.type, Moment)}

    def rows() -> Iterator[dict[str, Any]]:
        for line in lines:
            row = json.loads(line)
            yield {
                name: datetime.fromisoformat(value) if name in moments and value else value
                for name, value in row.items()
            }

    batch: list[dict[str, Any]] = []
    for row in rows():
        batch.append(row)
        progress(1)
        if len(batch) == TOGETHER:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def _keep(files: FileStore, key: str, content: IO[bytes]) -> None:
    path = files.path(key)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file, CHUNK)


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
