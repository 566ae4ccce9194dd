"""Every fault there is a program for."""

from __future__ import annotations

from bench.faults import asleep, broken, clocks, disk, herd, killing, lines, mails, readers, yesterday
from bench.faults.fleet import one_on_sqlite
from bench.faults.trial import Trial, at_work

FAULTS = {
    "C1 workers killed": at_work(broken.killed_workers, 60),
    "C2 Redis killed, 3 s": at_work(broken.redis_killed(3), 15),
    "C2 Redis killed, 60 s": at_work(broken.redis_killed(60), 75),
    "C2 Redis stopped, 20 s": at_work(broken.redis_stopped(20), 35),
    "C2 Redis flushed": at_work(broken.redis_flushed, 25),
    "C3 PostgreSQL restarted": at_work(broken.database_down(0), 15),
    "C3 PostgreSQL down, 30 s": at_work(broken.database_down(30), 50),
    "C4 worker stopped, 30 s": at_work(broken.worker_stopped(30), 50),
    "C4 stopped before its commit": at_work(broken.counter_held, 20),
    "C5 browsers cut off": at_work(lines.browsers_cut_off, 40, lines.reached_through_holes),
    "C5 worker cut off from Redis": at_work(lines.worker_cut_off, 40, lines.redis_through_a_hole),
    "C6 readers that never read": at_work(readers.silent_readers, 30),
    "C7 disk full": at_work(disk.disk_full, 30, one_on_sqlite),
    "C8 clock steps": at_work(clocks.clock_steps, 40, clocks.one_with_a_wrong_clock),
    "C9 yesterday's backup": Trial(yesterday.restored),
    "C10 rolling restart": at_work(broken.rolling_restart, 30),
    "C11 fetching mail, killed": Trial(mails.fetching_killed(100), mails.folder),
    "C12 lines broken behind the data": Trial(mails.lines_broken(100), mails.folder),
    "C14 browser asleep": at_work(asleep.browser_asleep, 70),
    "L4 a thousand sockets drop and return": herd.returning(1_000),
    "L5 connect and kill": killing.cycles(20_000),
}
