"""The ways that mail comes in while the desk runs: the mailboxes, the listener, and what was kept and not filed yet."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

from sqlalchemy import Connection, select

from console.desk.errors import NotFound
from console.desk.tables import inbound
from console.mail.incoming import TROUBLE, Intake
from console.mail.listener import listening
from console.mail.mailbox import Mailbox
from console.mail.places import place

log = logging.getLogger(__name__)

LEFT_ALONE = timedelta(seconds=60)  # a younger one is being filed by whoever kept it
EVERY = 30.0  # seconds
ENDS = 5.0  # seconds; one that is in the middle of many mails is left behind


@asynccontextmanager
async def taking_in(intake: Intake, mailboxes: str, listen: str, *, shared: bool = False) -> AsyncIterator[None]:
    """Take mail in while this is open. `mailboxes` and `listen` are settings; `shared`: other workers listen too."""
    stop = Event()
    boxes = [Mailbox(place(address), intake) for address in mailboxes.split()]
    threads = [Thread(target=box.watch, args=(stop,), name=f"mailbox {box.name}", daemon=True) for box in boxes]
    async with AsyncExitStack() as open_:
        if listen:
            await open_.enter_async_context(listening(listen, intake, shared=shared))
        for thread in threads:
            thread.start()
        leftovers = asyncio.create_task(_go_on(intake))
        try:
            yield
        finally:
            stop.set()
            leftovers.cancel()
            await asyncio.to_thread(_wait_for, threads)


def _wait_for(threads: list[Thread]) -> None:
    """Let them let go of their mailboxes, so that whoever comes next need not wait for the end of a lease."""
    until = monotonic() + ENDS
    for each in threads:
        each.join(max(0.0, until - monotonic()))


async def _go_on(intake: Intake) -> None:
    while True:
        try:
            await asyncio.to_thread(file_leftovers, intake)
        except TROUBLE as problem:
            log.warning("kept mail is looked for later: %s", type(problem).__name__)
        await asyncio.sleep(EVERY)


def file_leftovers(intake: Intake) -> None:
    """File what a process kept and did not file, because it ended in between. One that fails holds up no other."""
    for each in intake.desk.database.read_now(_left, intake.desk.clock() - LEFT_ALONE):
        try:
            intake.file(each)
        except (*TROUBLE, NotFound) as problem:  # refused meanwhile, or the desk's own trouble
            log.warning("mail %s is filed later: %s", each, type(problem).__name__)


def _left(connection: Connection, before: object) -> list[int]:
    query = select(inbound.c.id).where(inbound.c.state == "received", inbound.c.received_at < before)
    return list(connection.execute(query.order_by(inbound.c.id).limit(100)).scalars())
