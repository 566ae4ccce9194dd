"""What every program here needs: percentiles, tables, what this machine is, and what a process costs."""

from __future__ import annotations

import math
import os
import platform
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

TICKS = os.sysconf("SC_CLK_TCK")  # of CPU time in /proc, per second
CALIBRATION_ROUNDS = 5
CALIBRATION_STEPS = 1_000_000


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of `values` lies (nearest rank); nan without any."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spread(values: Sequence[float]) -> list[float]:
    """p50, p95 and p99."""
    return [percentile(values, share) for share in (0.5, 0.95, 0.99)]


def medians(rows: Sequence[Sequence[float]]) -> list[float]:
    """The median of each column."""
    return [median(column) for column in zip(*rows, strict=True)]


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far, of all its threads, in user and kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def family(pid: int) -> list[int]:
    """A process and its children that live now."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def resident_kb(pid: int) -> int:
    """Memory of a process that is in RAM now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def calibration_ms() -> float:
    """The best time of a fixed loop: what this machine's Python can do, whatever else runs."""
    return min(_loop_ms() for _ in range(CALIBRATION_ROUNDS))


def _loop_ms() -> float:
    began = perf_counter()
    total = 0
    for step in range(CALIBRATION_STEPS):
        total += step & 7
    return (perf_counter() - began) * 1000


def introduce(title: str) -> None:
    """Say what is measured, and on what."""
    # Ended from outside, a program still has its server and its folder to clear away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    print(f"\n{title}")
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, calibration loop {calibration_ms():.0f} ms, {load()}"
    )


def load() -> str:
    """The load average, which tells how busy the machine was with other things."""
    return f"load average {os.getloadavg()[0]:.1f}"


def show(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table, the first column to the left and the others to the right."""
    cells = [[*headings], *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    print()
    for row in cells:
        print("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip())
    sys.stdout.flush()


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f}"
    return str(value)
