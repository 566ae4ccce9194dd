"""C6: readers that answer every ping and never read, while a ticket that they have joined changes all the time."""

from __future__ import annotations

import asyncio
from time import monotonic

import httpx2

from bench.faults.fleet import Fleet, Worker
from bench.faults.wires import PONG, Wire

READERS = 20
RECEIVES = 4_096  # bytes that a reader's kernel takes in
NOTES = 4_000  # characters of each note
FLOOD = 20.0  # seconds
CUT_WITHIN = 15.0  # seconds: the promise
GROWTH = 40.0  # MiB: the promise


async def silent_readers(fleet: Fleet, _seconds: float) -> list[str]:
    """Twenty of them on one worker; each has to be cut off, and the worker's memory stays bounded."""
    worker = fleet.workers[0]
    async with httpx2.AsyncClient(base_url=worker.url, timeout=30, trust_env=False) as client:
        token = await fleet.token(fleet.technicians[-1])
        client.headers["authorization"] = f"Bearer {token}"
        opened = {
            "subject": "A flood",
            "body": "It rains.",
            "department": "Support",
            "requester": fleet.requesters[0].email,
        }
        number = (await client.post("/api/v1/tickets", json=opened)).raise_for_status().json()["number"]
        readers = [await _reader(worker, token, number) for _ in range(READERS)]
        before, began = worker.memory(), monotonic()
        pinging = [asyncio.create_task(_answer_pings(each)) for each in readers]
        most = before
        while monotonic() - began < FLOOD and not all(each.done() for each in pinging):
            note = {"kind": "note", "body": "Drop after drop. " * (NOTES // 17)}
            await asyncio.gather(*(client.post(f"/api/v1/tickets/{number}/messages", json=note) for _ in range(4)))
            most = max(most, worker.memory())
        done, left = await asyncio.wait(pinging, timeout=max(0.1, 3 * CUT_WITHIN - (monotonic() - began)))
        for each in left:
            each.cancel()
        await asyncio.gather(*pinging, return_exceptions=True)
    wrong = [f"{len(left)} of {READERS} silent readers were never cut off"] if left else []
    if most - before > GROWTH:
        wrong.append(f"memory grew by {most - before:.0f} MiB, promised are {GROWTH:.0f}")
    latest = max((each.result() - began for each in done), default=0.0)
    if latest > 3 * CUT_WITHIN:
        wrong.append(f"the last silent reader was cut off after {latest:.0f} s")
    print(f"  silent readers: {len(done)} cut off, the last after {latest:.1f} s; memory +{most - before:.1f} MiB")
    return wrong


async def _reader(worker: Worker, token: str, number: int) -> Wire:
    """A connection that has asked for the ticket and reads no further."""
    wire = await Wire.open(worker.port, receives=RECEIVES)
    await wire.upgrade()
    await wire.ask_in(token)
    await wire.entered()
    await wire.ask_to_join(number)
    return wire


async def _answer_pings(wire: Wire) -> float:
    """Answer blindly until the connection is ended; gives when it was."""
    try:
        while True:
            await wire.send(PONG)
            await asyncio.sleep(1.0)
    except OSError:
        return monotonic()
    finally:
        wire.reset()
