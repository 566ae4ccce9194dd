"""A mailbox as the desk reads it, and how that goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from desk.acts import Acts
from sqlalchemy import Row, select

from bench.servers.mail import Mailboxes
from console.desk import tables as t
from console.mail.incoming import Intake
from console.mail.mailbox import Mailbox
from console.mail.places import place
from mail.postbox import Here, Postbox


def reader(postbox: Postbox, served: Mailboxes) -> Mailbox:
    return Mailbox(place(served.address), Intake(postbox.desk, postbox.files, Here(), 64_000, postbox.own))


@contextmanager
def watching(box: Mailbox) -> Iterator[Thread]:
    """It is read meanwhile, as a server does."""
    stop = Event()
    thread = Thread(target=box.watch, args=(stop,))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(60)


def failing(acts: Acts) -> Row[Any] | None:
    return next(iter(acts.rows(select(t.mailbox).where(t.mailbox.c.error.is_not(None)))), None)


def states(acts: Acts) -> list[tuple[str, str | None]]:
    rows = acts.rows(select(t.inbound.c.state, t.inbound.c.reason).order_by(t.inbound.c.id))
    return [(row.state, row.reason) for row in rows]
