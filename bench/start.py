"""How long a start takes: `console serve` on an existing desk, and the second ./run of the demo, until /healthz answers."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic

from bench.measuring import cpu_seconds, introduce, load, resident_kb, show
from bench.stage import ROOT, Server, running, served, staged

DEMO = "Agent Console, demo desk: "


class Starts:
    """Starts of one kind: seconds until the answer, and CPU seconds spent by then."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self.spent: list[float] = []

    def add(self, server: Server) -> None:
        self.waited.append(server.started)
        self.spent.append(cpu_seconds(server.pid))

    @property
    def row(self) -> tuple[float, ...]:
        return median(self.waited), min(self.waited), max(self.waited), median(self.spent)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="starts of each kind, in turn; medians are shown (5)")
    asked = parser.parse_args()
    introduce("Starting until /healthz answers")
    first, serve, run, built = Starts(), Starts(), Starts(), Starts()
    bare: list[float] = []
    memory: list[int] = []
    with (
        staged(technicians=5, messages=[5] * 20) as stage,
        tempfile.TemporaryDirectory(prefix="console-bench-") as folder,
        bytecode_in(Path(folder) / "bytecode"),
    ):
        demo = [str(ROOT / "run"), "--data", str(Path(folder) / "demo"), "--port", "0"]
        with served(stage) as server:
            first.add(server)
        with running(demo, DEMO) as server:
            built.add(server)
        for _ in range(asked.rounds):
            bare.append(_python())
            with served(stage) as server:
                serve.add(server)
                memory.append(resident_kb(server.pid))
            with running(demo, DEMO) as server:
                run.add(server)
    show(
        ("start", "median s", "fastest", "slowest", "CPU s"),
        [
            ("python that does nothing", median(bare), min(bare), max(bare), "–"),
            ("console serve, existing desk", *serve.row),
            ("./run, second time", *run.row),
            ("once: console serve, nothing compiled yet", *first.row),
            ("once: ./run, builds the demo desk", *built.row),
        ],
    )
    print(
        f"\nThe served process has {median(memory) / 1024:.0f} MiB then. {asked.rounds} starts each, {load()} at the end."
    )


@contextmanager
def bytecode_in(folder: Path) -> Iterator[None]:
    """Let Python keep what it compiled, as it does on everybody's machine, but in a folder of our own."""
    before = {name: os.environ.pop(name, None) for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")}
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    try:
        yield
    finally:
        del os.environ["PYTHONPYCACHEPREFIX"]
        os.environ.update({name: value for name, value in before.items() if value is not None})


def _python() -> float:
    began = monotonic()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return monotonic() - began


if __name__ == "__main__":
    main()
