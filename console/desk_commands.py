"""`console user …` and `console ticket …`: single acts on the desk of a data folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from console.command_options import common, open_data, settings_from
from console.config import LANGUAGES
from console.desk.roles import ROLES

SHORTEST_PASSWORD = 8  # characters


@click.group()
def ticket() -> None:
    """The tickets of the desk."""


@ticket.command("close")
@common
@click.argument("number", type=click.IntRange(1))
def close_ticket(data: Path | None, number: int) -> None:
    """Close a ticket. Closed is final for its requester: what they write later opens a new one."""
    from console.desk.actions.closing import close

    _act(data, close, number)
    click.echo(f"Ticket #{number} is closed.")


@ticket.command("revoke-links")
@common
@click.argument("number", type=click.IntRange(1))
def revoke_links(data: Path | None, number: int) -> None:
    """End every link that mails of a ticket had; the next mail has a new one."""
    from console.desk.actions.closing import revoke_links

    _act(data, revoke_links, number)
    click.echo(f"The links to ticket #{number} are ended.")


@click.group()
def user() -> None:
    """The people of the desk."""


@user.command("add")
@common
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", type=click.Choice(ROLES), default="requester", show_default=True)
@click.option("--department", "departments", multiple=True, help="Department of a technician; may be given again.")
@click.option("--company", help="Company of a requester.")
@click.option("--sees-company", is_flag=True, help="Let them read and answer all requests of their company.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of their pages (default: their browser's).")
@click.password_option(help="Password (asked for when it is left out).")
def add_user(data: Path | None, email: str, password: str, company: str | None, **person: Any) -> None:
    """Add a person."""
    from console.desk.actions.staffing import add_person
    from console.passwords import Passwords

    if len(password) < SHORTEST_PASSWORD:
        raise click.UsageError(f"A password has {SHORTEST_PASSWORD} characters or more.")
    hashed = Passwords().hash_now(password)
    _act(data, add_person, None, email=email, password_hash=hashed, company_name=company, **person)
    click.echo(f"{email} was added.")


@user.command("access")
@common
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), help="New role.")
@click.option("--department", "departments", multiple=True, help="Departments from now on; may be given again.")
@click.option("--no-department", is_flag=True, help="No department from now on.")
@click.option("--company", "company_name", help="Company from now on.")
@click.option(
    "--sees-company/--no-sees-company", default=None, help="Let them read and answer all requests of their company."
)
@click.option("--active/--disabled", default=None, help="Let the person in, or end their sessions and keep them out.")
def change_user(
    data: Path | None, email: str, departments: tuple[str, ...], no_department: bool, **chosen: Any
) -> None:
    """Change what a person may open. A running desk follows within two seconds."""
    from console.desk.actions.staffing import change_access

    _act(data, change_access, None, email=email, departments=departments or (() if no_department else None), **chosen)
    click.echo(f"The access of {email} was changed.")


def _act(data: Path | None, action: Callable[..., Any], *given: Any, **named: Any) -> None:
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
        Desk(database, post=post_of(settings)).run(action, *given, **named)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    finally:
        database.close()
