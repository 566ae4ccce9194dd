"""Keeping house: what is no longer needed is dropped, once an hour, and what can't be found yet is indexed."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from console.database import Database
from console.desk import search_index
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.desk.tables import FILE_KEYS, command, draft, sign_in_link

log = logging.getLogger(__name__)

EVERY = 3_600.0  # seconds
LOOKS_AT_INDEX = 60.0  # seconds between two looks whether somebody has emptied it
COMMANDS_KEPT = timedelta(days=7)  # how long a repeated command is recognised
DISCARDED_KEPT = timedelta(days=1)  # how long a discarded draft can be restored
ORPHAN_AGE = 86_400.0  # seconds; a younger file may belong to a message that is being sent


async def keep_house(desk: Desk, files: FileStore) -> None:
    """Drop old commands, discarded drafts, links that are over and orphaned files until cancelled."""
    while True:
        try:
            await desk.database.write(forget_commands, desk)
            await desk.database.write(forget_discarded, desk)
            await desk.database.write(forget_links, desk)
            await desk.read(drop_orphans, files)
        except (SQLAlchemyError, OSError) as error:
            log.warning("keeping house was put off: %s", type(error).__name__)
        await asyncio.sleep(EVERY)


async def keep_index(desk: Desk) -> None:
    """Index what the search can't find yet, in steps with as long a rest after each, until cancelled."""
    while True:
        try:
            while await desk.read(search_index.left):
                began = time.monotonic()
                await desk.database.write(index_more, desk.database)
                await asyncio.sleep(time.monotonic() - began)
        except SQLAlchemyError as error:
            log.warning("indexing was put off: %s", type(error).__name__)
        await asyncio.sleep(LOOKS_AT_INDEX)


def index_more(database: Database) -> int:
    """Index the next messages; gives how many are left."""
    with database.writing() as connection:
        return search_index.advance(connection)


def forget_commands(desk: Desk) -> None:
    with desk.database.writing() as connection:
        connection.execute(delete(command).where(command.c.at < desk.clock() - COMMANDS_KEPT))


def forget_discarded(desk: Desk) -> None:
    with desk.database.writing() as connection:
        old = draft.c.kept.is_not(None) & (draft.c.saved_at < desk.clock() - DISCARDED_KEPT)
        connection.execute(update(draft).where(old).values(kept=None))


def forget_links(desk: Desk) -> None:
    with desk.database.writing() as connection:
        connection.execute(delete(sign_in_link).where(sign_in_link.c.expires_at < desk.clock()))


def drop_orphans(connection: Connection, files: FileStore) -> None:
    """Remove files that nothing holds: left by a crash between storing them and the commit, or by a repeated send."""
    before = time.time() - ORPHAN_AGE
    for path in files.folder.glob("??/*"):
        if path.stat().st_mtime < before:
            if not any(connection.execute(select(key).where(key == path.name)).first() for key in FILE_KEYS):
                path.unlink(missing_ok=True)
