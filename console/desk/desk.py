"""The desk: one database, one clock, one way in for changes (`do`) and one for questions (`read`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from console.database import Database, until_done
from console.desk.change import Change, Hint, Receipt, Repeated
from console.desk.people import Person
from console.desk.post import Post

P = ParamSpec("P")
T = TypeVar("T")


def now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """Actions are plain functions `action(desk, …)`; `do` runs one in a writer's thread and wakes the followers."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = now,
        undo_seconds: int = 0,
        post: Post | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.undo_seconds = undo_seconds
        self.post = post or Post()
        self._wakers: list[Callable[[int], None]] = []
        self._hearers: list[Callable[[Hint], None]] = []

    def on_commit(self, wake: Callable[[int], None]) -> None:
        """Call `wake(position)` in the loop's thread after each change that `do` committed."""
        self._wakers.append(wake)

    def on_hint(self, hear: Callable[[Hint], None]) -> None:
        """Call `hear(hint)` in the loop's thread for each hint of a committed change."""
        self._hearers.append(hear)

    @contextmanager
    def change(
        self,
        number: int | None,
        actor: Person | None,
        command_id: str | None = None,
        body_hash: str | None = None,
    ) -> Iterator[Change]:
        """Open the one door. Raises NotFound, CommandReused, or Repeated with the first result of the same command."""
        with self.database.writing() as connection:
            change = Change(connection, actor, self.clock(), command_id, body_hash, self.post)
            change.begin(number)
            yield change
            change.finish()

    def run(self, action: Callable[Concatenate[Desk, P], Receipt], *args: P.args, **named: P.kwargs) -> Receipt:
        """Run an action here and now, again if another was in its way; a repeated command gives its first receipt."""
        try:
            return until_done(lambda: action(self, *args, **named))
        except Repeated as repeated:
            return repeated.receipt

    async def do(self, action: Callable[Concatenate[Desk, P], Receipt], *args: P.args, **named: P.kwargs) -> Receipt:
        """Run an action in a writer's thread, then wake the followers."""
        receipt = await self.database.write(self.run, action, *args, **named)
        self._tell(receipt)
        return receipt

    async def work(self, job: Callable[[Desk], Sequence[Receipt]], thread: Executor | None = None) -> Sequence[Receipt]:
        """Run a job of several actions in a writer's thread, or in `thread` if it takes long, then wake the followers."""
        if thread is None:
            receipts = await self.database.write(job, self)
        else:
            receipts = await asyncio.shield(asyncio.get_running_loop().run_in_executor(thread, job, self))
        for receipt in receipts:
            self._tell(receipt)
        return receipts

    async def read(self, query: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run `query(connection, …)` in a reader's thread, inside one snapshot."""
        return await self.database.read(query, *args, **named)

    def _tell(self, receipt: Receipt) -> None:
        if receipt.position:
            for wake in self._wakers:
                wake(receipt.position)
        for hint in receipt.hints:
            for hear in self._hearers:
                hear(hint)
