"""What is broken, and how. Each takes the fleet and the seconds that the crew works; all is whole again at the end."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable

import psycopg

from bench.faults.fleet import Fleet, Worker

Fault = Callable[[Fleet, float], Awaitable[list[str]]]  # breaks something in so many seconds; gives what else was wrong

RESTS = 1.0  # seconds between a kill and the start of its successor
LEAVES = 3.0  # seconds of work before the first fault, and at least as many after the last


async def killed_workers(fleet: Fleet, seconds: float, *, every: float = 4.0) -> list[str]:
    """C1: kill -9 of a random worker, again and again; somebody starts it anew."""
    ends = asyncio.get_running_loop().time() + seconds - LEAVES
    await asyncio.sleep(LEAVES / 2)
    while asyncio.get_running_loop().time() < ends:
        worker = random.choice(fleet.workers)
        await asyncio.to_thread(worker.kill)
        await asyncio.sleep(RESTS)
        worker.start()
        await asyncio.sleep(every - RESTS)
    for worker in fleet.workers:
        await asyncio.to_thread(worker.wait)
    return []


def redis_killed(down: float) -> Fault:
    """C2: Redis is killed and comes back empty after so many seconds."""

    async def fault(fleet: Fleet, _seconds: float) -> list[str]:
        pids = [each.pid for each in fleet.workers]
        await asyncio.sleep(LEAVES)
        await asyncio.to_thread(fleet.redis.kill)
        await asyncio.sleep(down)
        await asyncio.to_thread(fleet.redis.start)
        return restarted(fleet, pids)

    return fault


def redis_stopped(down: float) -> Fault:
    """C2: Redis stands still: connections stay open and nothing is answered."""

    async def fault(fleet: Fleet, _seconds: float) -> list[str]:
        pids = [each.pid for each in fleet.workers]
        await asyncio.sleep(LEAVES)
        fleet.redis.pause()
        await asyncio.sleep(down)
        fleet.redis.resume()
        return restarted(fleet, pids)

    return fault


async def redis_flushed(fleet: Fleet, seconds: float) -> list[str]:
    """C2: everything in Redis is deleted, several times."""
    for _ in range(3):
        await asyncio.sleep(seconds / 5)
        await asyncio.to_thread(fleet.redis.flush)
    return []


def database_down(down: float) -> Fault:
    """C3: PostgreSQL is restarted, and stays down for so many seconds."""

    async def fault(fleet: Fleet, _seconds: float) -> list[str]:
        pids = [each.pid for each in fleet.workers]
        await asyncio.sleep(LEAVES)
        await asyncio.to_thread(fleet.database.stop)
        await asyncio.sleep(down)
        await asyncio.to_thread(fleet.database.start)
        return restarted(fleet, pids)

    return fault


def worker_stopped(still: float) -> Fault:
    """C4: a worker is stopped, in the middle of whatever it does, and goes on later."""

    async def fault(fleet: Fleet, _seconds: float) -> list[str]:
        await asyncio.sleep(LEAVES)
        fleet.workers[0].send(signal.SIGSTOP)
        await asyncio.sleep(still)
        fleet.workers[0].send(signal.SIGCONT)
        return []

    return fault


async def counter_held(fleet: Fleet, _seconds: float) -> list[str]:
    """C4: a writer stands still between the log's counter and its commit, as a stopped worker would. It is cut off."""
    await asyncio.sleep(LEAVES)
    url = fleet.address.replace("postgresql+psycopg", "postgresql")
    options = "-c idle_in_transaction_session_timeout=5s"
    connection = await psycopg.AsyncConnection.connect(url, options=options)
    await connection.execute("update log_head set n = n where id = 1")
    began = asyncio.get_running_loop().time()
    other = await psycopg.AsyncConnection.connect(url, autocommit=True)
    await other.execute("select n from log_head for update")
    held = asyncio.get_running_loop().time() - began
    await other.close()
    await connection.close()
    return [] if held < 15 else [f"the others waited {held:.1f} s for the counter"]


async def rolling_restart(fleet: Fleet, seconds: float) -> list[str]:
    """C10: workers are ended one after the other as an operator does, each replaced before the next one goes."""
    await asyncio.sleep(LEAVES)
    for worker in fleet.workers:
        await asyncio.to_thread(worker.end)
        worker.start()
        await asyncio.to_thread(worker.wait)
        await asyncio.sleep(max(0.0, (seconds - 2 * LEAVES) / len(fleet.workers) - 2))
    return []


def restarted(fleet: Fleet, pids: list[int]) -> list[str]:
    """Workers that did not live through it."""
    return [f"worker {each.url} was ended" for each, pid in zip(fleet.workers, pids, strict=True) if ended(each, pid)]


def ended(worker: Worker, pid: int) -> bool:
    return worker.pid != pid or (worker.process is not None and worker.process.poll() is not None)
