"""A desk on several processes to break: real PostgreSQL, real Valkey, workers as an operator starts them, a crew of robots."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import IO

import httpx2
import psutil

from bench.faults.hole import Hole
from bench.servers.postgres import PostgreSQL, free_port
from bench.servers.valkey import Valkey
from console.database import Database
from console.desk.actions import staffing
from console.desk.desk import Desk
from console.migrating import migrate
from console.passwords import Passwords
from console.robots.crew import Crew
from console.robots.door import Account

ROOT = Path(__file__).parents[2]
PASSWORD = "a crew of robots"
STARTS = 30.0  # seconds
LOOK = 0.02  # seconds between two looks whether a worker answers


@dataclass(slots=True)
class Worker:
    """One `console serve`, always on the same port."""

    port: int
    environment: dict[str, str]
    log: IO[bytes]
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        words = [sys.executable, "-m", "console", "serve", "--port", str(self.port), *self.options]
        self.process = subprocess.Popen(words, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log)

    def wait(self) -> None:
        """Wait until it answers."""
        until = monotonic() + STARTS
        while not self.is_ready():
            assert self.process is not None and self.process.poll() is None and monotonic() < until, self.url
            sleep(LOOK)

    def is_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=2, trust_env=False).is_success
        except httpx2.TransportError:
            return False

    def send(self, sign: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(sign)

    def kill(self) -> None:
        """kill -9."""
        self.send(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.send(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def memory(self) -> float:
        """Resident MiB."""
        return float(psutil.Process(self.pid).memory_info().rss) / (1 << 20)


@dataclass(slots=True)
class Fleet:
    """`wires` carry what a fault may cut; `entrances` are where people come in if not at the workers themselves."""

    folder: Path
    database: PostgreSQL
    redis: Valkey
    address: str
    technicians: list[Account]
    requesters: list[Account]
    workers: list[Worker] = field(default_factory=list)
    wires: list[Hole] = field(default_factory=list)
    entrances: list[str] = field(default_factory=list)

    @property
    def urls(self) -> list[str]:
        return self.entrances or [each.url for each in self.workers]

    def environment(self, **settings: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLE_")}
        return kept | {
            "PYTHONPATH": str(ROOT),
            "CONSOLE_DATA": str(self.folder / "data"),
            "CONSOLE_DATABASE_URL": self.address,
            "CONSOLE_REDIS_URL": self.redis.url,
            "CONSOLE_UNDO_SECONDS": "0",
            "CONSOLE_SIGN_IN_FAILURES": "1000",
            **settings,
        }

    def add(self, *options: str, **settings: str) -> Worker:
        """Start one more worker; it need not answer yet."""
        log = (self.folder / f"worker-{len(self.workers)}.log").open("ab")
        worker = Worker(free_port(), self.environment(**settings), log, options)
        worker.start()
        self.workers.append(worker)
        return worker

    def crew(self, *, technicians: int = 5, requesters: int = 2, pace: float = 10.0, tickets: int = 4) -> Crew:
        return Crew(
            self.urls,
            technicians=self.technicians[:technicians],
            requesters=self.requesters[:requesters],
            tickets=tickets,
            pace=pace,
        )

    async def token(self, account: Account) -> str:
        """A new API token of this person."""
        asked = {"email": account.email, "password": account.password, "name": "bench"}
        async with httpx2.AsyncClient(base_url=self.urls[0], timeout=30, trust_env=False) as client:
            answer = await client.post("/api/v1/tokens", json=asked)
        token: str = answer.raise_for_status().json()["token"]
        return token

    def said(self) -> str:
        """What the workers wrote."""
        return "".join(each.read_text(errors="replace") for each in sorted(self.folder.glob("worker-*.log")))


@contextmanager
def one_on_sqlite() -> Iterator[Fleet]:
    """One worker with everything in its data folder."""
    with fleet(0) as found:
        found.address = f"sqlite:///{found.folder / 'data' / 'desk.db'}"
        (found.folder / "data").mkdir()
        migrate(found.address)
        found.technicians, found.requesters = _people(found.address, 20, 4)
        found.add(CONSOLE_REDIS_URL="").wait()
        yield found


@contextmanager
def fleet(workers: int = 2, *, technicians: int = 20, requesters: int = 4) -> Iterator[Fleet]:
    """A desk with so many people, and so many workers that answer."""
    with tempfile.TemporaryDirectory(prefix="fleet-") as name, PostgreSQL() as database, Valkey() as redis:
        address = database.make("desk")
        migrate(address)
        found = Fleet(Path(name), database, redis, address, *_people(address, technicians, requesters))
        try:
            for _ in range(workers):
                found.add()
            for each in found.workers:
                each.wait()
            yield found
        finally:
            for each in found.workers:
                each.end()
                each.log.close()


def _people(address: str, technicians: int, requesters: int) -> tuple[list[Account], list[Account]]:
    hashed = Passwords().hash_now(PASSWORD)
    database = Database(address)
    made: tuple[list[Account], list[Account]] = ([], [])
    try:
        desk = Desk(database)
        for accounts, role, count in ((made[0], "technician", technicians), (made[1], "requester", requesters)):
            for number in range(1, count + 1):
                email = f"{role}-{number:03}@desk.example"
                desk.run(
                    staffing.add_person,
                    None,
                    name=f"{role.title()} {number:03}",
                    email=email,
                    role="technician" if role == "technician" else "requester",
                    password_hash=hashed,
                    departments=("Support",) if role == "technician" else (),
                )
                accounts.append(Account(email, PASSWORD))
    finally:
        database.close()
    return made
