"""Running the server: one process on one SQLite file, held by a lock; a stop waits for what is under way."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
import uvicorn
from sqlalchemy import make_url
from starlette.types import ASGIApp

from console.config import Settings
from console.realtime.transport import Protocol

GRACE = 10  # seconds that open requests get at a stop
HEADER_BYTES = 64 << 10
BACKLOG = 2_048  # connections
FRAME_BYTES = 64 << 10  # largest frame a client may send


class InUse(click.ClickException):
    exit_code = os.EX_TEMPFAIL


@contextmanager
def sole_server(settings: Settings) -> Iterator[None]:
    """Hold the database file. Raises InUse if another server has it: two on one SQLite file would not see each other."""
    database = make_url(settings.database_address).database or "desk"
    with Path(f"{database}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"Another server already runs on {database}. Stop it, or choose another --data.") from None
        yield


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
        ws=Protocol,
        ws_max_size=FRAME_BYTES,
        ws_ping_interval=None,  # Engine.IO has its own
        ws_per_message_deflate=False,
        h11_max_incomplete_event_size=HEADER_BYTES,
        timeout_graceful_shutdown=GRACE,
        access_log=False,
        server_header=False,
        log_level="warning",
    )


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Serve until a signal ends it."""
    with suppress(KeyboardInterrupt):  # Ctrl-C is the ordinary end, not a failure
        uvicorn.Server(uvicorn_config(app)).run(sockets=[listener])
