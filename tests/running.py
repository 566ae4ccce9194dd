"""Commands run as an operator runs them: as processes of their own, with nothing of this one's environment."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parent.parent
WARNINGS = "error,ignore:Can not control echo,ignore:Password input may be echoed"  # a test has no terminal
PATIENCE = 60.0  # seconds; building the demo is the longest


QUIET = {"COLUMNS": "200", "CONSOLE_UNDO_SECONDS": "0"}  # what a test does not ask for itself


def arguments(words: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "console", *words]


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONSOLE_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": WARNINGS, **QUIET} | settings


def run(*words: str, said: str = "", **settings: str) -> tuple[int, str]:
    """Run a command to its end; gives its exit code and everything it printed."""
    done = subprocess.run(
        arguments(words),
        cwd=ROOT,
        env=environment(**settings),
        input=said,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
    )
    return done.returncode, done.stdout


class Running:
    """A command that goes on until it is stopped. Use it as a context manager."""

    def __init__(self, *words: str, **settings: str) -> None:
        self.said = ""
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.process = subprocess.Popen(
            arguments(words),
            cwd=ROOT,
            env=environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until it has printed this."""
        until = monotonic() + PATIENCE
        while (found := re.search(pattern, self.said)) is None:
            line = self._lines.get(timeout=max(0.1, until - monotonic()))
            assert line is not None, f"it ended and had said: {self.said}"
            self.said += line
        return found

    def wait_for_end(self) -> None:
        """Read on until it says nothing more."""
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            self.said += line

    @property
    def url(self) -> str:
        """The address it printed."""
        return self.wait_for(r"http://[\d.]+:\d+")[0]

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; gives its exit code."""
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)
