"""What a running desk tells of itself to Prometheus: counted in plain numbers where it happens, gathered here when asked.

Nothing in it names a person, a ticket or an address as it was asked for; mailboxes have the names that the outbox shows.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from console.desk import activity
from console.desk.desk import Desk
from console.desk.mailbox import Reading, readings
from console.desk.tables import errand
from console.fragments import Renderer
from console.presence.registry import Presence
from console.realtime.server import Realtime
from console.web.counting import BOUNDS, Requests


@dataclass(frozen=True, slots=True)
class Errands:
    """`oldest` is how many seconds ago the longest waiting errand was due."""

    waiting: int
    buried: int
    oldest: float


@dataclass(frozen=True, slots=True)
class Measures(Collector):
    """`worker` names this process among several on one address."""

    desk: Desk
    renderer: Renderer
    presence: Presence
    realtime: Realtime
    requests: Requests
    worker: str | None = None

    async def text(self) -> bytes:
        """The present figures in Prometheus' text format."""
        head, errands, mailboxes = await self.desk.read(_ask, self.desk)
        registry = CollectorRegistry()
        found = [*self.collect(), *_of_the_log(head, self.realtime), *_of_errands(errands), _of_mailboxes(mailboxes)]
        registry.register(_Once(found if self.worker is None else [_named(each, self.worker) for each in found]))
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        yield from self._sockets()
        yield from self._requests()
        yield from self._database()
        yield from _process()
        yield GaugeMetricFamily("console_tasks", "Tasks of the event loop.", len(asyncio.all_tasks()))

    def _sockets(self) -> Iterator[Metric]:
        seats = GaugeMetricFamily("console_connections", "Live sockets by namespace.", labels=["namespace"])
        for namespace, count in self.realtime.seated().items():
            seats.add_metric([namespace], count)
        yield seats
        sockets = len(self.realtime.server.eio.sockets)
        yield GaugeMetricFamily(
            "console_engine_sockets", "Live sockets, those that have not entered a namespace too.", sockets
        )
        yield CounterMetricFamily(
            "console_deliveries", "Frames written to sockets by the feed and presence.", self.realtime.rooms.deliveries
        )
        cut = CounterMetricFamily("console_cut_sockets", "Connections ended by the desk, by reason.", labels=["reason"])
        for reason, count in self.realtime.server.eio.cuts.items():
            cut.add_metric([reason], count)
        yield cut
        renders = CounterMetricFamily("console_renders", "Events rendered, by audience.", labels=["audience"])
        for audience, count in self.renderer.rendered_for.items():
            renders.add_metric([audience], count)
        yield renders
        yield GaugeMetricFamily(
            "console_presence_unknown", "1 while other workers can't be heard.", int(self.presence.unknown)
        )
        yield GaugeMetricFamily("console_presence_tickets", "Tickets that somebody is on.", self.presence.count)

    def _requests(self) -> Iterator[Metric]:
        labels = ["method", "route", "status"]
        found = HistogramMetricFamily("console_http_request_seconds", "Requests by route and status.", labels=labels)
        for key, counted in self.requests.counted.items():
            total, buckets = 0, list[tuple[str, float]]()
            for bound, count in zip((*map(str, BOUNDS), "+Inf"), counted.buckets, strict=True):
                total += count
                buckets.append((bound, total))
            found.add_metric(list(key), buckets, counted.seconds)
        yield found

    def _database(self) -> Iterator[Metric]:
        database = self.desk.database
        done = CounterMetricFamily("console_database_calls", "Changes and questions.", labels=["kind"])
        spent = CounterMetricFamily("console_database_seconds", "Time they took, waiting included.", labels=["kind"])
        for kind, spell in (("write", database.written), ("read", database.asked)):
            done.add_metric([kind], spell.calls)
            spent.add_metric([kind], spell.seconds)
        yield done
        yield spent
        waiting = GaugeMetricFamily("console_database_waiting", "Calls that wait for a thread.", labels=["kind"])
        for kind, count in database.waiting().items():
            waiting.add_metric([kind], count)
        yield waiting


def _named(metric: Metric, worker: str) -> Metric:
    """The metric with the worker among its labels: several on one address answer in turn."""
    metric.samples = [each._replace(labels={**each.labels, "worker": worker}) for each in metric.samples]
    return metric


class _Once(Collector):
    """Figures that were gathered already."""

    def __init__(self, found: list[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        yield from self._found


def _ask(connection: Connection, desk: Desk) -> tuple[int, Errands, list[Reading]]:
    by_state = select(errand.c.state, func.count()).where(errand.c.state.in_(("waiting", "buried")))
    counts = {state: count for state, count in connection.execute(by_state.group_by(errand.c.state))}
    now = desk.clock()
    due = connection.execute(
        select(func.min(errand.c.next_at)).where(errand.c.state == "waiting", errand.c.next_at <= now)
    ).scalar()
    oldest = 0.0 if due is None else (now - due).total_seconds()
    errands = Errands(counts.get("waiting", 0), counts.get("buried", 0), oldest)
    return activity.head(connection).position, errands, readings(connection, desk.post.mailboxes, now)


def _of_the_log(head: int, realtime: Realtime) -> Iterator[Metric]:
    yield GaugeMetricFamily("console_log_head", "Last position of the log.", head)
    yield GaugeMetricFamily("console_feed_cursor", "Position that was shown last.", realtime.feed.cursor)
    yield GaugeMetricFamily("console_feed_lag_seconds", "Since everything in the log was shown.", realtime.lag())


def _of_errands(found: Errands) -> Iterator[Metric]:
    counts = GaugeMetricFamily("console_errands", "Errands by state.", labels=["state"])
    counts.add_metric(["waiting"], found.waiting)
    counts.add_metric(["buried"], found.buried)
    yield counts
    yield GaugeMetricFamily("console_errands_oldest_seconds", "How long the oldest is overdue.", found.oldest)


def _of_mailboxes(found: list[Reading]) -> Metric:
    lags = GaugeMetricFamily("console_mailbox_lag_seconds", "Since its end was last seen.", labels=["mailbox"])
    for each in found:
        if each.lag is not None:
            lags.add_metric([each.name], each.lag)
    return lags


def _process() -> Iterator[Metric]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    yield CounterMetricFamily("process_cpu_seconds", "CPU time of this process.", used.ru_utime + used.ru_stime)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    yield GaugeMetricFamily("process_resident_memory_bytes", "Memory.", pages * resource.getpagesize())
    yield GaugeMetricFamily("process_open_fds", "Open files and sockets.", len(list(Path("/proc/self/fd").iterdir())))
