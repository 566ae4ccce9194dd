"""What commands have in common: their options, the settings, the data folder."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from console.config import Settings, prepare_data
from console.postal import WrongSetting, post_of


def common(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that opens a desk."""
    data = click.option(
        "--data", type=click.Path(path_type=Path), help="Data folder (default: CONSOLE_DATA or ./data)."
    )
    return data(command)


def settings_from(**given: Any) -> Settings:
    """The settings with what the command line said on top. A wrong one ends the command with a clear sentence."""
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
        post_of(settings)
        return settings
    except WrongSetting as refusal:
        raise click.UsageError(f"These settings are not possible: {refusal}") from None
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
