"""Composes everything; the only module that knows all the others, and the one that nobody imports but the command line."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from console import logs
from console.config import Settings, prepare_data
from console.database import Database
from console.desk import activity
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.desk.keeping import keep_house, keep_index
from console.followers import lateness, runner
from console.followers.letter_leaves import LetterLeaves, letter_team
from console.fragments import Renderer
from console.house import House
from console.limiting import Limits, SignInLimit
from console.line import Line
from console.mail.cells import Cells
from console.mail.incoming import Intake, Parser
from console.mail.intaking import taking_in
from console.mail.transport import transport
from console.measures import Measures
from console.migrating import migrate
from console.passwords import Passwords
from console.postal import post_of, sender_of
from console.presence.registry import Presence
from console.realtime import wake
from console.realtime.server import Realtime
from console.routes import routes
from console.serving import serve
from console.statics import Statics
from console.templating import Templates
from console.web.counting import Count, Requests
from console.web.errors import HANDLERS
from console.web.guard import BodyLimit, SameSite, SecurityHeaders, ToldOnce
from console.web.hosts import KnownHosts
from console.web.naming import Name

log = logging.getLogger(__name__)

BODY_BYTES = 30 << 20  # largest request body
COMPRESS_FROM = 1_000  # bytes; a smaller answer fits into one packet anyway


class Number(Convertor[int]):
    """A ticket's or an activity's number in an address: ASCII digits only, and not too many."""

    regex = "[0-9]{1,15}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


class FieldName(Convertor[str]):
    """A field of a ticket that can be set by itself."""

    regex = "status|technician|type|priority|impact|application|module"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("number", Number())
register_url_convertor("field", FieldName())


@dataclass(frozen=True, slots=True)
class Console:
    """The running parts: the ASGI application and what tests and commands look into."""

    app: ASGIApp
    desk: Desk
    house: House
    realtime: Realtime


def make_console(
    settings: Settings, *, desk: Desk | None = None, demo_accounts: tuple[tuple[str, str], ...] = ()
) -> Console:
    """The whole desk on one database. `desk` may be given by a caller that holds its clock."""
    prepare_data(settings)
    migrate(settings.database_address)
    desk = desk or open_desk(settings)
    statics = Statics()
    templates = Templates(settings, statics)
    renderer = Renderer(templates)
    presence = Presence()
    line = make_line(settings, desk)
    limits = Limits(line)
    realtime = Realtime(desk, renderer, presence, settings, line)
    requests = Requests()
    worker = str(os.getpid()) if settings.workers > 1 else None
    house = House(
        settings=settings,
        desk=desk,
        statics=statics,
        templates=templates,
        renderer=renderer,
        presence=presence,
        files=FileStore(settings.attachments, settings.message_bytes),
        parser=Cells(),
        passwords=Passwords(),
        limits=limits,
        sign_in_limit=SignInLimit(limits, settings.sign_in_failures),
        lag=realtime.lag,
        metrics=Measures(desk, renderer, presence, realtime, requests, worker).text,
        demo=bool(demo_accounts),
    )
    web = Starlette(
        routes=routes(statics),
        middleware=[
            Middleware(Count, requests=requests),
            Middleware(GZipMiddleware, minimum_size=COMPRESS_FROM, compresslevel=5),
            Middleware(BodyLimit, most=BODY_BYTES),
            Middleware(SameSite),
        ],
        exception_handlers=HANDLERS,
        lifespan=_lifespan(house, realtime),
    )
    web.state.house, web.state.demo_accounts = house, demo_accounts
    return Console(Name(SecurityHeaders(KnownHosts(realtime.asgi(ToldOnce(web)), settings))), desk, house, realtime)


def open_desk(settings: Settings) -> Desk:
    """The desk of these settings. Raises WrongSetting."""
    return Desk(Database(settings.database_address), undo_seconds=settings.undo_seconds, post=post_of(settings))


def make_line(settings: Settings, desk: Desk) -> Line | None:
    """The line to the other workers of this desk, if there are any. Several desks may share one Redis."""
    if not settings.redis_url:
        return None
    return Line(settings.redis_url, f"console:{desk.database.read_now(activity.head).epoch}", give_up)


def give_up() -> None:
    """End the process: it hears nothing although Redis answers, and whoever watches it starts another one."""
    log.critical("nothing can be heard on the line: this worker ends")
    os.kill(os.getpid(), signal.SIGTERM)


def run(settings: Settings, listener: socket.socket, ready: Callable[[], None] = lambda: None) -> None:
    """Serve the desk of these settings on this socket until a signal ends it."""
    logs.begin(settings)
    serve(make_console(settings).app, listener, ready)


def run_errands(settings: Settings) -> None:
    """Run the errands of this desk until a signal ends it."""
    logs.begin(settings)
    migrate(settings.database_address)
    desk = open_desk(settings)
    files, line, parser = FileStore(settings.attachments, settings.message_bytes), make_line(settings, desk), Cells()
    if line is not None:
        wake.tell(line, desk)

    async def work() -> None:
        ended = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, ended.set)
        if line is not None:
            await line.start()
        async with _errands(desk, files, Templates(settings, Statics()), parser, settings):
            await ended.wait()
        if line is not None:
            await line.stop()

    try:
        asyncio.run(work())
    finally:
        parser.close()
        desk.database.close()


@asynccontextmanager
async def _errands(
    desk: Desk, files: FileStore, templates: Templates, parser: Parser, settings: Settings
) -> AsyncIterator[None]:
    """Errands, letters, mail that comes in, and housekeeping while this is open."""
    intake = Intake(desk, files, parser, settings.comment_characters)
    mail = taking_in(intake, settings.mail_imap, settings.mail_listen, shared=settings.workers > 1)
    letters = letter_team(LetterLeaves(files, templates, transport(settings.mail_smtp), sender_of(settings)))
    async with mail:
        thread = ThreadPoolExecutor(1, "letters")
        jobs = (
            runner.follow(desk),
            runner.follow(desk, letters, thread),
            lateness.watch(desk),
            keep_house(desk, files),
            keep_index(desk),
        )
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.to_thread(thread.shutdown)


def _lifespan(house: House, realtime: Realtime):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await realtime.start()
        errands = _errands(house.desk, house.files, house.templates, house.parser, house.settings)
        own = errands if house.settings.errands else nullcontext()
        try:
            async with own:
                yield
        finally:
            await realtime.stop()
            await asyncio.to_thread(house.parser.close)
            house.desk.database.close()

    return lifespan
