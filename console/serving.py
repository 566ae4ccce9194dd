"""Running the server: one process on one SQLite file or without Redis, held by a lock; a stop waits for what is under way."""

from __future__ import annotations

import fcntl
import gc
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
import uvicorn
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool
from starlette.types import ASGIApp

from console.config import Settings
from console.connections import Connection
from console.database import is_sqlite
from console.realtime.transport import Protocol

GRACE = 10  # seconds that open requests get at a stop
BACKLOG = 2_048  # connections
FRAME_BYTES = 64 << 10  # largest frame a client may send
# The default thresholds walk what lives long all the time; what has ended must not wait for days either.
COLLECT_AT = (50_000, 10, 20)
SERVING = 0x736572766572  # the advisory lock of servers on PostgreSQL


class InUse(click.ClickException):
    exit_code = os.EX_TEMPFAIL


@contextmanager
def held(settings: Settings, *, alone: bool = False) -> Iterator[None]:
    """Hold the database. Raises InUse if another server has it in a way in which the two would not see each other.

    `alone`: no other server may have it, whatever joins them.
    """
    with _file_held(settings) if is_sqlite(settings.database_address) else _database_held(settings, alone):
        yield


@contextmanager
def _file_held(settings: Settings) -> Iterator[None]:
    database = make_url(settings.database_address).database or "desk"
    with Path(f"{database}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"Another server already runs on {database}. Stop it, or choose another --data.") from None
        yield


@contextmanager
def _database_held(settings: Settings, alone: bool) -> Iterator[None]:
    """Those with Redis share the database; one without has it alone, as long as its connection lasts."""
    engine = create_engine(settings.database_address, poolclass=NullPool, hide_parameters=True)
    shared = "_shared" if settings.redis_url and not alone else ""
    try:
        with engine.connect() as connection:
            taken = text(f"select pg_try_advisory_lock{shared}(:turn)")
            if not connection.execute(taken, {"turn": SERVING}).scalar_one():
                raise InUse(
                    "A server runs on this database. Stop it first."
                    if alone
                    else "Another server already runs on this database, and without Redis the two would not see each "
                    "other. Set CONSOLE_REDIS_URL for both, or stop the other one."
                )
            connection.commit()
            yield
    finally:
        engine.dispose()


def refuse_several(settings: Settings) -> None:
    """Several workers need a database and a line that they can share. Raises UsageError."""
    if settings.workers > 1 and (is_sqlite(settings.database_address) or not settings.redis_url):
        raise click.UsageError(
            f"{settings.workers} workers need PostgreSQL and Redis. Set CONSOLE_DATABASE_URL and CONSOLE_REDIS_URL, "
            "or serve with one worker."
        )


def listening(settings: Settings) -> socket.socket:
    """A socket bound to the settings' address and port. Raises InUse if the port is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise InUse(
            f"Port {settings.port} on {settings.host} can't be used: {error.strerror}. Choose another --port."
        ) from None
    listener.listen(BACKLOG)  # whoever comes while the desk starts waits instead of being turned away
    return listener


def uvicorn_config(app: ASGIApp) -> uvicorn.Config:
    """How the application is served, here and in the tests."""
    return uvicorn.Config(
        app,
        http=Connection,
        ws=Protocol,
        ws_max_size=FRAME_BYTES,
        ws_ping_interval=None,  # Engine.IO has its own
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE,
        access_log=False,
        server_header=False,
        log_config=None,  # the root's handler writes for the server too
    )


class Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            gc.collect()
            gc.freeze()  # what is loaded by now stays; walking it again costs more than it can ever free
            gc.set_threshold(*COLLECT_AT)
            self._tell()


def serve(app: ASGIApp, listener: socket.socket, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until a signal ends it; `ready` is called when it answers."""
    with suppress(KeyboardInterrupt):  # Ctrl-C is the ordinary end, not a failure
        Server(uvicorn_config(app), ready).run(sockets=[listener])
