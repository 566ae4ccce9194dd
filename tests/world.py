"""The running desk of a test: a real server on a free port, browsers without a screen, sockets."""

from __future__ import annotations

import asyncio
import queue
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import socketio
import uvicorn

from cast import Cast, Clock, email
from console import viewer
from console.app import Console, make_console
from console.config import Settings
from console.database import Database
from console.desk.actions import signing
from console.desk.desk import Desk
from console.postal import post_of
from console.serving import listening, uvicorn_config

NO_TLS = ssl.SSLContext(
    ssl.PROTOCOL_TLS_CLIENT
)  # no test speaks it; reading the known authorities takes long each time
PATIENCE = 10.0  # seconds; no test waits that long unless something is broken
JSON = {"accept": "application/json"}


@dataclass(slots=True)
class World:
    """One desk, served in a thread. Everything a test does goes through its doors."""

    settings: Settings
    desk: Desk
    clock: Clock
    cast: Cast
    console: Console
    server: uvicorn.Server
    thread: threading.Thread
    _open: list[Callable[[], None]]

    @property
    def url(self) -> str:
        return self.settings.address

    def session(self, name: str) -> str:
        """A signed-in session's cookie of this person, made without the price of a password."""
        cookie = signing.new_secret()
        self.desk.run(signing.sign_in, self.cast[name], cookie=cookie, days=14)
        return cookie

    def browse(self, name: str | None = None, language: str = "en") -> httpx2.Client:
        """A client with this person's cookie; `None` is somebody who is not signed in."""
        named = {"accept-language": language, "x-request-id": "one-for-all-tests"}  # answers can be compared whole
        client = http(base_url=self.url, headers=named, timeout=PATIENCE)
        if name is not None:
            client.cookies.set(viewer.COOKIE, self.session(name))
        self._open.append(client.close)
        return client

    def socket(self, name: str, namespace: str = "/staff", language: str = "en") -> Socket:
        """A connected socket with this person's cookie."""
        socket = Socket(
            self.url, namespace, {"Cookie": f"{viewer.COOKIE}={self.session(name)}"}, {"language": language}
        )
        self._open.append(socket.close)
        return socket

    def stop(self) -> None:
        for close in reversed(self._open):
            close()
        self.server.should_exit = True
        self.thread.join(PATIENCE)


class Socket:
    """A Socket.IO client that keeps what arrives, in order."""

    def __init__(self, url: str, namespace: str, headers: dict[str, str], auth: dict[str, str]) -> None:
        self.namespace = namespace
        self.client = socketio.Client(reconnection=False)
        self.arrived: queue.Queue[tuple[str, Any]] = queue.Queue()
        for name in ("event", "head", "notice", "gone", "presence", "panel", "typing"):
            self.client.on(name, self._keep(name), namespace=namespace)
        self.client.connect(
            url, headers=headers, auth=auth, transports=["websocket"], namespaces=[namespace], wait_timeout=PATIENCE
        )

    def call(self, event: str, data: Any) -> Any:
        """Send and wait for the acknowledgement."""
        return self.client.call(event, data, namespace=self.namespace, timeout=PATIENCE)

    def join(self, channel: str, **named: Any) -> Any:
        return self.call("join", {"channel": channel, **named})

    def next(self, name: str, timeout: float = PATIENCE) -> Any:
        """The next frame of this name; others before it are an error, heads and who is on the ticket apart."""
        while True:
            arrived, data = self.arrived.get(timeout=timeout)
            if arrived == name:
                return data
            assert arrived in ("head", "presence"), f"expected {name}, got {arrived}: {data}"

    def events(self, count: int) -> list[Any]:
        return [self.next("event") for _ in range(count)]

    def is_silent(self, marker: Callable[[], object], name: str = "event") -> bool:
        """Whether nothing came before what `marker` causes (a frame of this name, which is taken)."""
        marker()
        arrived = "presence"
        while arrived == "presence":  # who comes and goes is not what is asked for
            arrived, _ = self.arrived.get(timeout=PATIENCE)
        return arrived == name and self.arrived.empty()

    def close(self) -> None:
        line = self.client.eio.ws
        self.client.disconnect()
        if line is not None:
            line.shutdown()  # the library leaves it open when the server ended the conversation first

    def _keep(self, name: str) -> Callable[[Any], None]:
        return lambda data: self.arrived.put((name, data))


class Server(uvicorn.Server):
    """Ends as soon as nothing is under way; the library's sleeps cost each of thousands of tests a fifth of a second."""

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # noqa: ASYNC110 - the end is told by a flag
            await asyncio.sleep(0.01)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)
        await self._wait_tasks_to_complete()
        await self.lifespan.shutdown()


def begin(settings: Settings, clock: Clock) -> World:
    """Serve the desk of these settings; gives when it answers."""
    listener = listening(settings)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    database = Database(settings.database_address)
    desk = Desk(database, clock=clock, undo_seconds=settings.undo_seconds, post=post_of(settings))
    console = make_console(settings, desk=desk)
    server = Server(uvicorn_config(console.app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    world = World(settings, desk, clock, Cast(desk), console, server, thread, [])
    with http(base_url=world.url, timeout=PATIENCE) as client:
        client.get("/healthz").raise_for_status()
    return world


def send(client: httpx2.Client, path: str, **fields: Any) -> httpx2.Response:
    """Post a form as the page's scripts do."""
    return client.post(path, data=fields, headers=JSON)


def http(**options: Any) -> httpx2.Client:
    """A client of a desk on this machine."""
    return httpx2.Client(verify=NO_TLS, **options)


__all__ = ["JSON", "PATIENCE", "Socket", "World", "begin", "email", "http", "send"]
