"""How long a start takes: `console serve` on an existing desk, and the second ./run of the demo, until /healthz answers."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic

from bench.measuring import introduce, load, resident_kb, show
from bench.stage import ROOT, running, served, staged

DEMO = "Agent Console, demo desk: "


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="starts of each kind, in turn; medians are shown (5)")
    asked = parser.parse_args()
    introduce("Starting until /healthz answers")
    serve: list[float] = []
    run: list[float] = []
    bare: list[float] = []
    memory: list[int] = []
    with staged(technicians=5, messages=[5] * 20) as stage, tempfile.TemporaryDirectory(prefix="console-bench-") as folder:
        demo = [str(ROOT / "run"), "--data", str(Path(folder) / "demo"), "--port", "0"]
        with running(demo, DEMO) as first:
            built = first.started
        for _ in range(asked.rounds):
            bare.append(_python())
            with served(stage.data) as server:
                serve.append(server.started)
                memory.append(resident_kb(server.pid))
            with running(demo, DEMO) as server:
                run.append(server.started)
    show(
        ("start", "median s", "fastest", "slowest"),
        [
            ("python that does nothing", median(bare), min(bare), max(bare)),
            ("console serve, existing desk", median(serve), min(serve), max(serve)),
            ("./run, second time", median(run), min(run), max(run)),
            ("./run, builds the demo (once)", built, built, built),
        ],
    )
    print(f"\nThe served process has {median(memory) / 1024:.0f} MiB then. {asked.rounds} starts each, {load()} at the end.")


def _python() -> float:
    import subprocess

    began = monotonic()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return monotonic() - began


if __name__ == "__main__":
    main()
