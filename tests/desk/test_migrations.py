"""The migrations make exactly the tables that the program declares, and can take them away again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, select

from console import migrating
from console.desk.tables import log_head, metadata
from stages import Stage


@pytest.fixture
def empty(stage: Stage, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Give an address of an empty database of this name."""
    with ExitStack() as made:
        yield lambda name: made.enter_context(stage.empty(tmp_path / name))


@pytest.fixture
def address(empty: Callable[[str], str]) -> str:
    return empty("new")


INDEX = "search_"  # what is made from the other tables is not among those that the program declares


def shape(engine: Engine, *, declared: bool = False) -> dict[str, object]:
    """Columns, keys and indexes of every table (of the `declared` ones), as the database tells them."""
    look = inspect(engine)
    return {
        name: [
            [(each["name"], repr(each["type"]), each["nullable"]) for each in look.get_columns(name)],
            look.get_pk_constraint(name),
            sorted(map(repr, look.get_foreign_keys(name))),
            sorted(map(_told, look.get_indexes(name))),
            sorted(map(repr, look.get_unique_constraints(name))),
        ]
        for name in look.get_table_names()
        if name != "alembic_version" and not (declared and name.startswith(INDEX))
    }


def _told(index: Any) -> str:
    """An index in words; the condition of one that holds some rows only is an object."""
    which = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return repr({**index, "dialect_options": which})


def test_a_new_database_has_the_tables_that_the_program_declares(address: str, empty: Callable[[str], str]) -> None:
    migrating.migrate(address)
    engine = create_engine(address)
    with engine.connect() as connection:
        ours = {
            "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or not name.startswith(INDEX),
        }
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, metadata) == []
    declared = create_engine(empty("declared"))
    metadata.create_all(declared)
    assert shape(engine, declared=True) == shape(declared)
    engine.dispose()
    declared.dispose()


def test_migrating_again_changes_nothing_and_keeps_the_epoch(address: str) -> None:
    migrating.migrate(address)
    engine = create_engine(address)
    with engine.connect() as connection:
        first = connection.execute(select(log_head)).one()
    migrating.migrate(address)
    with engine.connect() as connection:
        assert connection.execute(select(log_head)).one() == first
    assert (first.n, len(first.epoch)) == (0, 36)
    assert migrating.current(address) == migrating.newest() is not None
    engine.dispose()


def test_a_migration_can_be_taken_back_and_done_again(address: str) -> None:
    assert migrating.current(address) is None
    migrating.migrate(address)
    engine = create_engine(address)
    before = shape(engine)
    migrating.migrate(address, "base")
    assert shape(engine) == {} and migrating.current(address) is None
    migrating.migrate(address)
    assert shape(engine) == before
    engine.dispose()


def test_two_desks_have_two_epochs(empty: Callable[[str], str]) -> None:
    epochs = set()
    for name in ("one", "two"):
        address = empty(name)
        migrating.migrate(address)
        engine = create_engine(address)
        with engine.connect() as connection:
            epochs.add(connection.execute(select(log_head.c.epoch)).scalar_one())
        engine.dispose()
    assert len(epochs) == 2
