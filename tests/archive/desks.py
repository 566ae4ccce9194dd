"""Desks to back up and to restore into, and what is in them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select, update

import cast as stage
from cast import Cast
from console.database import Database
from console.desk import tables as t
from console.desk.actions import note, reply
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.desk.message import Draft
from console.migrating import migrate
from console.passwords import Passwords

Place = Callable[[str, str], dict[str, str]]


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
        with database.writing() as connection:  # nothing is on its way, or a restored desk would doubt it
            connection.execute(update(t.letter).values(state="sent"))
            connection.execute(update(t.errand).values(state="done"))
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


def kept_files(settings: dict[str, str]) -> list[bytes]:
    return [path.read_bytes() for path in Path(settings["CONSOLE_DATA"]).glob("attachments/*/*")]
