"""The command line: `console --help`."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from console import __version__
from console.command_group import Commands
from console.command_options import common, open_data, settings_from
from console.config import Settings
from console.desk_commands import ticket, user
from console.mail_command import mail
from console.robot_command import robots
from console.search_command import search

MARK = "demo-desk"  # a file that only a demo's data folder has


def main() -> None:
    os.umask(0o077)  # what the desk writes is for the desk alone
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )  # until the settings are read
    cli(prog_name="console")


@click.group(cls=Commands)
@click.version_option(__version__)
def cli() -> None:
    """Agent Console: a help desk in which everybody sees the same ticket at the same moment."""


@cli.command()
@common
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (default 8000; 0 takes a free one).")
@click.option("--workers", type=click.IntRange(1), help="Processes that serve (default 1).")
@click.option("--errands/--no-errands", default=None, help="Run errands too, or leave them to `console work`.")
def serve(**options: Any) -> None:
    """Run the desk."""
    from console.app import run
    from console.migrating import migrate
    from console.serving import held, listening, refuse_several
    from console.supervising import Supervisor

    settings = settings_from(**options)
    refuse_several(settings)
    _refuse_demo(settings)
    open_data(settings)
    with held(settings), listening(settings) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})

        def told() -> None:
            click.echo(f"Agent Console runs on {settings.address}")

        if settings.workers == 1:
            told()
            run(settings, listener)
        else:
            migrate(settings.database_address)
            sys.exit(Supervisor(partial(run, settings), listener, settings.workers).run(told))


@cli.command()
@common
def work(**options: Any) -> None:
    """Run errands in a process of their own, for servers that leave them to it (`console serve --no-errands`)."""
    from console.app import run_errands
    from console.serving import held

    settings = settings_from(**options)
    _refuse_demo(settings)
    open_data(settings)
    with held(settings):
        click.echo("Agent Console runs errands.")
        run_errands(settings)


def _refuse_demo(settings: Settings) -> None:
    if (settings.data / MARK).exists():
        raise click.UsageError(
            f"{settings.data} holds a demo desk, whose password everybody knows. Run `console demo`."
        )


@cli.command()
@click.option(
    "--data", type=click.Path(path_type=Path), default=Path("data/demo"), help="Data folder (default data/demo)."
)
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (default 8000; 0 takes a free one).")
@click.option("--fresh", is_flag=True, help="Build the demo desk anew; what was done in it is lost.")
@click.option("--tickets", type=click.IntRange(0), default=0, help="So many more tickets, when the desk is built.")
def demo(data: Path, port: int | None, fresh: bool, tickets: int) -> None:
    """Run a demo desk: more than 200 tickets in three languages, and accounts to try it with."""
    from console import logs
    from console.app import make_console
    from console.demo.building import PASSWORD, accounts
    from console.serving import held, listening, serve

    # A demo writes to nobody and reads nobody's mail, whatever the environment says.
    quiet = {"mail_smtp": "", "mail_imap": "", "mail_listen": "", "mail_address": "support@demo.example"}
    settings = settings_from(data=data, port=port, database_url="", **quiet)
    if data.is_dir() and any(data.iterdir()) and not (data / MARK).exists():
        raise click.UsageError(
            f"{data} holds something that is not a demo desk; it stays as it is. Choose another --data."
        )
    open_data(settings)
    (data / MARK).touch()
    with held(settings), listening(settings) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        _build_demo(settings, fresh, tickets)
        logs.begin(settings)
        app = make_console(settings, demo_accounts=accounts()).app
        click.echo(f"Agent Console, demo desk: {settings.address}\n")
        for email, role in accounts():
            click.echo(f"  {email:<22} {role}")
        click.echo(
            f"\nThe password of every account is: {PASSWORD}\nCtrl-C ends the desk; it keeps what was done in it."
        )
        serve(app, listener)


def _build_demo(settings: Settings, fresh: bool, tickets: int) -> None:
    from console.database import Database
    from console.demo.building import PASSWORD, build
    from console.demo.crowding import enlarge
    from console.migrating import migrate
    from console.passwords import Passwords

    built = settings.data / "built"
    if fresh or not built.exists():
        for left in settings.data.glob("desk.db*"):
            left.unlink()
        shutil.rmtree(settings.attachments, ignore_errors=True)
        open_data(settings)
        built.unlink(missing_ok=True)
        click.echo("Building the demo desk …", nl=False)
        migrate(settings.database_address)
        database = Database(settings.database_address, durable=False)
        try:
            click.echo(f" {build(database, Passwords().hash_now(PASSWORD))} tickets.")
            if tickets:
                enlarge(database, tickets)
        finally:
            database.close()
        built.touch()


@cli.command()
@common
def migrate(data: Path | None) -> None:
    """Make or update the database."""
    from console.migrating import current, migrate

    settings = settings_from(data=data)
    open_data(settings)
    migrate(settings.database_address)
    click.echo(f"The database is at revision {current(settings.database_address)}.")


@cli.command()
@common
def check(data: Path | None) -> None:
    """Tell what is misconfigured, and how to mend it."""
    from console.checking import findings

    settings = settings_from(data=data)
    found = findings(settings)
    for each in found:
        click.echo(f"- {each}")
    if found:
        sys.exit(os.EX_CONFIG)
    click.echo("Nothing is wrong.")


@cli.command()
@common
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(data: Path | None, file: Path) -> None:
    """Write the whole desk into FILE, also while it runs."""
    from console.archive.commands import back_up

    back_up(settings_from(data=data), file)


@cli.command()
@common
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="Put it in the place of the desk that is there; what is in it is lost.")
def restore(data: Path | None, file: Path, replace: bool) -> None:
    """Put the desk in FILE here, on SQLite or PostgreSQL, whichever it came from."""
    from console.archive.commands import restore

    settings = settings_from(data=data)
    open_data(settings)
    restore(settings, file, replace=replace)


cli.add_command(mail)
cli.add_command(ticket)
cli.add_command(user)
cli.add_command(robots)
cli.add_command(search)

if __name__ == "__main__":
    main()
