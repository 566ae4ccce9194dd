"""What the desk promises: when it works, and how soon it answers."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from console.desk.tables.columns import metadata, own_id, to

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
