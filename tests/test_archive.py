"""Backups: a desk that is written to meanwhile, put back here or on the other database, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import ROOT, Running, environment, run
from sqlalchemy import select

import cast as stage
from bench.servers.postgres import PostgreSQL
from cast import Cast
from console.archive import backing_up, contents
from console.config import Settings
from console.database import Database
from console.desk import tables as t
from console.desk.actions import note, reply
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.desk.message import Draft
from console.migrating import current, migrate
from console.passwords import Passwords
from console.viewer import COOKIE
from world import World, http

Place = Callable[[str, str], dict[str, str]]


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


def address(settings: dict[str, str]) -> str:
    return settings.get("CONSOLE_DATABASE_URL") or f"sqlite:///{settings['CONSOLE_DATA']}/desk.db"


def furnish(settings: dict[str, str]) -> None:
    """The cast, a note, and a reply with a file."""
    files = FileStore(Path(settings["CONSOLE_DATA"]) / "attachments")
    files.folder.mkdir(parents=True, mode=0o700)
    migrate(address(settings))
    database = Database(address(settings))
    try:
        stage.enter(database, Passwords().hash_now(stage.PASSWORD))
        desk = Desk(database)
        ada = Cast(desk)["ada"]
        desk.run(note.write_note, 1, ada, draft=Draft("Ñandú 🦤 between us"), notify=[stage.email("ben")])
        file = files.save("notes.txt", io.BytesIO(b"kept word for word"), 10_000)
        desk.run(reply.post_reply, 1, ada, draft=Draft("With a file", [file]), audience="staff")
    finally:
        database.close()


def rows(settings: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database but the epoch."""
    database = Database(address(settings))
    try:
        with database.reading() as connection:
            return {
                table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for table in t.metadata.sorted_tables
                if table is not t.log_head
            }
    finally:
        database.close()


def epoch(settings: dict[str, str]) -> str:
    database = Database(address(settings))
    try:
        found: str = database.read_now(lambda connection: connection.scalar(select(t.log_head.c.epoch)))
        return found
    finally:
        database.close()


@pytest.mark.parametrize(
    ("source", "target"), [("sqlite", "postgresql"), pytest.param("postgresql", "sqlite", marks=pytest.mark.full)]
)
def test_a_desk_moves_from_one_database_to_the_other_and_goes_on(
    place: Place, tmp_path: Path, source: str, target: str
) -> None:
    one, two, file = place(source, "one"), place(target, "two"), str(tmp_path / "desk.tar")
    furnish(one)
    code, said = run("backup", file, **one)
    assert code == 0 and f"{file} was written." in said and Path(file).stat().st_mode & 0o777 == 0o600
    code, said = run("restore", file, **two)
    assert code == 0 and "is back" in said
    assert rows(two) == rows(one) and epoch(two) != epoch(one)
    (path,) = Path(two["CONSOLE_DATA"]).glob("attachments/*/*")
    assert path.read_bytes() == b"kept word for word" and path.stat().st_mode & 0o777 == 0o600
    database = Database(address(two))
    try:
        desk = Desk(database)
        made = desk.run(note.write_note, 1, Cast(desk)["ben"], draft=Draft("It goes on"))
        assert made.message_id == len(rows(one)["message"]) + 1
    finally:
        database.close()


def test_a_running_desk_is_backed_up_while_it_is_written_to(world: World, tmp_path: Path) -> None:
    stop, written = threading.Event(), list[int]()
    messages = len(rows({"CONSOLE_DATA": str(world.settings.data)})["message"])

    def write() -> None:
        while not stop.is_set():
            receipt = world.desk.run(note.write_note, 1, world.cast["ada"], draft=Draft(f"Note {len(written)}"))
            written.append(receipt.position)

    writing = threading.Thread(target=write)
    writing.start()
    try:
        while len(written) < 20:
            stop.wait(0.01)
        assert run("backup", str(tmp_path / "live.tar"), CONSOLE_DATA=str(world.settings.data))[0] == 0
    finally:
        stop.set()
        writing.join()
    two = {"CONSOLE_DATA": str(tmp_path / "two")}
    assert run("restore", str(tmp_path / "live.tar"), **two)[0] == 0
    kept = rows(two)
    positions = sorted(row[0] for row in kept["activity"])  # type: ignore[type-var]
    assert positions == list(range(1, len(positions) + 1)) and len(positions) >= 20, "one moment, without a hole"
    assert len(kept["message"]) - messages == len([each for each in written if each <= len(positions)])


@pytest.mark.full
def test_pages_that_know_the_old_epoch_begin_anew(world: World, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "b.tar"), CONSOLE_DATA=str(world.settings.data))[0] == 0
    before = epoch({"CONSOLE_DATA": str(world.settings.data)})
    two = {"CONSOLE_DATA": str(tmp_path / "two"), "CONSOLE_PORT": "0"}
    assert run("restore", str(tmp_path / "b.tar"), **two)[0] == 0
    cookie = world.session("ada")
    assert run("backup", str(tmp_path / "c.tar"), CONSOLE_DATA=str(world.settings.data))[0] == 0
    assert run("restore", "--replace", str(tmp_path / "c.tar"), **two)[0] == 0
    with Running("serve", **two) as server, http(base_url=server.url) as page:
        page.cookies.set(COOKIE, cookie)
        answer = page.get("/tickets/1/since/1", params={"epoch": before})
        assert answer.status_code == 200 and answer.json()["reset"] is True


@pytest.mark.full
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def test_a_desk_that_is_there_or_served_is_not_written_over(place: Place, tmp_path: Path, kind: str) -> None:
    one, file = place(kind, "one"), str(tmp_path / "desk.tar")
    furnish(one)
    assert run("backup", file, **one)[0] == 0
    code, said = run("backup", file, **one)
    assert code == 1 and "exists already" in said
    before = rows(one)
    code, said = run("restore", file, **one)
    assert code == 1 and "say --replace" in said and rows(one) == before
    with Running("serve", **one) as server:
        server.wait_for("runs on")
        code, said = run("restore", "--replace", file, **one)
        assert code == 75 and "erver" in said
    assert run("restore", "--replace", file, **one)[0] == 0
    counts = ({name: len(each) for name, each in found.items()} for found in (rows(one), before))
    assert next(counts) == next(counts)


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


def kept_files(settings: dict[str, str]) -> list[bytes]:
    return [path.read_bytes() for path in Path(settings["CONSOLE_DATA"]).glob("attachments/*/*")]


KILLED = """
import os, signal
from console.archive import restoring
{where} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from console.__main__ import cli
cli()
"""


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def test_a_restore_that_is_killed_leaves_the_old_desk_or_the_new_one(place: Place, tmp_path: Path, kind: str) -> None:
    one, two, file = place("sqlite", "one"), place(kind, "two"), str(tmp_path / "desk.tar")
    furnish(one)
    furnish(two)
    (mine,) = Path(one["CONSOLE_DATA"]).glob("attachments/*/*")
    mine.write_bytes(b"from the backup")
    assert run("backup", file, **one)[0] == 0
    for where, present, left in (
        ("restoring._Incoming.settle", "kept word for word", 2),
        ("restoring._Incoming.remove_others", "from the backup", 2),
        (None, "from the backup", 1),
    ):
        words = ["restore", "--replace", file]
        program = ["-m", "console"] if where is None else ["-c", KILLED.format(where=where)]
        done = subprocess.run([sys.executable, *program, *words], cwd=ROOT, env=environment(**two), timeout=60)
        assert done.returncode == (0 if where is None else -signal.SIGKILL)
        ((key,),) = [(row[t.attachment.c.keys().index("key")],) for row in rows(two)["attachment"]]
        files = Path(two["CONSOLE_DATA"]) / "attachments"
        assert FileStore(files).path(str(key)).read_text() == present and len(kept_files(two)) == left


def test_a_refused_restore_leaves_the_desk_as_it_is(place: Place, tmp_path: Path) -> None:
    one, two, file = place("sqlite", "one"), place("sqlite", "two"), str(tmp_path / "desk.tar")
    furnish(one)
    furnish(two)
    assert run("backup", file, **one)[0] == 0
    migrate(address(two), "0002")
    code, said = run("restore", file, **two)
    assert code == 1 and "say --replace" in said and current(address(two)) == "0002"
    assert run("restore", "--replace", file, **two)[0] == 0 and rows(two) == rows(one)


def test_a_backup_that_can_not_be_written_says_so(place: Place, tmp_path: Path) -> None:
    one = place("sqlite", "one")
    furnish(one)
    code, said = run("backup", str(tmp_path / "nowhere" / "desk.tar"), **one)
    assert code == 1 and "can't be written: No such file or directory." in said
