"""Connections: one writer and a few read-only readers, off the event loop.

SQLite allows one writer at a time, so all writes share one thread and one connection, and `BEGIN IMMEDIATE` takes the
write lock at the start instead of failing in the middle. Readers have connections of their own and never wait for it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

T = TypeVar("T")

READERS = 3  # threads; a page of 200 messages renders in one of them while the others serve catch-ups
BUSY_MS = 5_000  # how long a statement waits for another process (a short command) that holds the write lock


class Database:
    """One database address; `writing()` and `reading()` give connections, `write` and `read` run functions off the loop.

    `durable=False` is for data that can be made again: it does not wait for the disk.
    """

    def __init__(self, address: str, *, durable: bool = True) -> None:
        self.address = address
        self._writer = _engine(address, readonly=False, durable=durable)
        self._reader = _engine(address, readonly=True, durable=durable)
        self._local = threading.local()
        self._write_lock = threading.Lock()
        self._write_connection: Connection | None = None
        self._write_thread = ThreadPoolExecutor(1, "desk-writer")
        self._read_threads = ThreadPoolExecutor(READERS, "desk-reader")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The writer's connection inside one transaction: committed at the end, rolled back on any exception."""
        with self._write_lock:
            if self._write_connection is None:
                self._write_connection = self._writer.connect()
            connection = self._write_connection
            with connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only connection of this thread inside one snapshot."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._reader.connect()
        with connection.begin():
            yield connection

    async def write(self, action: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run `action` in the writer's thread. A caller that goes away drops its wait, not the work."""
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._write_thread, partial(action, *args, **named)))

    async def read(self, query: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run `query(connection, …)` in a reader's thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._read_threads, partial(self.read_now, query, *args, **named)
        )

    def read_now(self, query: Callable[..., T], *args: Any, **named: Any) -> T:
        with self.reading() as connection:
            return query(connection, *args, **named)

    def close(self) -> None:
        self._write_thread.shutdown(wait=True)
        self._read_threads.shutdown(wait=True)
        if self._write_connection is not None:
            self._write_connection.close()
        self._writer.dispose()
        self._reader.dispose()


def _engine(address: str, *, readonly: bool, durable: bool) -> Engine:
    # Connections stay with their thread, so no pool has to hand them around.
    engine = create_engine(address, poolclass=NullPool, connect_args={"check_same_thread": False}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"pragma busy_timeout={BUSY_MS}")
        cursor.execute("pragma foreign_keys=on")
        cursor.execute("pragma query_only=on" if readonly else "pragma journal_mode=wal")
        # Full: an answered command survives a power cut.
        cursor.execute(f"pragma synchronous={'full' if durable else 'off'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.execute(text("begin" if readonly else "begin immediate"))

    return engine
