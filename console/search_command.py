"""`console search …`: the index that tickets are searched in."""

from __future__ import annotations

from pathlib import Path

import click

from console.command_options import common, open_data, settings_from


@click.group()
def search() -> None:
    """The index that tickets are searched in."""


@search.command("rebuild")
@common
@click.option("--resume", is_flag=True, help="Go on where the last time ended, instead of beginning anew.")
def rebuild(data: Path | None, resume: bool) -> None:
    """Index every message anew, newest first; the desk may run meanwhile. Whatever ends this, it can be resumed."""
    from console.database import Database
    from console.desk import search_index
    from console.desk.keeping import index_more
    from console.migrating import migrate

    settings = settings_from(data=data)
    open_data(settings)
    migrate(settings.database_address)
    database = Database(settings.database_address, patient=True)
    try:
        if not resume:
            with database.writing() as connection:
                search_index.begin_anew(connection)
        left = database.read_now(search_index.left)
        with click.progressbar(length=left, label="Indexing") as bar:
            while left:
                before, left = left, index_more(database)
                bar.update(before - left)
    finally:
        database.close()
    click.echo("Every message can be found.")
