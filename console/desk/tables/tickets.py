"""Tickets, and how people stand to them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text, false, text

from console.desk.tables.columns import Moment, Number, metadata, own_id, to

CHATS = text("chat_id IS NOT NULL")  # a handful, however many tickets there are

ticket = Table(
    "ticket",
    metadata,
    own_id("number"),
    Column("subject", String(250), nullable=False),
    Column("status", String(40), nullable=False),
    Column("priority", String(10), nullable=False),
    Column("type", String(12), nullable=False),
    Column("impact", String(12)),
    Column("activity_status", String(24), nullable=False),
    Column("source", String(10), nullable=False),
    to("department_id", "department.id"),
    to("requester_id", "person.id", index=True),
    to("technician_id", "person.id", nullable=True),
    Column("last_public_side", String(10), nullable=False),  # requester or technician: who spoke last in public
    Column("seq", Number, nullable=False),
    Column("public_seq", Number, nullable=False),
    Column("version", Number, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("updated_at", Moment, nullable=False),
    Column("public_updated_at", Moment, nullable=False),
    Column("first_response_at", Moment, index=True),
    Column("resolved_at", Moment, index=True),
    Column("closed_at", Moment),
    Column("news_seq", Number, nullable=False, server_default="0"),  # seq of the last activity that is not quiet
    to("follow_up_of", "ticket.number", nullable=True),  # the closed ticket that its first mail answered
    Column("chat_id", Number),  # the chat that is asked for or goes on
    to("application_id", "application.id", nullable=True),
    to("module_id", "module.id", nullable=True),  # one of the application's
    Column("clocks", Text),  # JSON: how its service level stands, see desk/sla.py
    Column("due_at", Moment, index=True),  # when the first of the clocks that run is due; null: none is
    Column("due_kind", String(16)),  # which one: first_response next_response resolution
    Column("alarm_at", Moment, index=True),  # when something happens next: one is late, or a rule acts
    Column("breached", Boolean, nullable=False, server_default=false()),  # whether any target was ever missed
    Index("ix_ticket_department_id_updated_at", "department_id", "updated_at"),
    Index("ix_ticket_department_id_status_updated_at", "department_id", "status", "updated_at"),
    Index("ix_ticket_technician_id_status", "technician_id", "status"),
    Index("ix_ticket_application_id_updated_at", "application_id", "updated_at"),
    Index("ix_ticket_chats", "department_id", "updated_at", sqlite_where=CHATS, postgresql_where=CHATS),
)

participant = Table(
    "participant",
    metadata,
    to("ticket_number", "ticket.number", primary_key=True),
    to("person_id", "person.id", primary_key=True, index=True),
)

# Technicians who want to hear of a ticket that is not theirs.
follower = Table(
    "follower",
    metadata,
    to("ticket_number", "ticket.number", primary_key=True),
    to("person_id", "person.id", primary_key=True, index=True),
)

# How far a technician has seen a ticket, over all their tabs and devices.
look = Table(
    "look",
    metadata,
    to("person_id", "person.id", primary_key=True),
    to("ticket_number", "ticket.number", primary_key=True, index=True),
    Column("seq", Number, nullable=False),
    Column("at", Moment, nullable=False),
)

# How far somebody has seen the public side of a ticket; in public numbers, so that it holds no staff fact.
public_look = Table(
    "public_look",
    metadata,
    to("person_id", "person.id", primary_key=True),
    to("ticket_number", "ticket.number", primary_key=True, index=True),
    Column("seq", Number, nullable=False),
    Column("at", Moment, nullable=False),
)

# What somebody is writing on a ticket. The row stays when the message was sent or discarded: its version goes on, so
# that a late save from another device can't bring back what is gone.
draft = Table(
    "draft",
    metadata,
    to("ticket_number", "ticket.number", primary_key=True),
    to("author_id", "person.id", primary_key=True, index=True),
    Column("version", Number, nullable=False),
    Column("mode", String(8), nullable=False),  # reply note
    Column("body", Text, nullable=False),
    Column("people", Text, nullable=False),  # JSON: addresses for cc or notify
    Column("shared", Boolean, nullable=False),
    Column("kept", Text),  # JSON: what was discarded or taken over last, until something new is written
    Column("saved_at", Moment, nullable=False),
)

draft_comment = Table(
    "draft_comment",
    metadata,
    own_id(),
    to("ticket_number", "ticket.number"),
    to("draft_author_id", "person.id"),
    to("author_id", "person.id"),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_draft_comment_of", "ticket_number", "draft_author_id"),
)
