"""Tags: words of technicians by which tickets are found again."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table

from console.desk.tables.columns import metadata, to

tag = Table(
    "tag",
    metadata,
    to("ticket_number", "ticket.number", primary_key=True, autoincrement=False),
    Column("name", String(30), primary_key=True),
    Index("ix_tag_name_ticket_number", "name", "ticket_number"),
)
