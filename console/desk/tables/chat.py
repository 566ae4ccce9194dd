"""Chats on tickets, and what an admin has switched."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from console.desk.tables.columns import Moment, Number, metadata, own_id, to

chat = Table(
    "chat",
    metadata,
    own_id(),
    to("ticket_number", "ticket.number", index=True),
    Column("state", String(10), nullable=False),  # asked open declined unanswered ended
    Column("asked_side", String(10), nullable=False),  # requester or technician
    to("asker_id", "person.id"),
    to("technician_id", "person.id", nullable=True),  # who is in charge of it
    Column("asked_at", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("ended_at", Moment),
    # Up to which public number each side's pages have got the lines of the other, and people there have seen them.
    Column("technician_got", Number, nullable=False),
    Column("technician_saw", Number, nullable=False),
    Column("technician_saw_at", Moment),
    Column("requester_got", Number, nullable=False),
    Column("requester_saw", Number, nullable=False),
    Column("requester_saw_at", Moment),
)

# The technicians who are in a chat.
chat_person = Table(
    "chat_person",
    metadata,
    to("chat_id", "chat.id", primary_key=True),
    to("person_id", "person.id", primary_key=True),
)

option = Table(
    "option",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
