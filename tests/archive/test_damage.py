"""What is no whole backup, by accident or on purpose, is refused in a sentence, and the desk stays as it is."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from running import run

from archive.desks import Place, epoch, furnish, kept_files, rows
from console.archive import backing_up, contents
from console.config import Settings


def spoiled(file: Path, how: str) -> Path:
    """A copy of an archive with something wrong."""
    bad = file.with_name("bad.tar")
    if how == "cut off":
        bad.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        return bad
    if how == "no archive":
        bad.write_bytes(b"no archive at all" * 1_000)
        return bad
    sums: dict[str, str] = {}
    with tarfile.open(file) as source, tarfile.open(bad, "w") as target:
        for member in source:
            content = source.extractfile(member)
            assert content is not None
            data = content.read()
            if how == "changed" and member.name == "tables/message.jsonl":
                data = data.replace(b"between us", b"between ur")
            if how == "another revision" and member.name == "manifest.json":
                data = json.dumps(json.loads(data) | {"revision": "0001"}).encode()
            if how == "no manifest" and member.name == "manifest.json":
                continue
            if how == "a part is missing" and member.name == "tables/ticket.jsonl":
                continue
            if how == "a manifest without an end" and member.name == "manifest.json":
                data = b"[" * 200_000
            if member.name == "tables/ticket.jsonl" and how in ROWS:
                data = ROWS[how](data)
                sums[member.name] = hashlib.sha256(data).hexdigest()
            if member.name == "manifest.json" and sums:
                manifest = json.loads(data)
                manifest["sums"] |= sums
                data = json.dumps(manifest).encode()
            member.size = len(data)
            target.addfile(member, io.BytesIO(data))
        if how == "a way out":
            target.addfile(tarfile.TarInfo("attachments/../../../etc/passwd"), io.BytesIO())
        if how == "a link":
            link = tarfile.TarInfo("attachments/" + "a" * 32)
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            target.addfile(link)
        if how == "larger than it is":
            sparse = tarfile.TarInfo("attachments/" + "a" * 32)
            sparse.type = tarfile.GNUTYPE_SPARSE
            target.addfile(sparse)
        if how == "one twice":
            target.addfile(tarfile.TarInfo("tables/ticket.jsonl"), io.BytesIO())
    return bad


# Spoiled by somebody who knows how to make the checksums right again.
ROWS: dict[str, Callable[[bytes], bytes]] = {
    "no row": lambda data: data + b"no row\n",
    "another column": lambda data: data.replace(b'"subject"', b'"object"'),
    "a row without an end": lambda data: data + b"[" * 200_000 + b"\n",
    "no moment": lambda data: data.replace(b'"created_at": "', b'"created_at": "no '),
    "a row too many": lambda data: data + data,
    "nobody asked": lambda data: re.sub(rb'"requester_id": \d+', b'"requester_id": 4096', data),
    "no number": lambda data: re.sub(rb'"requester_id": \d+', b'"requester_id": [1]', data),
}
SPOILED = {
    "no row": "Line 2 of ticket is no row",
    "another column": "Line 1 of ticket is no row",
    "a row without an end": "Line 2 of ticket is no row",
    "no moment": "Line 1 of ticket is no row",
    "a row too many": "has 2 rows of ticket, and its manifest says 1",
    "a manifest without an end": "can't be read to its end",
    "larger than it is": "is nothing that a backup of a desk has",
    "one twice": "is there twice",
    "cut off": r"can't be read to its end|has no manifest",
    "no archive": "can't be read to its end",
    "changed": "is damaged",
    "a part is missing": "is damaged",
    "no manifest": "has no manifest",
    "another revision": "was made at revision 0001",
    "a way out": "is nothing that a backup of a desk has",
    "a link": "is nothing that a backup of a desk has",
}


def test_what_is_no_whole_backup_is_refused_in_a_sentence(place: Place, tmp_path: Path) -> None:
    one, good = place("sqlite", "one"), tmp_path / "good.tar"
    furnish(one)
    backing_up.back_up(Settings(data=Path(one["CONSOLE_DATA"])), good, progress=lambda _: None)
    assert contents.check(good).rows["ticket"] == 1
    for how, words in SPOILED.items():
        with pytest.raises(contents.Unusable, match=words):
            contents.check(spoiled(good, how))
    before, old = rows(one), epoch(one)
    for how, words in {"changed": "is damaged", "nobody asked": "does not fit", "no number": "does not fit"}.items():
        code, said = run("restore", "--replace", str(spoiled(good, how)), **one)
        assert code == 1 and words in said and "Traceback" not in said
        assert (rows(one), epoch(one)) == (before, old) and kept_files(one) == [b"kept word for word"]
