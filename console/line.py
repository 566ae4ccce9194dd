"""The line between the workers of one desk: Redis (7.0 or newer) or Valkey. What it carries may get lost, always.

One connection says and asks, in order; another one listens. Nobody ever waits for the line: what can't be said now is
dropped, and whoever listens is told when the line is back, to look at the truth once.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import socket
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

ANSWERS_WITHIN = 2.0  # seconds until Redis counts as away
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0  # seconds between attempts to hear again
ECHO_EVERY = 5.0  # seconds between two words to oneself
DEAF_AFTER, HOPELESS_AFTER = 3, 6  # of them unheard while Redis answers: listen anew; end the process
LONGEST = 100  # bytes of a text: large ones could make Redis cut a listener off
WAITING = 10_000  # texts; more than this waiting means that the line is away
KEEPALIVE = {socket.TCP_KEEPIDLE: 10, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 3}  # seconds, seconds, times

FAILURES = (RedisError, OSError, TimeoutError)
Command = tuple[Any, ...]


class Away(Exception):
    """Redis does not answer."""


class Line:
    """`subscribe` before `start`; `hopeless` is called when this process can't hear although Redis answers."""

    def __init__(self, url: str, prefix: str, hopeless: Callable[[], None]) -> None:
        self.prefix = prefix
        self.me = secrets.token_hex(8)  # tells one's own words from those of others
        self.up = False
        self._url, self._hopeless = url, hopeless
        self._client = Redis.from_url(
            url,
            single_connection_client=True,
            socket_timeout=ANSWERS_WITHIN,
            socket_connect_timeout=ANSWERS_WITHIN,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        self._turn = asyncio.Lock()
        self._handlers: dict[str, Callable[[str], None]] = {}
        self._listeners: list[Callable[[bool], None]] = []
        self._said: asyncio.Queue[Command] = asyncio.Queue(WAITING)
        self._heard = self._answers = False
        self._echoed = ""
        self._misses = self._failures = 0
        self._hearing: asyncio.Task[None]  # the present subscription
        self._tasks: list[asyncio.Task[None]] = []

    def subscribe(self, topic: str, handler: Callable[[str], None]) -> None:
        """Call `handler(text)` in the loop for whatever is said under this topic, by oneself too. It may be anything."""
        self._handlers[self._key(topic)] = handler

    def on_state(self, listener: Callable[[bool], None]) -> None:
        """Call `listener(up)` whenever the line went away or came back; coming back, something may have been missed."""
        self._listeners.append(listener)

    def publish(self, topic: str, text: str) -> None:
        """Say something to all workers; lost if the line is away."""
        self.say([("PUBLISH", self._key(topic), text)])

    def say(self, commands: Sequence[Command]) -> None:
        """Send commands in this order, some time soon; lost if the line is away."""
        if self.up:
            for each in commands:
                try:
                    self._said.put_nowait(each)
                except asyncio.QueueFull:
                    return

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """What Redis answers to these commands, done as one step. Raises Away."""
        failures = self._failures
        try:
            async with self._turn, self._client.pipeline(transaction=True) as pipeline:
                if self._failures != failures:  # whoever was before found that nobody answers: not everybody has to
                    raise Away
                for each in commands:
                    pipeline.execute_command(*each)
                answers: list[Any] = await pipeline.execute()
        except FAILURES as problem:
            self._failures += 1
            self._answered(False)
            raise Away from problem
        self._answered(True)
        return answers

    def key(self, *parts: str) -> str:
        return self._key(":".join(parts))

    async def start(self) -> None:
        """Begin; it does not wait for Redis to be there."""
        self._handlers[self._key("echo")] = self._hear_echo
        self._hearing = asyncio.create_task(self._hear_all())
        self._tasks = [asyncio.create_task(each()) for each in (self._listen, self._speak, self._watch)]

    async def stop(self) -> None:
        async with self._turn:  # a command that is cut in half leaves its answer to the next one
            for each in (*self._tasks, self._hearing):
                each.cancel()
        await asyncio.gather(*self._tasks, self._hearing, return_exceptions=True)
        await self._client.aclose()

    def _key(self, name: str) -> str:
        return f"{self.prefix}:{name}"

    def _answered(self, answers: bool) -> None:
        self._answers = answers
        self._settle()

    def _settle(self) -> None:
        """The line is up as long as somebody answers and this process hears."""
        up = self._answers and self._heard
        if up != self.up:
            self.up = up
            if not up:
                log.warning("the line to Redis is away")
            for listener in self._listeners:
                listener(up)

    async def _listen(self) -> None:
        pause = FIRST_PAUSE
        while True:
            await asyncio.wait([self._hearing])
            if self._heard:
                pause = FIRST_PAUSE
            self._heard = False
            self._settle()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, LONGEST_PAUSE)
            self._hearing = asyncio.create_task(self._hear_all())

    async def _hear_all(self) -> None:
        listening = Redis.from_url(
            self._url,
            socket_timeout=None,  # silence is no failure; the echo tells
            socket_connect_timeout=ANSWERS_WITHIN,
            socket_keepalive=True,
            socket_keepalive_options=KEEPALIVE,
            retry=Retry(NoBackoff(), 0),
        )
        try:
            async with listening.pubsub() as subscription:
                await subscription.subscribe(*self._handlers)
                async for message in subscription.listen():
                    if message["type"] == "subscribe" and message["data"] == len(self._handlers):
                        await self._begin_to_hear()
                    elif message["type"] == "message":
                        self._hear(message["channel"], message["data"])
        except (*FAILURES, Away):
            return
        finally:
            await listening.aclose()

    async def _begin_to_hear(self) -> None:
        self._heard = True
        await self.ask([("PING",)])

    def _hear(self, channel: bytes, data: bytes) -> None:
        if len(data) > LONGEST:
            return
        try:
            name, text = channel.decode(), data.decode()
        except UnicodeDecodeError:
            return
        handler = self._handlers.get(name)
        if handler is None:
            return
        try:
            handler(text)
        except Exception:  # whoever may publish could say anything; nothing of it may stop the listening
            log.exception("what was heard under %s could not be handled", name)

    async def _speak(self) -> None:
        while True:
            first = await self._said.get()
            batch = [first]
            while not self._said.empty():
                batch.append(self._said.get_nowait())
            try:
                await self.ask(batch)
            except Away:
                continue  # lost; whoever needs it looks again when the line is back

    async def _watch(self) -> None:
        """Notice a Redis that is away, and a listener that is deaf although Redis answers."""
        asked, listener = "", None
        while True:
            await asyncio.sleep(ECHO_EVERY if self.up else min(ECHO_EVERY, 1.0))
            if asked and listener is self._hearing and self._answers:
                self._misses = 0 if self._echoed == asked else self._misses + 1
                if self._misses >= HOPELESS_AFTER:
                    self._hopeless()
                elif self._misses >= DEAF_AFTER:
                    log.warning("nothing is heard although Redis answers: listening anew")
                    self._hearing.cancel()
            asked = f"{self.me} {monotonic():.3f}"
            # whoever begins to listen after it was said can't have heard it: that is no miss
            listener = self._hearing if self._heard and not self._hearing.cancelling() else None
            try:
                await self.ask([("PUBLISH", self._key("echo"), asked)])
            except Away:
                asked = ""  # it says nothing about the listener

    def _hear_echo(self, text: str) -> None:
        if text.startswith(self.me):
            self._echoed = text
