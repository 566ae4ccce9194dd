"""PostgreSQL plans what pages ask for by what is asked, also when it was asked often: a plan for any list reads all tickets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from console.demo.crowding import crowd
from console.desk import queue
from console.desk.filters import SHOWS, Filter
from desk.acts import Acts

pytestmark = pytest.mark.parametrize("stage", ["postgresql"], indirect=True)

OFTEN = (
    15  # times; from the 6th a statement is kept, from the 11th PostgreSQL may stop to look at what is asked with it
)
TICKETS = 5_000


def test_what_is_counted_often_is_planned_for_what_is_counted(acts: Acts) -> None:
    database, ada = acts.desk.database, acts.cast["ada"]
    crowd(database, TICKETS, until=datetime.now(UTC))
    with database.writing() as connection:
        connection.execute(text("analyze"))
    for show in SHOWS:
        chosen = Filter(show=show, status=("open",))
        with database.reading() as connection:
            counts = [queue.count(connection, ada, chosen, acts.desk.clock()) for _ in range(OFTEN)]
            plans = connection.execute(text("select sum(generic_plans) from pg_prepared_statements")).scalar_one()
        assert len(set(counts)) == 1 and not plans
