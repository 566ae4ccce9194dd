"""Several workers on one address: started, watched and replaced, all at once or one after the other.

The parent holds the listening socket, so that whoever connects while workers change waits a moment instead of being
turned away. It serves nothing itself.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.context import SpawnProcess
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from time import monotonic

log = logging.getLogger(__name__)

STARTS_WITHIN = 30.0  # seconds
STOPS_WITHIN = 20.0  # seconds: longer than a worker's own grace
STILL = 15.0  # seconds without a sign of life after which a worker is replaced: its clients would wait for ever
SIGN_EVERY = 1.0  # seconds
LOOK_EVERY = 0.2  # seconds
REST = 1.0  # seconds before a worker that ended by itself is replaced

Serve = Callable[[socket.socket, Callable[[], None]], None]  # serves until SIGTERM; calls the second when it is ready


@dataclass(slots=True)
class Worker:
    process: SpawnProcess
    ready: Event
    sign: Synchronized[float]  # when it was last alive, by the machine's monotonic clock

    def is_still(self) -> bool:
        return self.ready.is_set() and monotonic() - self.sign.value > STILL

    def end(self) -> None:
        """Let it finish what is under way; whatever takes too long is killed."""
        self.process.terminate()
        self.process.join(STOPS_WITHIN)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Supervisor:
    """Runs `count` workers until SIGTERM or SIGINT. SIGHUP replaces them one by one, each only when its successor is ready."""

    def __init__(self, serve: Serve, listener: socket.socket, count: int) -> None:
        self._serve, self._listener, self._count = serve, listener, count
        self._context = get_context("spawn")
        self._workers: list[Worker] = []
        self._ending = self._replacing = False

    def run(self, told: Callable[[], None]) -> int:
        """Gives the exit code. `told` is called once when all workers are ready."""
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, self._end)
        signal.signal(signal.SIGHUP, self._replace)
        self._workers = [self._start() for _ in range(self._count)]
        if not all(self._is_ready(each) for each in self._workers):
            self._end_all()
            return 0 if self._ending else os.EX_SOFTWARE
        told()
        while not self._ending:
            connection.wait([each.process.sentinel for each in self._workers], LOOK_EVERY)
            self._mend()
            if self._replacing:
                self._replacing = False
                self._roll()
        self._end_all()
        return 0

    def _end(self, *_: object) -> None:
        self._ending = True

    def _replace(self, *_: object) -> None:
        self._replacing = True

    def _start(self) -> Worker:
        ready, sign = self._context.Event(), self._context.Value("d", monotonic())
        arguments = (self._serve, self._listener, ready, sign, os.getpid())
        worker = Worker(self._context.Process(target=_work, args=arguments), ready, sign)
        worker.process.start()
        return worker

    def _is_ready(self, worker: Worker) -> bool:
        """Wait until it serves; False if it ended, took too long, or all is to end."""
        until = monotonic() + STARTS_WITHIN
        while not worker.ready.wait(LOOK_EVERY):
            if self._ending or not worker.process.is_alive() or monotonic() > until:
                return False
        return True

    def _mend(self) -> None:
        """Replace workers that ended by themselves or stand still."""
        for place, worker in enumerate(self._workers):
            if worker.is_still():
                log.error("worker %s gave no sign of life for %.0f s and is replaced", worker.process.pid, STILL)
                worker.process.kill()
                worker.process.join()
            if not worker.process.is_alive() and not self._ending:
                log.error("worker %s ended (%s) and is replaced", worker.process.pid, worker.process.exitcode)
                self._workers[place] = self._start()
                self._workers[place].process.join(REST)  # one that ends at once is not started in a rush

    def _roll(self) -> None:
        for place, old in enumerate(self._workers):
            new = self._start()
            if not self._is_ready(new):
                log.error("the new worker %s did not start; the others stay as they are", new.process.pid)
                new.end()
                return
            self._workers[place] = new
            old.end()

    def _end_all(self) -> None:
        for each in self._workers:
            each.process.terminate()
        for each in self._workers:
            each.end()


def _work(serve: Serve, listener: socket.socket, ready: Event, sign: Synchronized[float], parent: int) -> None:
    """What runs in a worker's process."""

    def live() -> None:
        pause = threading.Event()
        while not pause.wait(SIGN_EVERY):
            sign.value = monotonic()
            if os.getppid() != parent:  # nobody is left who would end or replace it
                os.kill(os.getpid(), signal.SIGTERM)

    sign.value = monotonic()
    threading.Thread(target=live, name="sign-of-life", daemon=True).start()
    serve(listener, ready.set)
