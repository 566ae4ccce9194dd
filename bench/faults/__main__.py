"""`python -m bench.faults [NAME …]`: breaks a desk in each of these ways, and prints one line for each."""

from __future__ import annotations

import sys

import click

from bench.faults.trials import FAULTS


@click.command()
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Break a desk; NAMES are beginnings of faults (C1 C2 …), all if none is given."""
    failed = 0
    for name, trial in FAULTS.items():
        if names and not name.startswith(names):
            continue
        outcome = trial.carry_out(name)
        click.echo(outcome.figures)
        for sentence in outcome.wrong[:10]:
            click.echo(f"  - {sentence[:1_500]}")
        failed += bool(outcome.wrong)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
