"""Writing a desk into an archive, while it goes on."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Table, select

from console import __version__
from console.archive.contents import Summed
from console.config import Settings
from console.database import Database
from console.desk.attachment import FileStore
from console.desk.tables import FILE_KEYS, log_head, metadata
from console.migrating import newest

TOGETHER = 500  # rows fetched at once

Progress = Callable[[int], None]


def back_up(settings: Settings, file: Path, *, progress: Progress) -> list[str]:
    """Write the desk as it is now; it may go on meanwhile. Gives the keys of attachments whose file is missing."""
    database, files = Database(settings.database_address, patient=True), FileStore(settings.attachments)
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
        named = (select(key).where(key.is_not(None)).order_by(key) for key in FILE_KEYS)
        keys = [key for query in named for key in connection.execute(query).scalars()]
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
    summed = Summed(content)
    archive.addfile(member, summed)
    return summed.digest.hexdigest()
