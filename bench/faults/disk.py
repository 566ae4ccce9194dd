"""C7: the disk is full. The worker's files may not grow any more, as if nothing were left; reading goes on."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Sequence
from time import monotonic, sleep

import httpx2
import psutil
from sqlalchemy import Column, Connection, select

from bench.faults.broken import LEAVES
from bench.faults.fleet import Fleet
from console.database import Database
from console.desk.tables import FILE_KEYS

FULL_AT = 4_096  # bytes: a change needs more than that of the write-ahead log
FULL = 10.0  # seconds
SETTLED = 5.0  # seconds after which a change that keeps a file has long been done


async def disk_full(fleet: Fleet, _seconds: float) -> list[str]:
    """Commands are refused cleanly and nothing of them is stored; when there is room again all goes on by itself."""
    (worker,) = fleet.workers
    await asyncio.sleep(LEAVES)
    account = fleet.technicians[-1]
    async with httpx2.AsyncClient(base_url=worker.url, timeout=30, trust_env=False) as client:
        await client.post("/sign-in", data={"email": account.email, "password": account.password})
        process = psutil.Process(worker.pid)
        process.rlimit(psutil.RLIMIT_FSIZE, (FULL_AT, resource.RLIM_INFINITY))
        try:
            wrong = await _asked(client)
            await asyncio.sleep(FULL)
            kept = {path.name for path in (fleet.folder / "data" / "attachments").glob("*/*")}
        finally:
            process.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wrong += await asyncio.to_thread(_left, fleet, kept)
        page = (await client.get("/tickets/1")).text
        wrong += ["something of a refused note was stored"] if "No room for this" in page else []
        said = await _note(client, "There is room again")
        wrong += [] if said == 200 else [f"with room again a note was answered with {said}"]
    return wrong


async def _asked(client: httpx2.AsyncClient) -> list[str]:
    """What a person meets while the disk is full."""
    wrong = []
    large = {"files": ("large.txt", b"x" * 50_000)}
    for what, status in (
        ("a note", await _note(client, "No room for this")),
        ("a note with a file", await _note(client, "No room for this", files=large)),
    ):
        if status != 503:
            wrong.append(f"with a full disk {what} was answered with {status}")
    opened = (await client.get("/tickets/1")).status_code
    return wrong + ([] if opened == 200 else [f"with a full disk a ticket was answered with {opened}"])


def _left(fleet: Fleet, left: set[str]) -> list[str]:
    """Those of these files that nothing names. One that was just being kept has its row a moment later, so it is looked for
    again."""
    database = Database(fleet.address)
    until = monotonic() + SETTLED
    try:
        while True:
            left -= {key for column in FILE_KEYS for key in database.read_now(_kept, column)}
            if not left or monotonic() > until:
                break
            sleep(0.1)
    finally:
        database.close()
    return [f"{len(left)} files of refused messages were left"] if left else []


def _kept(connection: Connection, column: Column[str]) -> Sequence[str]:
    return connection.execute(select(column)).scalars().all()


async def _note(client: httpx2.AsyncClient, body: str, **more: object) -> int:
    json = {"accept": "application/json"}
    return (await client.post("/tickets/1/notes", data={"body": body}, headers=json, **more)).status_code  # type: ignore[arg-type]
