"""L5: connections that are made and reset at every stage of their beginning, thousands of them, and nothing may stay behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

import httpx2
import psutil
from prometheus_client.parser import text_string_to_metric_families

from bench.faults.fleet import Fleet, Worker
from bench.faults.trial import Outcome, Trial
from bench.faults.wires import Wire, answer_to

WARM_UP = 1_000  # cycles before the baseline
TOGETHER = 40  # connections at a time
TICKETS = 4
SETTLES_WITHIN = 45.0  # seconds; a ping is answered within 10, and who left a ticket is on it for 2 more
SHARE, SLACK = 0.05, 4.0  # of the memory, and MiB, that a worker may have grown by
GAUGES = {
    "console_connections": "connections",
    "console_engine_sockets": "engine sockets",
    "console_tasks": "tasks",
    "console_presence_tickets": "tickets with somebody on them",
}

Stage = Callable[[Wire, str, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class State:
    """What a worker holds: `counts` by name, which have to come back, and its memory in MiB."""

    counts: dict[str, int]
    memory: float


async def silent(_wire: Wire, _token: str, _number: int) -> None:
    """Connected, and no word."""


async def half_asked(wire: Wire, _token: str, _number: int) -> None:
    request = wire.request()
    await wire.write(request[: len(request) // 2])


async def asked(wire: Wire, _token: str, _number: int) -> None:
    await wire.write(wire.request())


async def upgraded(wire: Wire, _token: str, _number: int) -> None:
    await wire.upgrade()


async def entering(wire: Wire, token: str, _number: int) -> None:
    await wire.upgrade()
    await wire.ask_in(token)


async def entered(wire: Wire, token: str, number: int) -> None:
    await entering(wire, token, number)
    await wire.entered()


async def joining(wire: Wire, token: str, number: int) -> None:
    await entered(wire, token, number)
    await wire.ask_to_join(number)


async def joined(wire: Wire, token: str, number: int) -> None:
    await joining(wire, token, number)
    while (answer := answer_to(await wire.read())) is None:
        pass
    if not answer["ok"]:
        raise ConnectionError(answer)


STAGES: Sequence[Stage] = (silent, half_asked, asked, upgraded, entering, entered, joining, joined)


def cycles(count: int) -> Trial:
    """So many connections after the warm-up, in turn at each stage, on each worker."""

    async def course(fleet: Fleet) -> Outcome:
        tokens = [await fleet.token(each) for each in fleet.technicians]
        numbers = await _open_tickets(fleet, tokens[0])
        await _kill(fleet, tokens, numbers, WARM_UP)
        before, _ = await _settled(fleet, None)
        began = monotonic()
        failed = await _kill(fleet, tokens, numbers, count)
        took = monotonic() - began
        after, rested = await _settled(fleet, before)
        wrong = [*failed, *(each for pair in zip(fleet.workers, before, after, strict=True) for each in _left(*pair))]
        counts = "; ".join(f"{each}: {_shown(before, after, each)}" for each in before[0].counts)
        memory = ", ".join(f"{old.memory:.0f} → {new.memory:.0f}" for old, new in zip(before, after, strict=True))
        return Outcome(
            f"{count} connections reset at {len(STAGES)} stages, {count / took:.0f}/s, {len(failed)} failed; "
            f"settled after {rested:.0f} s; {counts}; MiB: {memory}",
            wrong,
        )

    return Trial(course)


async def _kill(fleet: Fleet, tokens: Sequence[str], numbers: Sequence[int], count: int) -> list[str]:
    """Connect and vanish so often; gives what went wrong before the end that was meant."""
    failed: list[str] = []
    places = iter(range(count))

    async def in_turn() -> None:
        for place in places:
            stage = STAGES[place % len(STAGES)]
            turn = place // len(STAGES)
            worker = fleet.workers[turn % len(fleet.workers)]
            wire = None
            try:
                async with asyncio.timeout(30):
                    wire = await Wire.open(worker.port)
                    await stage(wire, tokens[turn % len(tokens)], numbers[turn % len(numbers)])
            except OSError as problem:  # a time-out is one, too
                failed.append(f"{stage.__name__}: {type(problem).__name__} {problem}")
            finally:
                if wire is not None:
                    wire.reset()

    await asyncio.gather(*(in_turn() for _ in range(TOGETHER)))
    return failed


async def _settled(fleet: Fleet, baseline: Sequence[State] | None) -> tuple[list[State], float]:
    """The workers' states once nothing is held beyond the baseline, and after how many seconds; at last, as they are.

    Without a baseline they have settled when nothing of the sockets is left and two looks agree.
    """
    began = monotonic()
    last: list[State] = []
    while True:
        states = [await _state(each) for each in fleet.workers]
        if baseline is None:
            idle = not any(each.counts[name] for each in states for name in ("connections", "engine sockets"))
            done = idle and [each.counts for each in states] == [each.counts for each in last]
        else:
            done = not any(_more(old, new) for old, new in zip(baseline, states, strict=True))
        rested = monotonic() - began
        if done or rested > SETTLES_WITHIN:
            return states, rested
        last = states
        await asyncio.sleep(3)


async def _state(worker: Worker) -> State:
    async with httpx2.AsyncClient(base_url=worker.url, timeout=30, trust_env=False) as client:
        text = (await client.get("/metrics")).raise_for_status().text
    counts = dict.fromkeys(GAUGES.values(), 0)
    for family in text_string_to_metric_families(text):
        if family.name in GAUGES:
            counts[GAUGES[family.name]] = int(sum(each.value for each in family.samples))
    await asyncio.sleep(0.5)  # the connection of this question is no part of the answer
    counts["files"] = psutil.Process(worker.pid).num_fds()
    return State(counts, worker.memory())


def _more(before: State, after: State) -> list[str]:
    """The names of what there is more of."""
    return [name for name, count in after.counts.items() if count > before.counts[name]]


def _left(worker: Worker, before: State, after: State) -> Iterator[str]:
    for name in _more(before, after):
        yield f"{worker.url} has {after.counts[name]} {name}, before it had {before.counts[name]}"
    if after.memory > before.memory * (1 + SHARE) + SLACK:
        yield f"{worker.url} takes {after.memory:.0f} MiB, before it took {before.memory:.0f}"


def _shown(before: Sequence[State], after: Sequence[State], name: str) -> str:
    return ", ".join(f"{old.counts[name]} → {new.counts[name]}" for old, new in zip(before, after, strict=True))


async def _open_tickets(fleet: Fleet, token: str) -> list[int]:
    asked = {"body": "It prints nothing.", "department": "Support", "requester": fleet.requesters[0].email}
    headers = {"authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=fleet.urls[0], headers=headers, timeout=30, trust_env=False) as client:
        return [
            (await client.post("/api/v1/tickets", json={"subject": f"A printer, {place}", **asked}))
            .raise_for_status()
            .json()["number"]
            for place in range(TICKETS)
        ]
