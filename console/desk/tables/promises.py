"""What the desk promises: when it works, how soon it answers, and what else happens when that is in doubt."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from console.desk.tables.columns import Moment, metadata, own_id, to

# The opening hours of one department, or of all that have none of their own.
calendar = Table(
    "calendar",
    metadata,
    own_id(),
    to("department_id", "department.id", nullable=True),
    Column("zone", String(64), nullable=False),  # an IANA name
    Column("weekly", Text, nullable=False),  # JSON: for Monday to Sunday the open spans, each [from, to] in minutes
    Column("holidays", Text, nullable=False),  # JSON: dates
)

# In minutes of those hours; none: not promised. Whoever has targets of their own has one row for each priority.
target = Table(
    "target",
    metadata,
    own_id(),
    to("department_id", "department.id", nullable=True),
    Column("priority", String(10), nullable=False),
    Column("first_response", Integer),
    Column("next_response", Integer),
    Column("resolution", Integer),
)

escalation = Table(
    "escalation",
    metadata,
    own_id(),
    Column("name", String(80), nullable=False),
    Column("clock", String(20)),  # none: any
    Column("minutes", Integer, nullable=False),  # after it is due; negative: before
    to("department_id", "department.id", nullable=True),  # none: all
    Column("priorities", Text, nullable=False),  # JSON: slugs; none: all
    Column("tells_technician", Boolean, nullable=False),
    Column("tells_leads", Boolean, nullable=False),
    Column("priority", String(10)),  # to which it raises
    Column("tag", String(30)),
    Column("active", Boolean, nullable=False),
    Column("set_at", Moment, nullable=False),  # what was over then is left alone
    sqlite_autoincrement=True,  # tickets remember the ids, so none may come again
)
