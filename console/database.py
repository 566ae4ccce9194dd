"""Connections, off the event loop: threads that write and threads that read, each with a connection of its own.

SQLite allows one writer at a time, so all writes share one thread, and `BEGIN IMMEDIATE` takes the write lock at the
start instead of failing in the middle. PostgreSQL takes several writers; what two of them collide at is done again.
Readers never wait for either.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from console.folding import fold

T = TypeVar("T")

READERS = 3  # threads; a page of 200 messages renders in one of them while the others serve catch-ups
WRITERS = 8  # threads on PostgreSQL; more only wait for each other at the log's counter
BUSY_MS = 5_000  # how long SQLite waits for another process (a short command) that holds the write lock

# Limits of a PostgreSQL session. A process that stands still in the middle of a change holds everybody's counter: it is
# cut off after 5 s, and who waits for it is refused before that and comes again.
LIMITS = {"lock_timeout": "3s", "idle_in_transaction_session_timeout": "5s", "statement_timeout": "10s"}
PATIENT_LIMITS = {"lock_timeout": "3s"}  # of a command that reads or writes everything
# What a page asks takes milliseconds: compiling it, or starting processes for it, takes longer than that.
SMALL = {"jit": "off", "max_parallel_workers_per_gather": "0"}
CONNECT_SECONDS = 5
ATTEMPTS = 4
AGAIN_WITHIN = 8.0  # seconds from the first attempt in which another one may begin

# Another change was in the way: two that wait for each other, a lock not given in time, a row that both wanted to make.
COLLISIONS = {"40001", "40P01", "55P03", "23505"}


@dataclass(slots=True)
class Spell:
    """How many calls there were and how long they took together, in seconds; threads may lose one in counting."""

    calls: int = 0
    seconds: float = 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        began = monotonic()
        try:
            yield
        finally:
            self.calls += 1
            self.seconds += monotonic() - began


class Database:
    """One database address; `writing()` and `reading()` give connections, `write` and `read` run functions off the loop.

    `durable=False` is for data that can be made again: it does not wait for the disk. `patient=True` is for a transaction
    that may take its time.
    """

    def __init__(self, address: str, *, durable: bool = True, patient: bool = False) -> None:
        self.address = address
        self.is_sqlite = is_sqlite(address)
        limits = PATIENT_LIMITS if patient else LIMITS
        make = _sqlite if self.is_sqlite else partial(_postgresql, limits=limits)
        self._writer = make(address, readonly=False, durable=durable)
        self._reader = make(address, readonly=True, durable=durable)
        self._local = threading.local()
        self._connections: list[Connection] = []
        self.written, self.asked = Spell(), Spell()
        self._turn = threading.Lock() if self.is_sqlite else nullcontext()
        self._write_threads = ThreadPoolExecutor(1 if self.is_sqlite else WRITERS, "desk-writer")
        self._read_threads = ThreadPoolExecutor(READERS, "desk-reader")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection that may write, inside one transaction: committed at the end, rolled back on any exception."""
        with self._turn:
            connection = self._own("writing", self._writer)
            transaction = connection.begin()
            try:
                yield connection
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except DBAPIError as error:
                error.add_detail(IN_DOUBT)
                transaction.close()
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only connection of this thread inside one snapshot."""
        connection = self._own("reading", self._reader)
        with connection.begin():
            yield connection

    async def write(self, action: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run `action` in a writer's thread. A caller that goes away drops its wait, not the work."""
        loop = asyncio.get_running_loop()
        with self.written.timed():
            return await asyncio.shield(loop.run_in_executor(self._write_threads, partial(action, *args, **named)))

    async def read(self, query: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run `query(connection, …)` in a reader's thread."""
        with self.asked.timed():
            return await asyncio.get_running_loop().run_in_executor(
                self._read_threads, partial(self.read_now, query, *args, **named)
            )

    def waiting(self) -> dict[str, int]:
        """How many calls wait for a thread."""
        pools = {"write": self._write_threads, "read": self._read_threads}
        return {kind: pool._work_queue.qsize() for kind, pool in pools.items()}

    def read_now(self, query: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run `query` here. A connection that broke while it was idle is replaced, and the question asked again."""
        try:
            with self.reading() as connection:
                return query(connection, *args, **named)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        with self.reading() as connection:
            return query(connection, *args, **named)

    def close(self) -> None:
        self._write_threads.shutdown(wait=True)
        self._read_threads.shutdown(wait=True)
        for connection in self._connections:
            connection.close()
        self._writer.dispose()
        self._reader.dispose()

    def _own(self, side: str, engine: Engine) -> Connection:
        """This thread's connection; SQLAlchemy replaces one that broke when it is used again."""
        connection: Connection | None = getattr(self._local, side, None)
        if connection is None:
            connection = engine.connect()
            setattr(self._local, side, connection)
            self._connections.append(connection)
        return connection


IN_DOUBT = "the connection broke while this was committed: it may have happened"


def is_sqlite(address: str) -> bool:
    return make_url(address).get_backend_name() == "sqlite"


def until_done(act: Callable[[], T]) -> T:
    """Do a change again that another one was in the way of, or whose connection broke before it was committed.

    Whatever broke during the commit itself is in doubt and is raised: its command id finds out.
    """
    until = monotonic() + AGAIN_WITHIN
    for _ in range(ATTEMPTS - 1):
        try:
            return act()
        except DBAPIError as error:
            if not _may_be_done_again(error) or monotonic() > until:
                raise
    return act()


def _may_be_done_again(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) in COLLISIONS:
        return True
    return error.connection_invalidated and IN_DOUBT not in error.detail


def _sqlite(address: str, *, readonly: bool, durable: bool) -> Engine:
    # Connections stay with their thread, so no pool has to hand them around.
    engine = create_engine(address, poolclass=NullPool, connect_args={"check_same_thread": False}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.create_function("folded", 1, fold, deterministic=True)
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


def _postgresql(address: str, *, readonly: bool, durable: bool, limits: Mapping[str, str]) -> Engine:
    settings = {**limits, **SMALL, "timezone": "UTC", "synchronous_commit": "on" if durable else "off"}
    if (
        readonly
    ):  # by the tenth time it would plan for any list what is good for one of them, and read all tickets for it
        settings["plan_cache_mode"] = "force_custom_plan"
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    engine = create_engine(
        address,
        poolclass=NullPool,
        connect_args={"options": options, "connect_timeout": CONNECT_SECONDS, "application_name": "agent-console"},
        hide_parameters=True,
    )
    if readonly:
        # Of the connection itself: an option of the engine would not be there again when a broken one is replaced.
        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True

    return engine
