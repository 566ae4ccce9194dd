"""Backups: a desk that is written to meanwhile, put back here or on the other database, whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from running import ROOT, Running, environment, run
from sqlalchemy import select, update

from archive.desks import Place, address, epoch, furnish, kept_files, rows
from cast import Cast
from console.database import Database
from console.desk import searching
from console.desk import tables as t
from console.desk.actions import note
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.desk.keeping import index_more
from console.desk.message import Draft
from console.migrating import current, migrate
from console.viewer import COOKIE
from world import World, http


def test_a_mail_that_was_on_its_way_is_doubted_and_not_sent_again(place: Place, tmp_path: Path) -> None:
    one, two, file = place("sqlite", "one"), place("sqlite", "two"), str(tmp_path / "desk.tar")
    furnish(one)
    database = Database(address(one))
    with database.writing() as connection:
        connection.execute(update(t.letter).values(state="queued"))
        connection.execute(update(t.errand).values(state="waiting"))
    database.close()
    assert run("backup", file, **one)[0] == 0 and run("restore", file, **two)[0] == 0
    database = Database(address(two))
    states = database.read_now(
        lambda c: (
            c.execute(select(t.letter.c.state)).scalars().all(),
            c.execute(select(t.errand.c.state)).scalars().all(),
        )
    )
    database.close()
    assert set(states[0]) == {"unknown"} and set(states[1]) == {"done"}


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
        found = database.read_now(searching.search, Cast(desk)["ben"], "staff", "nandu")
        assert not found.hits and found.left, "no archive has the index"
        while index_more(database):
            pass
        found = database.read_now(searching.search, Cast(desk)["ben"], "staff", "nandu")
        assert [hit.ticket.number for hit in found.hits] == [1] and not found.left
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
