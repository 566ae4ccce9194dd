"""Every fault there is a program for."""

from __future__ import annotations

from bench.faults import asleep, broken, clocks, disk, lines, readers, yesterday
from bench.faults.fleet import one_on_sqlite
from bench.faults.trial import Trial, under

FAULTS = {
    "C1 workers killed": Trial(under(broken.killed_workers), 60),
    "C2 Redis killed, 3 s": Trial(under(broken.redis_killed(3)), 15),
    "C2 Redis killed, 60 s": Trial(under(broken.redis_killed(60)), 75),
    "C2 Redis stopped, 20 s": Trial(under(broken.redis_stopped(20)), 35),
    "C2 Redis flushed": Trial(under(broken.redis_flushed), 25),
    "C3 PostgreSQL restarted": Trial(under(broken.database_down(0)), 15),
    "C3 PostgreSQL down, 30 s": Trial(under(broken.database_down(30)), 50),
    "C4 worker stopped, 30 s": Trial(under(broken.worker_stopped(30)), 50),
    "C4 stopped before its commit": Trial(under(broken.counter_held), 20),
    "C5 browsers cut off": Trial(under(lines.browsers_cut_off), 40, lines.reached_through_holes),
    "C5 worker cut off from Redis": Trial(under(lines.worker_cut_off), 40, lines.redis_through_a_hole),
    "C6 readers that never read": Trial(under(readers.silent_readers), 30),
    "C7 disk full": Trial(under(disk.disk_full), 30, one_on_sqlite),
    "C8 clock steps": Trial(under(clocks.clock_steps), 40, clocks.one_with_a_wrong_clock),
    "C9 yesterday's backup": Trial(yesterday.restored, 10),
    "C10 rolling restart": Trial(under(broken.rolling_restart), 30),
    "C14 browser asleep": Trial(under(asleep.browser_asleep), 70),
}
