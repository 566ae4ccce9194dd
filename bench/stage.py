"""A desk to measure: built in a temporary folder through the desk's own actions, served in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from types import MappingProxyType
from urllib.parse import urlsplit

from bench.servers.postgres import PostgreSQL
from bench.servers.valkey import Valkey
from console import viewer
from console.config import Settings, prepare_data
from console.database import Database
from console.desk import people
from console.desk.actions import opening, reply, signing, staffing
from console.desk.desk import Desk
from console.desk.message import Draft
from console.desk.people import Person
from console.desk.post import Post
from console.desk.roles import Role
from console.migrating import migrate

ROOT = Path(__file__).parent.parent
PATIENCE = 30.0  # seconds; nothing here takes that long unless it is broken
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
POLL = 0.002  # seconds between two looks whether a server answers
WORDS = (
    "Thank you for the details. The **label printer** in hall 3 gets its jobs from the old queue; I moved it to the new "
    "one. Could you print a test page and tell me which of the two shows up?\n\n- reply number {place}, {mark}"
)


@dataclass(slots=True)
class Stage:
    """A desk with people who are signed in: `cookies` by name (poster, requester, tech0, tech1 …)."""

    data: Path
    database_url: str = ""
    redis_url: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    tickets: list[int] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(data=self.data, database_url=self.database_url, redis_url=self.redis_url, port=0)

    def cookie(self, name: str) -> str:
        """The Cookie header of this person."""
        return f"{viewer.COOKIE}={self.cookies[name]}"


@dataclass(frozen=True, slots=True)
class Server:
    """A console that answers at `address`; `started` is how many seconds it took until it did."""

    pid: int
    address: str
    started: float

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0


def words(place: int, mark: str = "") -> str:
    """The text of a message of ordinary length; `mark` is found again in what arrives."""
    return WORDS.format(place=place, mark=mark)


@contextmanager
def staged(*, technicians: int, messages: Sequence[int], shared: bool = False) -> Iterator[Stage]:
    """A desk with so many technicians, and a ticket for each number in `messages`, with so many messages in it.

    `shared`: on a PostgreSQL that waits for the disk, and with a Valkey, so that several workers can serve it.
    """
    with tempfile.TemporaryDirectory(prefix="console-bench-") as folder, ExitStack() as stack:
        stage = Stage(Path(folder) / "data")
        if shared:
            stage.database_url = stack.enter_context(PostgreSQL(durable=True)).make("desk")
            stage.redis_url = stack.enter_context(Valkey()).url
        prepare_data(stage.settings)
        migrate(stage.settings.database_address)
        database = Database(stage.settings.database_address, durable=False)  # nothing of this has to survive
        try:
            _fill(stage, Desk(database, post=Post(tells=frozenset(), calls=False)), technicians, messages)
        finally:
            database.close()
        yield stage


def set_synchronous(database: Database, level: str) -> None:
    """Choose what the writer's connection waits for at a commit. It keeps this until the database is closed."""
    with database.writing() as connection:
        raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(f"pragma synchronous={level}")  # has no effect inside a transaction


def person(desk: Desk, name: str) -> Person:
    """The person of this name as they act."""
    with desk.database.reading() as connection:
        found = people.load_person(connection, email=_email(name))
    assert found is not None, name
    return found


def _fill(stage: Stage, desk: Desk, technicians: int, messages: Sequence[int]) -> None:
    for place in range(technicians):
        _enter(stage, desk, f"tech{place}", f"Tess Number{place}", "technician", "en")
    _enter(stage, desk, "poster", "Paula Poster", "technician", "en")
    _enter(stage, desk, "requester", "Rita Requester", "requester", "pt")
    asker, poster = person(desk, "requester"), person(desk, "poster")
    for count in messages:
        opened = desk.run(
            opening.open_ticket,
            asker,
            subject="Labels come out of the wrong printer",
            draft=Draft(words(0), source="portal"),
            department="Support",
        )
        assert opened.number is not None
        stage.tickets.append(opened.number)
        for place in range(1, count):
            if place % 2:
                desk.run(reply.post_reply, opened.number, poster, draft=Draft(words(place)), audience="staff")
            else:
                desk.run(reply.post_reply, opened.number, asker, draft=Draft(words(place)), audience="public")


def _enter(stage: Stage, desk: Desk, name: str, full_name: str, role: Role, language: str) -> None:
    desk.run(
        staffing.add_person,
        None,
        name=full_name,
        email=_email(name),
        role=role,
        language=language,
        departments=("Support",) if role == "technician" else (),
    )
    cookie = stage.cookies[name] = signing.new_secret()
    desk.run(signing.sign_in, person(desk, name), cookie=cookie, days=1)


def _email(name: str) -> str:
    return f"{name}@bench.example"


@contextmanager
def served(stage: Stage, **more: str) -> Iterator[Server]:
    """`console serve` on this desk, with `more` settings, until the end of the block."""
    command = [sys.executable, "-m", "console", "serve", "--data", str(stage.data), "--port", "0"]
    settings = {"CONSOLE_DATABASE_URL": stage.database_url, "CONSOLE_REDIS_URL": stage.redis_url, **more}
    with running(command, "Agent Console runs on ", settings) as server:
        yield server


@contextmanager
def served_by(stage: Stage, workers: int) -> Iterator[list[Server]]:
    """So many of them, each on a port of its own."""
    with ExitStack() as stack:
        yield [stack.enter_context(served(stage)) for _ in range(workers)]


@contextmanager
def running(command: Sequence[str], announces: str, settings: Mapping[str, str] = NO_SETTINGS) -> Iterator[Server]:
    """A command that prints `announces` and its address, from the moment when /healthz answers to the end of the block."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLE_")}
    environment |= {
        "CONSOLE_SOCKETS_PER_PERSON": "100000",
        "CONSOLE_UNDO_SECONDS": "0",
        **settings,
    }  # one viewer stands for many
    began = monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = ""
        for line in process.stdout:
            if line.startswith(announces):
                address = line.removeprefix(announces).strip()
                break
        if not address:
            raise RuntimeError(f"{' '.join(command)} ended with {process.wait(PATIENCE)}")
        server = Server(process.pid, address, 0.0)
        _wait(server, began + PATIENCE)
        yield Server(process.pid, address, monotonic() - began)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Server, deadline: float) -> None:
    while True:
        connection = HTTPConnection(server.host, server.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        if monotonic() > deadline:
            raise TimeoutError(f"{server.address} does not answer")
        sleep(POLL)
