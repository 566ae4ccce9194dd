"""What requesters say of how their requests were resolved."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table, UniqueConstraint

from console.desk.tables.columns import Moment, metadata, own_id, to

# One of each resolution: a ticket that was resolved twice may have two.
rating = Table(
    "rating",
    metadata,
    own_id(),
    to("ticket_number", "ticket.number"),
    Column("resolved_at", Moment, nullable=False),  # the ticket's at that time, which names the resolution
    to("person_id", "person.id"),
    to("technician_id", "person.id", nullable=True),  # whose the ticket was when it was rated first
    to("department_id", "department.id"),
    Column("good", Boolean, nullable=False),
    to("message_id", "message.id", nullable=True),  # the comment
    Column("rated_at", Moment, nullable=False, index=True),
    UniqueConstraint("ticket_number", "resolved_at"),
)
