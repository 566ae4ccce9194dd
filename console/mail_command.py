"""`console mail …`: what an operator, a mail server's pipe or a script does with mail."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click


class MailGroup(click.Group):
    """Wrong words on the command line end with the code that mail servers know for it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _usage():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _usage():
            return super().invoke(ctx)


@contextmanager
def _usage() -> Iterator[None]:
    try:
        yield
    except click.UsageError as problem:
        wrong = WrongUsage(problem.message, problem.ctx)
        raise wrong from None


class WrongUsage(click.UsageError):
    exit_code = os.EX_USAGE


@click.group(cls=MailGroup)
def mail() -> None:
    """Mail: parse it, take it in, fetch it."""


@mail.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
def parse(files: tuple[str, ...]) -> None:
    """Tell what mails say, as one line of JSON each; of standard input without FILE."""
    from console.mail.telling import tell

    worst = os.EX_OK
    for name in files or ("-",):
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as problem:
            click.echo(f"{name} can't be read: {problem.strerror}.", err=True)
            worst = max(worst, os.EX_NOINPUT)
            continue
        code, line, words = tell(raw)
        _write(line)
        if words:
            click.echo(f"{name if files else 'Standard input'}: {words}", err=True)
        worst = max(worst, code)
    sys.exit(worst)


@mail.command()
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (default: CONSOLE_DATA or ./data).")
@click.option("--address", "addresses", multiple=True, help="A further address that is our own; may be given again.")
@click.option("--no-bounce", is_flag=True, help="End with 0 instead of 77 for mail that is refused by policy.")
@click.option("--json", "_json", is_flag=True, default=True, help="Tell what became of it as JSON, as it always does.")
def receive(data: Path | None, addresses: tuple[str, ...], no_bounce: bool, _json: bool) -> None:
    """Take one mail in from standard input, as a mail server's pipe gives it, and tell what became of it."""
    from console.mail.telling import line
    from console.receiving import Refusal, receive

    try:
        code, told = receive(sys.stdin.buffer, data, addresses, bounces=not no_bounce)
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(refusal.code)
    _write(line(told))
    sys.exit(code)


@mail.command()
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (default: CONSOLE_DATA or ./data).")
def fetch(data: Path | None) -> None:
    """Read every mailbox of the settings once, to its end."""
    from console.receiving import Refusal, fetch

    try:
        for name, count in fetch(data):
            click.echo(f"{name}: {count} mails")
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(refusal.code)


def _write(line: bytes) -> None:
    if line:
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
