"""`console check`: what is wrong with a desk's settings and data, each with the way to mend it."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from console.config import Settings
from console.database import READERS, WRITERS, is_sqlite
from console.desk.mailbox import readings
from console.language import FOLDER as CATALOGUES
from console.migrating import current, newest
from console.postal import post_of
from console.statics import FOLDER as STATIC

LEAST_FREE = 500 << 20  # bytes
SPARE = 10  # connections for commands, backups and people who look
OLDEST_REDIS = 7


def findings(settings: Settings) -> list[str]:
    """Sentences for the operator; none if all is well."""
    return [
        *_data(settings),
        *_database(settings),
        *_line(settings),
        *_address(settings),
        *_mail(settings),
        *_program(),
    ]


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
    try:
        sqlite = is_sqlite(settings.database_address)
    except ArgumentError:
        yield "CONSOLE_DATABASE_URL is not an address. Write it in full, for example postgresql://desk:secret@127.0.0.1/desk."
        return
    if sqlite and not settings.data.is_dir():
        return
    try:
        revision = current(settings.database_address)
    except (SQLAlchemyError, sqlite3.Error, ImportError) as error:
        mend = "Restore it from a copy." if sqlite else "Start PostgreSQL, or correct CONSOLE_DATABASE_URL."
        yield f"The database can't be opened ({type(error).__name__}). {mend}"
        return
    if revision != newest():
        yield f"The database is at revision {revision}, this program wants {newest()}. `console migrate` brings it there."
        return
    if not sqlite:
        yield from _postgresql(settings)
    yield from _mailboxes(settings)


def _postgresql(settings: Settings) -> Iterator[str]:
    engine = create_engine(settings.database_address, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        most = int(connection.execute(text("show max_connections")).scalar_one())
    needed = settings.workers * (READERS + WRITERS + 1) + SPARE
    if needed > most:
        yield (
            f"PostgreSQL allows {most} connections, {settings.workers} workers may want {needed}. "
            "Raise max_connections, or serve with fewer workers."
        )


def _mailboxes(settings: Settings) -> Iterator[str]:
    engine = create_engine(settings.database_address, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        found = readings(connection, post_of(settings).mailboxes, datetime.now(UTC))
    for each in (each for each in found if each.is_behind):
        yield (
            f"The mailbox {each.name} was not read to its end for {each.lag or 0:.0f} s ({each.error or 'no error'}). "
            "See that `console serve` runs; `console mail fetch` reads it once."
        )


def _line(settings: Settings) -> Iterator[str]:
    if settings.workers > 1 and not settings.redis_url:
        yield f"{settings.workers} workers need Redis to hear of each other. Set CONSOLE_REDIS_URL, or serve with one."
    if settings.workers > 1 and settings.database_address.startswith("sqlite"):
        yield f"{settings.workers} workers need PostgreSQL. Set CONSOLE_DATABASE_URL, or serve with one."
    if not settings.redis_url:
        return
    try:
        with Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2) as client:
            version = str(client.info("server").get("redis_version", ""))
    except ValueError:
        yield "CONSOLE_REDIS_URL is not an address. Write it in full, for example redis://127.0.0.1:6379/0."
        return
    except (RedisError, OSError) as error:
        yield f"Redis does not answer ({type(error).__name__}). Start it, or correct CONSOLE_REDIS_URL."
        return
    if int(version.split(".")[0] or 0) < OLDEST_REDIS:
        yield f"Redis {version} is too old. Use {OLDEST_REDIS}.0 or newer, or Valkey."


def _address(settings: Settings) -> Iterator[str]:
    if settings.host not in ("127.0.0.1", "::1", "localhost") and not settings.https:
        yield "The desk listens beyond this machine without https. Set CONSOLE_BASE_URL to its https:// address behind a proxy."
    if settings.base_url and "://" not in settings.base_url:
        yield "CONSOLE_BASE_URL is not an address. Write it in full, for example https://desk.example."


def _mail(settings: Settings) -> Iterator[str]:
    if (settings.mail_smtp or settings.mail_imap or settings.mail_listen) and not settings.mail_address:
        address = post_of(settings).address
        yield f"Mail is sent from {address}, a guess. CONSOLE_MAIL_ADDRESS names the address that people write to."
    if settings.mail_smtp:
        parts = urlsplit(settings.mail_smtp)
        try:
            socket.create_connection((parts.hostname or "", parts.port or 587), timeout=5).close()
        except OSError as problem:
            yield f"The mail server {parts.hostname} can't be reached ({type(problem).__name__}). Correct CONSOLE_MAIL_SMTP."


def _program() -> Iterator[str]:
    for part in (STATIC / "js" / "console.js", CATALOGUES / "es" / "LC_MESSAGES" / "console.po"):
        if not part.exists():
            yield f"{part.name} is missing from the program. Check it out again."
