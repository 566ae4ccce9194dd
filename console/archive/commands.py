"""`console backup` and `console restore`: options, progress, and what is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from console.archive.contents import Contents
    from console.config import Settings


def back_up(settings: Settings, file: Path) -> None:
    """Write a backup to `file`."""
    from console.archive import backing_up
    from console.migrating import migrate

    if file.exists():
        raise click.ClickException(f"{file} exists already. Choose another name.")
    migrate(settings.database_address)
    with (
        _in_a_sentence(f"{file} can't be written"),
        click.progressbar(length=0, label="Backing up", show_pos=True, show_percent=False, show_eta=False) as bar,
    ):
        missing = backing_up.back_up(settings, file, progress=bar.update)
    for key in missing:
        click.echo(f"The file of attachment {key} is missing in the data folder; it is not in the backup.", err=True)
    click.echo(f"{file} was written.")


def restore(settings: Settings, file: Path, *, replace: bool) -> None:
    """Check the archive, and put it in the place of the desk."""
    from console.archive import contents, restoring
    from console.serving import held

    with _in_a_sentence(f"{file} was not restored"):
        found = contents.check(file)
        with held(settings, alone=True):
            if not restoring.is_empty(settings) and not replace:
                raise click.ClickException(
                    "There is a desk already, and it would be lost. Name another --data, or say --replace."
                )
            with click.progressbar(length=_steps(found), label="Restoring") as bar:
                restoring.restore(settings, file, progress=bar.update)
    click.echo(f"The desk of {found.made} is back. Every open page will begin anew.")


@contextmanager
def _in_a_sentence(what: str) -> Iterator[None]:
    """What went wrong, for whoever typed the command."""
    from console.archive.contents import Unusable

    try:
        yield
    except Unusable as problem:
        raise click.ClickException(str(problem)) from None
    except OSError as problem:
        raise click.ClickException(f"{what}: {problem.strerror or type(problem).__name__}.") from None
    except DBAPIError as problem:
        raise click.ClickException(f"{what}: {str(problem.orig).splitlines()[0]}.") from None


def _steps(contents: Contents) -> int:
    return sum(contents.rows.values()) + len(contents.attachments)
