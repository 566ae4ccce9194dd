"""The group of all commands: when the database can't be opened, they end with a sentence."""

from __future__ import annotations

import os
from typing import Any

import click


class Unavailable(click.ClickException):
    exit_code = os.EX_UNAVAILABLE


class Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as problem:
            reason = _reason(problem)
            if reason is None:
                raise
            mend = "Start it, or correct CONSOLE_DATABASE_URL; `console check` says more."
            raise Unavailable(f"The database can't be opened ({reason}). {mend}") from None


def _reason(problem: Exception) -> str | None:
    """What the database or the library for it said, without the address, which may hold a password."""
    if not type(problem).__module__.startswith("sqlalchemy."):
        return None
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

    if isinstance(problem, OperationalError):
        return str(problem.orig).strip().splitlines()[0]
    return type(problem).__name__ if isinstance(problem, ArgumentError | NoSuchModuleError) else None
