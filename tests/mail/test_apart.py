"""Parsing apart: whatever a mail does to the parser, the desk goes on, and the next mail is parsed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from console.mail import apart, cells
from console.mail.apart import Apart, Unreadable
from console.mail.cells import Cells
from console.mail.parse import NoMessage
from mail.postbox import NEW, write


@pytest.fixture
def two() -> Iterator[Cells]:
    found = Cells()
    yield found
    found.close()


def pid(two: Cells) -> int:
    """Of the process that parses next."""
    process = two._free.queue[-1].process
    assert process is not None
    return process.pid


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_what_a_process_gives_is_what_the_mail_says(two: Cells) -> None:
    raw = write(NEW, "Words — 日本語", files={"a.bin": bytes(range(256))}, html="<p>x</p>")
    forked = Apart()
    for parser in (two, forked):
        found = parser.parse(raw)
        assert found.text == "Words — 日本語" and found.attachments[0].content == bytes(range(256))
        with pytest.raises(NoMessage):
            parser.parse(b"no mail")
    forked.close()


def test_one_process_parses_many_mails_and_is_replaced_in_time(two: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAILS", 3)
    pids = []
    for _ in range(7):
        two.parse(write(NEW))
        pids.append(pid(two))
    assert [len(set(pids[:3])), len(set(pids[3:6])), len(set(pids))] == [1, 1, 3]


def test_a_process_that_ends_is_replaced(two: Cells) -> None:
    two.parse(write(NEW))
    before = pid(two)
    os.kill(before, signal.SIGKILL)
    for _ in range(3):  # one may be given to the process before it is known to be gone
        try:
            assert two.parse(write(NEW)).text == "Help."
            break
        except Unreadable:
            continue
    assert pid(two) != before


def test_a_mail_that_takes_too_long_is_unreadable_and_the_next_one_is_not(
    two: Cells, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as impatient, pytest.raises(Unreadable):
        impatient.setattr(apart, "WAIT_SECONDS", 0.0)
        two.parse(write(NEW))
    assert two.parse(write(NEW)).text == "Help."


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_may_not_take_more_memory_than_it_was_given() -> None:
    read, out = os.pipe()
    child = os.fork()
    if child == 0:
        apart.limit_memory()
        try:
            _ = bytearray(apart.MEMORY + (64 << 20))
        except MemoryError:
            os.write(out, b"refused")
        os._exit(0)
    os.close(out)
    with os.fdopen(read, "rb") as told:
        assert told.read() == b"refused"
    os.waitpid(child, 0)


def test_the_limits_are_those_that_are_promised() -> None:
    assert (apart.MEMORY, apart.CPU_SECONDS, cells.CELLS, cells.MAILS) == (512 << 20, 10, 2, 200)
