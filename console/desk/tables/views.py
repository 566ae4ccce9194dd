"""Views: filters of the tickets that somebody saved under a name; and the tickets that were handed out as the next one."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table

from console.desk.tables.columns import Moment, metadata, own_id, to

view = Table(
    "view",
    metadata,
    own_id(),
    to("owner_id", "person.id", index=True),
    Column("name", String(60), nullable=False),
    Column("filter", String(600), nullable=False),  # the text of a Filter
    Column("shared", Boolean, nullable=False),  # all technicians have it
    Column("saved_at", Moment, nullable=False),
    Index("ix_view_shared", "shared"),
)

handed_out = Table(
    "handed_out",
    metadata,
    to("ticket_number", "ticket.number", primary_key=True, autoincrement=False),
    to("person_id", "person.id"),
    Column("until", Moment, nullable=False),
)
