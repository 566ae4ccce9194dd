"""Connections to PostgreSQL that break, and writers that stand still: nothing is lost, doubled or held up for ever."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from sqlalchemy import Connection, create_engine, event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from console.database import IN_DOUBT, until_done
from console.desk import activity
from console.desk import tables as t
from desk.acts import Acts
from desk.test_several_writers import between_counter_and_commit

pytestmark = pytest.mark.parametrize("stage", ["postgresql"], indirect=True)

PATIENCE = 10.0  # seconds


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def break_connections(acts: Acts) -> None:
    """End every connection of this desk but the one that says so, as a restart of the server does."""
    ended = text(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    elsewhere = create_engine(acts.desk.database.address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with elsewhere.connect() as connection:
        connection.execute(ended)


def test_after_the_database_came_back_the_first_change_and_the_first_question_work(acts: Acts) -> None:
    acts.notes("ada", "Before.")
    break_connections(acts)
    assert acts.notes("ada", "After.").message_id
    break_connections(acts)
    assert acts.desk.database.read_now(activity.of_ticket, 1, "staff")[-1].kind == "noted"


def test_a_question_is_asked_in_one_snapshot_and_writes_nothing_also_after_the_connection_was_replaced(
    acts: Acts,
) -> None:
    def kinds(connection: Connection) -> tuple[str, str]:
        names = ("transaction_isolation", "transaction_read_only")
        isolation, readonly = (connection.execute(text(f"show {name}")).scalar_one() for name in names)
        return isolation, readonly

    assert acts.desk.database.read_now(kinds) == ("repeatable read", "on")
    break_connections(acts)
    assert acts.desk.database.read_now(kinds) == ("repeatable read", "on")
    with acts.desk.database.writing() as connection:
        assert kinds(connection) == ("read committed", "off")


def test_a_commit_whose_answer_got_lost_is_in_doubt_and_its_command_id_finds_out(acts: Acts) -> None:
    tried: list[Connection] = []

    def lose(connection: Connection) -> None:
        tried.append(connection)
        if len(tried) == 1:
            connection.exec_driver_sql("commit; begin")  # it was done, but whoever asked for it does not know
            break_connections(acts)

    event.listen(acts.desk.database._writer, "commit", lose)
    with pytest.raises(DBAPIError, match=IN_DOUBT):
        acts.notes("ada", "Did it arrive?", command_id="c")
    assert acts.notes("ada", "Did it arrive?", command_id="c").message_id
    said = select(func.count()).select_from(t.message).where(t.message.c.body == "Did it arrive?")
    assert acts.row(said)[0] == 1


def test_who_stands_still_between_counter_and_commit_is_cut_off_and_the_others_go_on(
    acts: Acts, pool: ThreadPoolExecutor
) -> None:
    second = acts.opens("rhea").number or 0
    with between_counter_and_commit(acts.desk) as (reached, _go_on):
        stuck = pool.submit(acts.notes, "ada", "Stuck.", command_id="stuck")
        assert reached.wait(PATIENCE)
        began = monotonic()
        assert acts.notes("ben", "Goes on.", number=second).message_id
        assert monotonic() - began < 15, "three times the 5 s after which it is cut off"
    with pytest.raises(Exception, match=r"terminating|closed|it may have happened"):
        stuck.result(PATIENCE)
    assert not acts.rows(select(t.message).where(t.message.c.body == "Stuck."))
    assert acts.notes("ada", "Stuck.", command_id="stuck").message_id


def test_what_collides_again_and_again_is_told_in_the_end(acts: Acts) -> None:
    tries: list[str] = []

    def collide() -> None:
        tries.append("again")
        with acts.desk.database.writing() as connection:
            connection.execute(text("insert into log_head values (1, 0, '')"))

    with pytest.raises(IntegrityError):
        until_done(collide)
    assert len(tries) == 4
