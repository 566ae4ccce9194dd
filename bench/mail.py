"""How fast mail comes in, and what a page feels of it: `python -m bench.mail [--mails N]`.

A desk listens for a mail server. First its ticket page is asked for alone, then while mails of 20 kB come in as fast as they
are taken, one of them in fifty with a file of 10 MB if `--large`.
"""

from __future__ import annotations

import argparse
import asyncio
import smtplib
import socket
from email.message import EmailMessage
from email.policy import SMTP
from time import monotonic

from bench.clients import Browser
from bench.measuring import introduce, load, percentile, show
from bench.stage import Server, Stage, served, staged

LINES = "\n".join(
    f"{nth:03} the printer in hall 3 prints nothing, and nobody knows why it does so" for nth in range(260)
)
LARGE = bytes(range(256)) * 40_000
LINES_AT_ONCE = 3  # connections, as a mail server opens them
ALONE = 8.0  # seconds
APART = 0.02  # seconds between two pages


def mail(nth: int, large: bool) -> bytes:
    """A mail of 20 kB from one of fifty people, so that none of them floods the desk."""
    built = EmailMessage(policy=SMTP)
    built["From"] = f"Person {nth} <person{nth}@bench.example>"
    built["To"] = "support@bench.example"
    built["Subject"], built["Message-ID"] = f"Mail {nth}", f"<{nth}@bench.example>"
    built.set_content(LINES)
    if large and nth % 50 == 0:
        built.add_attachment(LARGE, maintype="application", subtype="octet-stream", filename="large.bin")
    return built.as_bytes()


def send(port: int, mails: list[bytes]) -> None:
    """Hand over all of them, one after the other."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
        for raw in mails:
            server.sendmail("x@bench.example", ["support@bench.example"], raw)


async def look(stage: Stage, server: Server, ended: asyncio.Event) -> list[float]:
    """Ask for a ticket's page again and again, a little apart; gives the times in ms."""
    felt: list[float] = []
    browser = Browser(server.host, server.port, stage.cookie("tech0"))
    while not ended.is_set():
        began = monotonic()
        await browser.get(f"/tickets/{stage.tickets[0]}")
        felt.append((monotonic() - began) * 1_000)
        await asyncio.sleep(APART)
    return felt


async def both(stage: Stage, server: Server, port: int, mails: list[bytes]) -> tuple[list[float], list[float], float]:
    """The pages alone, the pages while mail comes in, and the seconds that the mail took."""
    ended = asyncio.Event()
    alone = asyncio.create_task(look(stage, server, ended))
    await asyncio.sleep(ALONE)
    ended.set()
    quiet = await alone
    ended = asyncio.Event()
    meanwhile = asyncio.create_task(look(stage, server, ended))
    began = monotonic()
    await asyncio.gather(*(asyncio.to_thread(send, port, mails[nth::LINES_AT_ONCE]) for nth in range(LINES_AT_ONCE)))
    seconds = monotonic() - began
    ended.set()
    return quiet, await meanwhile, seconds


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mails", type=int, default=400)
    options.add_argument("--large", action="store_true", help="a file of 10 MB in one of fifty")
    asked = options.parse_args()
    introduce("mail → kept → parsed apart → filed. One process, SQLite, synchronous=FULL")
    mails = [mail(nth, asked.large) for nth in range(asked.mails)]
    port = free_port()
    listen = {"CONSOLE_MAIL_ADDRESS": "support@bench.example", "CONSOLE_MAIL_LISTEN": f"smtp://127.0.0.1:{port}"}
    with staged(technicians=1, messages=[20]) as stage, served(stage, **listen) as server:
        quiet, busy, seconds = asyncio.run(both(stage, server, port, mails))
    size = sum(map(len, mails)) / len(mails) / 1_000
    show(
        ("", "mails/s", "page p50", "p95", "p99 ms"),
        [
            ("alone", "", *(f"{percentile(quiet, each):.1f}" for each in (0.5, 0.95, 0.99))),
            (
                "meanwhile",
                f"{len(mails) / seconds:.1f}",
                *(f"{percentile(busy, each):.1f}" for each in (0.5, 0.95, 0.99)),
            ),
        ],
    )
    print(f"{len(mails)} mails of {size:.0f} kB on average, over {LINES_AT_ONCE} connections, {load()} at the end.")


if __name__ == "__main__":
    main()
