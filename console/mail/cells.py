"""The processes in which a server parses mail: two, each replaced after 200 mails, when it breaks a limit, or ends."""

from __future__ import annotations

import queue
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from console.mail.apart import Unreadable, answer_one, ask, limit_memory
from console.mail.parsed import Parsed

CELLS = 2
MAILS = 200  # that one process parses
_START = "from console.mail.cells import live; live()"


@dataclass(slots=True)
class _Cell:
    process: subprocess.Popen[bytes] | None = None
    mails: int = 0

    def parse(self, raw: bytes) -> Parsed:
        if self.process is None or self.process.poll() is not None or self.mails >= MAILS:
            self.end()
            self.process = subprocess.Popen(
                [sys.executable, "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
            self.mails = 0
        self.mails += 1
        to, source = cast(BinaryIO, self.process.stdin), cast(BinaryIO, self.process.stdout)
        try:
            return ask(to, source, raw)
        except Unreadable:
            self.end()
            raise

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            for pipe in (self.process.stdin, self.process.stdout):
                with suppress(OSError):
                    cast(BinaryIO, pipe).close()
            self.process.wait()
            self.process = None


@dataclass(slots=True)
class Cells:
    """Parse from any thread; whoever finds no free process waits for one."""

    _free: queue.LifoQueue[_Cell] = field(default_factory=queue.LifoQueue)

    def __post_init__(self) -> None:
        for _ in range(CELLS):
            self._free.put(_Cell())

    def parse(self, raw: bytes) -> Parsed:
        """Parse one mail. Raises NoMessage, Unreadable."""
        cell = self._free.get()
        try:
            return cell.parse(raw)
        finally:
            self._free.put(cell)

    def close(self) -> None:
        for _ in range(CELLS):
            self._free.get().end()


def live() -> None:
    """What the process does: answer until its input ends."""
    limit_memory()
    while answer_one(sys.stdin.buffer, sys.stdout.buffer):
        pass
