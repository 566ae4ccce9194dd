"""`console check`: what is wrong with a desk's settings and data, each with the way to mend it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from console.config import Settings
from console.language import FOLDER as CATALOGUES
from console.migrating import current, newest
from console.statics import FOLDER as STATIC

LEAST_FREE = 500 << 20  # bytes


def findings(settings: Settings) -> list[str]:
    """Sentences for the operator; none if all is well."""
    return [*_data(settings), *_database(settings), *_address(settings), *_program()]


def _data(settings: Settings) -> Iterator[str]:
    if not settings.data.is_dir():
        yield f"The data folder {settings.data} does not exist. `console migrate --data {settings.data}` makes it."
        return
    if not os.access(settings.data, os.W_OK | os.X_OK):
        yield f"The data folder {settings.data} can't be written. Run `chown -R {os.getuid()} {settings.data}` as root."
    if settings.data.stat().st_mode & 0o077:
        yield f"Others on this machine can read {settings.data}. `chmod 700 {settings.data}` keeps them out."
    if shutil.disk_usage(settings.data).free < LEAST_FREE:
        yield f"Less than {LEAST_FREE >> 20} MiB are free where {settings.data} lies. Make room, or move it with --data."


def _database(settings: Settings) -> Iterator[str]:
    if not settings.database_address.startswith("sqlite:"):
        yield "CONSOLE_DATABASE_URL names another database than SQLite. Leave it empty."
        return
    if not settings.data.is_dir():
        return
    try:
        revision = current(settings.database_address)
    except (SQLAlchemyError, sqlite3.Error) as error:
        yield f"The database can't be opened ({type(error).__name__}). Restore it from a copy."
        return
    if revision != newest():
        yield f"The database is at revision {revision}, this program wants {newest()}. `console migrate` brings it there."


def _address(settings: Settings) -> Iterator[str]:
    if settings.host not in ("127.0.0.1", "::1", "localhost") and not settings.https:
        yield "The desk listens beyond this machine without https. Set CONSOLE_BASE_URL to its https:// address behind a proxy."
    if settings.base_url and "://" not in settings.base_url:
        yield "CONSOLE_BASE_URL is not an address. Write it in full, for example https://desk.example."


def _program() -> Iterator[str]:
    for part in (STATIC / "js" / "console.js", CATALOGUES / "es" / "LC_MESSAGES" / "console.po"):
        if not part.exists():
            yield f"{part.name} is missing from the program. Check it out again."
