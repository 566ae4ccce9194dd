"""The listener for a mail server: what it takes, what it refuses, and that what it took is kept."""

from __future__ import annotations

import asyncio
import smtplib
import socket
from collections.abc import Iterator
from threading import Event, Thread

import pytest
from desk.acts import Acts
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bench.servers.mail import PATIENCE
from cast import email
from console.desk import tables as t
from console.desk.actions.staffing import change_access
from console.mail.incoming import Intake
from console.mail.listener import listening
from mail.postbox import DESK, NEW, Here, Postbox, write

Ports = dict[str, int]


@pytest.fixture
def ports(postbox: Postbox) -> Iterator[Ports]:
    """An LMTP and an SMTP listener of the desk."""
    found: Ports = {}
    loops: list[asyncio.AbstractEventLoop] = []
    ready, stop = Event(), asyncio.Event()
    intake = Intake(postbox.desk, postbox.files, Here(), 64_000)

    async def serve() -> None:
        async with (
            listening("lmtp://127.0.0.1:0", intake) as lmtp,
            listening("smtp://127.0.0.1:0", intake) as smtp,
        ):
            found.update(lmtp=lmtp, smtp=smtp)
            loops.append(asyncio.get_running_loop())
            ready.set()
            await stop.wait()

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(PATIENCE)
    yield found
    loops[0].call_soon_threadsafe(stop.set)
    thread.join(PATIENCE)


def connect(ports: Ports, kind: str) -> smtplib.SMTP:
    if kind == "lmtp":
        return smtplib.LMTP("127.0.0.1", ports["lmtp"], timeout=PATIENCE)
    return smtplib.SMTP("127.0.0.1", ports["smtp"], timeout=PATIENCE)


@pytest.mark.parametrize("kind", ("lmtp", "smtp"))
def test_a_mail_is_taken_and_filed(kind: str, ports: Ports, acts: Acts) -> None:
    with connect(ports, kind) as server:
        assert server.sendmail(NEW, [DESK], write(NEW, "By the door.")) == {}
    row = acts.row(select(t.inbound))
    assert (row.state, row.source) == ("filed", kind)
    assert acts.last().kind == "opened"


def test_lmtp_answers_for_each_recipient(ports: Ports) -> None:
    with connect(ports, "lmtp") as server:
        server.ehlo_or_helo_if_needed()
        server.mail(NEW)
        for address in (DESK, f"support+tag@{DESK.partition('@')[2]}"):
            assert server.rcpt(address)[0] == 250
        assert server.data(write(NEW, "For two."))[0] == 250
        assert server.getreply()[0] == 250


@pytest.mark.parametrize("kind", ("lmtp", "smtp"))
def test_only_the_desks_addresses_are_taken(kind: str, ports: Ports, acts: Acts) -> None:
    with connect(ports, kind) as server, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.sendmail(NEW, ["somebody@else.example"], write(NEW))
    assert refused.value.recipients["somebody@else.example"][0] == 550
    assert not acts.rows(select(t.inbound))


def test_too_many_recipients_are_put_off(ports: Ports) -> None:
    with connect(ports, "smtp") as server:
        server.ehlo()
        server.mail(NEW)
        codes = [server.rcpt(f"support+{nth}@desk.example")[0] for nth in range(101)]
    assert codes == [250] * 100 + [452]


def test_what_is_too_large_or_no_mail_or_refused_is_answered_so_and_not_kept(
    ports: Ports, postbox: Postbox, acts: Acts
) -> None:
    postbox.files.message_bytes = 1_000
    acts.desk.run(change_access, None, email=email("ada"), active=False)
    for raw, code in (
        (write(NEW, files={"big.bin": b"x" * 1_500}), 552),
        (b"just words\r\n", 554),
        (write("ada"), 550),
    ):
        with connect(ports, "smtp") as server, pytest.raises(smtplib.SMTPDataError) as refused:
            server.sendmail(NEW, [DESK], raw)
        assert refused.value.smtp_code == code
    assert [row.state for row in acts.rows(select(t.inbound.c.state))] == ["refused"]


def test_while_it_can_not_be_kept_the_mail_server_is_asked_to_come_again(
    ports: Ports, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("select 1", {}, Exception("away"))

    monkeypatch.setattr(Intake, "keep", fail)
    with connect(ports, "lmtp") as server, pytest.raises(smtplib.SMTPDataError) as refused:
        server.sendmail(NEW, [DESK], write(NEW))
    assert refused.value.smtp_code == 451


def test_what_was_kept_and_could_not_be_filed_yet_is_taken(
    ports: Ports, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("select 1", {}, Exception("away"))

    monkeypatch.setattr(Intake, "file", fail)
    with connect(ports, "smtp") as server:
        assert server.sendmail(NEW, [DESK], write(NEW)) == {}
    assert acts.row(select(t.inbound.c.state)).state == "received"


def test_a_mail_is_not_smuggled_in_behind_another_ones_end(ports: Ports, acts: Acts) -> None:
    """A lone newline around the dot ends no mail."""
    smuggled = b"From: new@out.example\r\nSubject: one\r\n\r\nfirst\n.\nMAIL FROM:<ada@desk.example>\r\n.\r\n"
    with socket.create_connection(("127.0.0.1", ports["smtp"]), PATIENCE) as line:
        reader = line.makefile("rb")
        reader.readline()
        for words in (b"EHLO x", b"MAIL FROM:<new@out.example>", b"RCPT TO:<support@desk.example>", b"DATA"):
            line.sendall(words + b"\r\n")
            while reader.readline()[3:4] == b"-":
                pass
        line.sendall(smuggled)
        assert reader.readline().startswith(b"250")
    assert len(acts.rows(select(t.inbound))) == 1
