"""The listener that a mail server hands mail to, over LMTP or SMTP. What it answers 250 to is kept, and can't be lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from console.mail.incoming import RAW_BYTES, TROUBLE, Intake

log = logging.getLogger(__name__)

MOST_RECIPIENTS = 100
THREADS = 2
IDLE_SECONDS = 120  # without a word of the client
LATER = "451 4.3.0 The desk can't take mail in now, try again later"
ANSWERS = {
    "too_large": "552 5.3.4 This mail is too large",
    "not_a_message": "554 5.6.0 This is no mail",
    "blocked": "550 5.7.1 Mail from this sender is not taken",
}


class LongLines(SMTP):
    """Programs write longer lines than they should, and nobody's words should be refused for that."""

    line_length_limit = 1 << 20


class LongLinesLMTP(LMTP):
    line_length_limit = LongLines.line_length_limit


class Handler:
    """What happens with each recipient and each mail. `source` is lmtp or smtp."""

    def __init__(self, intake: Intake, source: str, threads: Executor) -> None:
        self.intake, self.source, self._threads = intake, source, threads

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Sequence[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not address.isascii() or not address.isprintable() or not self.intake.desk.post.is_own(address.lower()):
            return "550 5.1.1 There is nobody with this address here"
        envelope.rcpt_tos.append(address.lower())
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        try:
            work = asyncio.get_running_loop().run_in_executor(self._threads, self._take, raw, tuple(envelope.rcpt_tos))
            answer = await asyncio.shield(work)
        except TROUBLE as problem:
            log.warning("a mail could not be kept: %s", type(problem).__name__)
            answer = LATER
        # LMTP answers for each recipient; they are all the desk's.
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if isinstance(server, LMTP) else 1))

    def _take(self, raw: bytes, recipients: tuple[str, ...]) -> str:
        kept = self.intake.keep(raw, self.source, recipients)
        try:
            told = self.intake.file(kept).told
        except TROUBLE as problem:  # it is kept, and is filed later
            log.warning("mail %s is filed later: %s", kept, type(problem).__name__)
            return "250 2.0.0 Ok"
        return ANSWERS.get(told.get("reason") or "", LATER) if told.get("result") == "rejected" else "250 2.0.0 Ok"


@asynccontextmanager
async def listening(address: str, intake: Intake, *, shared: bool = False) -> Any:
    """Listen at `lmtp://host:port` or `smtp://host:port`; `shared` with other workers. Gives the port."""
    parts = urlsplit(address)
    protocol: Callable[..., SMTP] = LongLinesLMTP if parts.scheme == "lmtp" else LongLines
    threads = ThreadPoolExecutor(THREADS, "mail")  # parsing takes its time, and must not hold up what people do
    handler = Handler(intake, parts.scheme, threads)

    def made() -> SMTP:
        return protocol(
            handler,
            data_size_limit=RAW_BYTES,
            enable_SMTPUTF8=False,
            hostname="desk",
            ident="Agent Console",
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(
        made, parts.hostname or "127.0.0.1", parts.port or 0, reuse_port=shared or None
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        threads.shutdown()
