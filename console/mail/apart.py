"""Parsing in a process of its own, with limits: whatever a mail does to the parser, the desk goes on.

`Apart` is for a command that reads one mail: it forks before anything else runs. `console.mail.cells` keeps processes for a
server. Both speak the same frames: four bytes of length, then the mail; back come four bytes and what msgspec packed.
"""

from __future__ import annotations

import os
import resource
import select
import struct
import time
from typing import BinaryIO

import msgspec

from console.mail.parse import NoMessage, parse
from console.mail.parsed import Parsed

MEMORY = 512 << 20  # bytes of address space above what the process has at its start
CPU_SECONDS = 10  # for one mail
WAIT_SECONDS = 30.0  # for one mail, when the machine is busy
LENGTH = struct.Struct(">I")


class Unreadable(Exception):
    """The parser ended, or went beyond its limits."""


class Answer(msgspec.Struct):
    """What the process answers: the mail, or that the bytes are none."""

    parsed: Parsed | None
    refusal: str | None = None


_pack, _unpack = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Answer).decode


class Apart:
    """One process for a few mails, forked here and now."""

    def __init__(self) -> None:
        ours, theirs = os.pipe(), os.pipe()  # to the process, and from it
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(ours[1])
                os.close(theirs[0])
                limit_memory()
                with os.fdopen(ours[0], "rb") as source, os.fdopen(theirs[1], "wb") as sink:
                    while answer_one(source, sink):
                        pass
            finally:
                os._exit(0)
        os.close(ours[0])
        os.close(theirs[1])
        self._to, self._from = os.fdopen(ours[1], "wb"), os.fdopen(theirs[0], "rb")

    def parse(self, raw: bytes) -> Parsed:
        """Parse one mail. Raises NoMessage, Unreadable."""
        return ask(self._to, self._from, raw)

    def close(self) -> None:
        self._to.close()
        self._from.close()
        os.waitpid(self.pid, 0)


def ask(to: BinaryIO, source: BinaryIO, raw: bytes) -> Parsed:
    """Give a mail to a process and read what it makes of it. Raises NoMessage, Unreadable."""
    try:
        to.write(LENGTH.pack(len(raw)) + raw)
        to.flush()
        until = time.monotonic() + WAIT_SECONDS
        answer = _unpack(_read(source, LENGTH.unpack(_read(source, LENGTH.size, until))[0], until))
    except (OSError, EOFError, msgspec.DecodeError) as problem:
        raise Unreadable(f"the parser ended ({type(problem).__name__})") from None
    if answer.parsed is None:
        raise NoMessage(answer.refusal or "")
    return answer.parsed


def answer_one(source: BinaryIO, sink: BinaryIO) -> bool:
    """In the process: read one mail, parse it, answer. False at the end."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return False
    raw = source.read(LENGTH.unpack(head)[0])
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_SECONDS, resource.RLIM_INFINITY))
    try:
        answer = Answer(parse(raw))
    except NoMessage as refusal:
        answer = Answer(None, str(refusal))
    packed = _pack(answer)
    sink.write(LENGTH.pack(len(packed)) + packed)
    sink.flush()
    return True


def limit_memory() -> None:
    with open("/proc/self/statm", encoding="ascii") as figures:
        there = int(figures.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (there + MEMORY, resource.RLIM_INFINITY))


def _read(source: BinaryIO, size: int, until: float) -> bytes:
    """`size` bytes. Raises EOFError when the process is gone, or is not done in time."""
    found = bytearray()
    while len(found) < size:
        ready, _, _ = select.select([source], [], [], max(0.0, until - time.monotonic()))
        piece = os.read(source.fileno(), min(size - len(found), 1 << 20)) if ready else b""
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)
