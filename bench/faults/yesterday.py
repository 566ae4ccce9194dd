"""C9: yesterday's backup is restored under people whose pages show what it does not have."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import httpx2

from bench.faults.fleet import ROOT, Fleet
from bench.faults.trial import PATIENCE, Outcome, judged

WORK = 10.0  # seconds
VANISHES = "This is not in the backup"


async def restored(fleet: Fleet) -> Outcome:
    """A crew works; a backup is made; more happens, which every page shows; the backup is restored."""
    crew = fleet.crew()
    archive = fleet.folder / "yesterday.tar"
    try:
        await crew.start()
        await crew.run(WORK)
        await crew.settle(PATIENCE)
        await asyncio.to_thread(_console, fleet, "backup", str(archive))
        await _write(fleet, list(crew.tickets))
        shown = await crew.settle(PATIENCE)
        for worker in fleet.workers:
            await asyncio.to_thread(worker.end)
        await asyncio.to_thread(_console, fleet, "restore", "--replace", str(archive))
        for worker in fleet.workers:
            worker.start()
            await asyncio.to_thread(worker.wait)
        report = await crew.settle(PATIENCE)
    finally:
        await crew.stop()
    also = [] if shown.consistent_after is not None else ["the pages never showed what was to vanish"]
    return judged(report, also)


async def _write(fleet: Fleet, numbers: list[int]) -> None:
    """What nobody will have heard of."""
    account = fleet.technicians[-1]
    async with httpx2.AsyncClient(base_url=f"{fleet.workers[0].url}/api/v1", timeout=30, trust_env=False) as client:
        asked = {"email": account.email, "password": account.password, "name": "yesterday"}
        token = (await client.post("/tokens", json=asked)).raise_for_status().json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        for number in numbers:
            for message in (
                {"kind": "note", "body": VANISHES},
                {"kind": "reply", "body": VANISHES, "status": "pending"},
            ):
                (await client.post(f"/tickets/{number}/messages", json=message)).raise_for_status()


def _console(fleet: Fleet, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "console", *words], cwd=ROOT, env=fleet.environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
