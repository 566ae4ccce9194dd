"""What an archive of a desk is, and whether a file is one.

It is a tar of `tables/NAME.jsonl` (a row a line, from one snapshot), `attachments/KEY` and, last, `manifest.json` with the
checksum of every other member. Everything is checked before anything is touched.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Table

from console.desk.tables import Moment, metadata
from console.migrating import newest

MEMBER = re.compile(r"tables/([a-z_]{1,40})\.jsonl|attachments/([0-9a-f]{32})|manifest\.json")
PLAIN = {tarfile.REGTYPE, tarfile.AREGTYPE}  # no sparse ones: they say to be larger than the archive is
LARGEST_FILE = 64 << 20  # bytes of an attachment; a message may have 20 MB
LARGEST_ROW = 64 << 20  # bytes of a line
LARGEST_MANIFEST = 256 << 20  # bytes; a line for each attachment
CHUNK = 1 << 20  # bytes

Row = dict[str, Any]


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


def check(file: Path) -> Contents:
    """Read an archive to its end, compare every checksum and look at every row. Raises Unusable."""
    try:
        sums, rows, manifest = _read(file)
    except (tarfile.TarError, EOFError, OSError, ValueError, RecursionError) as problem:
        raise Unusable(f"{file} can't be read to its end as a backup ({type(problem).__name__}).") from None
    if manifest is None:
        raise Unusable(f"{file} has no manifest: it is no backup, or only the beginning of one.")
    try:
        told = manifest["sums"]
        contents = Contents(
            str(manifest["revision"]),
            str(manifest["made"]),
            str(manifest["epoch"]),
            int(manifest["position"]),
            {str(name): int(count) for name, count in manifest["rows"].items()},
            [name.removeprefix("attachments/") for name in sums if name.startswith("attachments/")],
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unusable(f"The manifest of {file} is not one.") from None
    if told != sums:
        raise Unusable(f"{file} is damaged: its contents are not what its manifest says.")
    if contents.revision != newest():
        raise Unusable(
            f"{file} was made at revision {contents.revision}, this program wants {newest()}. "
            "Restore it with the program that made it, and update that desk."
        )
    if contents.rows.keys() != metadata.tables.keys():
        raise Unusable(f"{file} does not have the tables of a desk.")
    for name, lines in rows.items():
        if isinstance(lines, Unusable):
            raise lines
        if lines != contents.rows[name]:
            raise Unusable(f"{file} has {lines} rows of {name}, and its manifest says {contents.rows[name]}.")
    return contents


def members(archive: tarfile.TarFile) -> Iterator[tuple[str, str, IO[bytes]]]:
    """The members in order: kind (`tables`, `attachments` or `manifest.json`), name, content. Raises Unusable."""
    seen = set()
    for member in archive:
        name = MEMBER.fullmatch(member.name)
        known = name is not None and member.type in PLAIN and member.sparse is None
        if name is None or not known or (name[2] and member.size > LARGEST_FILE):
            raise Unusable(f"{member.name[:80]!r} is nothing that a backup of a desk has.")
        if member.name in seen:
            raise Unusable(f"{member.name!r} is there twice.")
        seen.add(member.name)
        content = archive.extractfile(member)
        assert content is not None
        yield member.name.partition("/")[0], name[1] or name[2] or "", content


def rows_of(table: Table, lines: IO[bytes]) -> Iterator[Row]:
    """The rows of a table. Raises Unusable for a line that is none."""
    moments = {column.name for column in table.columns if isinstance(column.type, Moment)}
    for number, line in enumerate(iter(lambda: lines.readline(LARGEST_ROW + 1), b""), 1):
        try:
            row = json.loads(line)
            if row.keys() != set(table.columns.keys()) or len(line) > LARGEST_ROW:
                raise ValueError("other columns, or too long")
            yield {
                name: datetime.fromisoformat(value) if name in moments and value else value
                for name, value in row.items()
            }
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise Unusable(f"Line {number} of {table.name} is no row of this table.") from None


def _read(file: Path) -> tuple[dict[str, str], dict[str, int | Unusable], dict[str, Any] | None]:
    """Checksums by member, rows by table (or what is wrong with them), and the manifest."""
    sums: dict[str, str] = {}
    rows: dict[str, int | Unusable] = {}
    manifest: dict[str, Any] | None = None
    with tarfile.open(file, "r:") as archive:
        for kind, name, content in members(archive):
            if kind == "manifest.json":
                manifest = json.loads(content.read(LARGEST_MANIFEST))
                continue
            summed = Summed(content)
            if kind == "tables" and name in metadata.tables:
                rows[name] = _count(metadata.tables[name], content)
                content.seek(0)
            while summed.read(CHUNK):
                pass
            sums[f"{kind}/{name}.jsonl" if kind == "tables" else f"{kind}/{name}"] = summed.digest.hexdigest()
    return sums, rows, manifest


def _count(table: Table, lines: IO[bytes]) -> int | Unusable:
    """A damaged archive should be called damaged, so what is wrong with a row waits for the checksums."""
    try:
        return sum(1 for _ in rows_of(table, lines))
    except Unusable as problem:
        return problem


class Summed:
    """A file whose bytes are summed while they are read."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.content.read(size)
        self.digest.update(data)
        return data
