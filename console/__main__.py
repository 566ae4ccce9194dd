"""The command line: `console --help`."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from console import __version__
from console.command_group import Commands
from console.config import LANGUAGES, Settings, prepare_data
from console.desk.roles import ROLES
from console.mail_command import mail
from console.robot_command import robots

MARK = "demo-desk"  # a file that only a demo's data folder has
SHORTEST_PASSWORD = 8  # characters


def main() -> None:
    os.umask(0o077)  # what the desk writes is for the desk alone
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )  # until the settings are read
    cli(prog_name="console")


def common(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that opens a desk."""
    data = click.option(
        "--data", type=click.Path(path_type=Path), help="Data folder (default: CONSOLE_DATA or ./data)."
    )
    return data(command)


def settings_from(**given: Any) -> Settings:
    """The settings with what the command line said on top. A wrong one ends the command with a clear sentence."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise click.UsageError(f"These settings are not possible: {wrong}") from None
    except tomllib.TOMLDecodeError as error:
        raise click.UsageError(f"console.toml in the data folder can't be read: {error}.") from None


def open_data(settings: Settings) -> None:
    """Make the data folder, or end the command with a sentence that says why it can't be one."""
    try:
        prepare_data(settings)
    except OSError as error:
        raise click.UsageError(f"{settings.data} can't be the data folder: {error.strerror}.") from None


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
def demo(data: Path, port: int | None, fresh: bool) -> None:
    """Run a demo desk: more than 200 tickets in three languages, and accounts to try it with."""
    from console import logs
    from console.app import make_console
    from console.demo.building import PASSWORD, accounts
    from console.serving import held, listening, serve

    settings = settings_from(data=data, port=port, database_url="")
    if data.is_dir() and any(data.iterdir()) and not (data / MARK).exists():
        raise click.UsageError(
            f"{data} holds something that is not a demo desk; it stays as it is. Choose another --data."
        )
    open_data(settings)
    (data / MARK).touch()
    with held(settings), listening(settings) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        _build_demo(settings, fresh)
        logs.begin(settings)
        app = make_console(settings, demo_accounts=accounts()).app
        click.echo(f"Agent Console, demo desk: {settings.address}\n")
        for email, role in accounts():
            click.echo(f"  {email:<22} {role}")
        click.echo(
            f"\nThe password of every account is: {PASSWORD}\nCtrl-C ends the desk; it keeps what was done in it."
        )
        serve(app, listener)


def _build_demo(settings: Settings, fresh: bool) -> None:
    from console.database import Database
    from console.demo.building import PASSWORD, build
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


@cli.group()
def user() -> None:
    """The people of the desk."""


@user.command("add")
@common
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", type=click.Choice(ROLES), default="requester", show_default=True)
@click.option("--department", "departments", multiple=True, help="Department of a technician; may be given again.")
@click.option("--company", help="Company of a requester.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of their pages (default: their browser's).")
@click.password_option(help="Password (asked for when it is left out).")
def add_user(data: Path | None, email: str, password: str, company: str | None, **person: Any) -> None:
    """Add a person."""
    from console.desk.actions.staffing import add_person
    from console.passwords import Passwords

    if len(password) < SHORTEST_PASSWORD:
        raise click.UsageError(f"A password has {SHORTEST_PASSWORD} characters or more.")
    hashed = Passwords().hash_now(password)
    _act(data, add_person, email=email, password_hash=hashed, company_name=company, **person)
    click.echo(f"{email} was added.")


@user.command("access")
@common
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), help="New role.")
@click.option("--department", "departments", multiple=True, help="Departments from now on; may be given again.")
@click.option("--no-department", is_flag=True, help="No department from now on.")
@click.option("--active/--disabled", default=None, help="Let the person in, or end their sessions and keep them out.")
def change_user(
    data: Path | None, email: str, departments: tuple[str, ...], no_department: bool, **chosen: Any
) -> None:
    """Change what a person may open. A running desk follows within two seconds."""
    from console.desk.actions.staffing import change_access

    _act(data, change_access, email=email, departments=departments or (() if no_department else None), **chosen)
    click.echo(f"The access of {email} was changed.")


def _act(data: Path | None, action: Callable[..., Any], **named: Any) -> None:
    """Run one action on the desk of this data folder."""
    from console.database import Database
    from console.desk.desk import Desk
    from console.desk.errors import Refused
    from console.migrating import migrate
    from console.postal import post_of

    settings = settings_from(data=data)
    open_data(settings)
    migrate(settings.database_address)
    database = Database(settings.database_address)
    try:
        Desk(database, post=post_of(settings)).run(action, None, **named)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    finally:
        database.close()


cli.add_command(mail)
cli.add_command(robots)

if __name__ == "__main__":
    main()
