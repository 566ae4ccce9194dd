"""A wire that can be made to carry nothing: no byte, no refusal, no end, as when a cable is pulled out."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from bench.servers.postgres import free_port

PIECE = 1 << 16  # bytes


class Hole:
    """Carries connections to a port of this machine, in a thread of its own. Use it as a context manager."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        self._loop = asyncio.new_event_loop()
        self._open = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hole")

    def __enter__(self) -> Hole:
        self._thread.start()
        self._do(self._begin())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def swallow(self) -> None:
        """From now on nothing comes through. Whoever connects waits."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def carry(self) -> None:
        """What was sent meanwhile arrives now, as it would when the cable is back."""
        self._loop.call_soon_threadsafe(self._open.set)

    async def _begin(self) -> None:
        self._open.set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def _end(self) -> None:
        self._open.set()
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _connected(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):  # at the end a cancelled one has nobody to tell
            await self._open.wait()
            there, on = await asyncio.open_connection("127.0.0.1", self.target)
            try:
                await asyncio.gather(self._pump(here, on), self._pump(there, back))
            finally:
                on.close()
                back.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while True:
            data = await source.read(PIECE)
            await self._open.wait()
            if not data:
                break
            sink.write(data)
            await sink.drain()
        sink.close()

    def _do(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)  # type: ignore[arg-type]
