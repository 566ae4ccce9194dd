"""What is said on tickets, and its files."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from console.desk.tables.columns import Moment, Number, metadata, own_id, to

message = Table(
    "message",
    metadata,
    own_id(),
    to("ticket_number", "ticket.number", index=True),
    Column("kind", String(10), nullable=False),  # opening request reply note occurrence
    Column("state", String(8), nullable=False),  # queued sent redacted
    to("author_id", "person.id"),
    Column("side", String(10), nullable=False),  # requester or technician, by the authorship rule
    Column("body", Text, nullable=False),
    Column("source", String(10), nullable=False),
    Column("command_id", String(100)),
    Column("seen", Number),  # the highest seq the author had seen when sending
    Column("then_status", String(40)),  # status chosen with Send while the reply waits
    Column("leaves_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("reopened_not", String(10)),  # why a requester's message left the ticket resolved: thanks or automatic
    Column("occurred_at", Moment),  # when what it tells happened, if not when it was written
    Column("minutes", Integer),  # time spent on it
    Column("solution", Text, nullable=False),
    Column("by_mail", Boolean, nullable=False),  # whether requesters get it by mail too
)

message_person = Table(
    "message_person",
    metadata,
    to("message_id", "message.id", primary_key=True),
    to("person_id", "person.id", primary_key=True),
    Column("part", String(8), primary_key=True),  # cc or notified
)

attachment = Table(
    "attachment",
    metadata,
    own_id(),
    Column("key", String(32), nullable=False, unique=True),  # random; names the file in addresses and on disk
    to("message_id", "message.id", index=True),
    Column("name", String(150), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
)
