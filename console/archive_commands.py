"""`console backup` and `console restore`: options, progress, and what is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from console.archive import Contents
    from console.config import Settings


def back_up(settings: Settings, file: Path) -> None:
    """Write a backup to `file`."""
    from console import archive
    from console.migrating import migrate

    if file.exists():
        raise click.ClickException(f"{file} exists already. Choose another name.")
    migrate(settings.database_address)
    with click.progressbar(length=0, label="Backing up", show_pos=True, show_percent=False, show_eta=False) as bar:
        missing = archive.back_up(settings, file, progress=bar.update)
    for key in missing:
        click.echo(f"The file of attachment {key} is missing in the data folder; it is not in the backup.", err=True)
    click.echo(f"{file} was written.")


def restore(settings: Settings, file: Path, *, replace: bool) -> None:
    """Check the archive, and put it in the place of the desk."""
    from console import archive
    from console.serving import held

    try:
        contents = archive.check(file)
    except archive.Unusable as problem:
        raise click.ClickException(str(problem)) from None
    with held(settings, alone=True):
        if not archive.is_empty(settings) and not replace:
            raise click.ClickException(
                "There is a desk already, and it would be lost. Name another --data, or say --replace."
            )
        with click.progressbar(length=_steps(contents), label="Restoring") as bar:
            archive.restore(settings, file, progress=bar.update)
    click.echo(f"The desk of {contents.made} is back. Every open page will begin anew.")


def _steps(contents: Contents) -> int:
    return sum(contents.rows.values()) + len(contents.attachments)
