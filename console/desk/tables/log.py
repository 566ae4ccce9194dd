"""The log, and what hangs on its order: commands, notifications, errands."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from console.desk.tables.columns import Id, Moment, Number, metadata, own_id, to

# One row. Its counter is taken as the last lock of a change, so that the order of commits is the order of positions.
log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    Column("epoch", String(36), nullable=False),
)

_MOVES = text("kind = 'status_changed'")

activity = Table(
    "activity",
    metadata,
    Column("position", Id, primary_key=True, autoincrement=False),
    to("ticket_number", "ticket.number", nullable=True),
    Column("seq", Number),
    Column("public_seq", Number),
    Column("kind", String(24), nullable=False),
    to("actor_id", "person.id", nullable=True),
    Column("side", String(10)),
    to("message_id", "message.id", nullable=True),
    Column("facts", Text, nullable=False),  # JSON: small references, `from` and `to`; never bodies
    Column("at", Moment, nullable=False),
    UniqueConstraint("ticket_number", "seq"),
    UniqueConstraint("ticket_number", "public_seq"),
    Index("ix_activity_views", "ticket_number", "kind", "actor_id", "at"),
    Index("ix_activity_moves", "at", sqlite_where=_MOVES, postgresql_where=_MOVES),  # for reports, which count these
)

command = Table(
    "command",
    metadata,
    to("actor_id", "person.id", primary_key=True),
    Column("id", String(100), primary_key=True),
    Column("body_hash", String(64)),
    Column("result", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

notification = Table(
    "notification",
    metadata,
    own_id(),
    to("person_id", "person.id"),
    to("ticket_number", "ticket.number", nullable=True),  # null: said to this person alone, about no ticket
    Column("position", BigInteger, nullable=False),
    Column("kind", String(24), nullable=False),
    to("actor_id", "person.id", nullable=True),  # null: nobody, a clock
    Column("created_at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("words", String(500)),  # what was said, if it is no ticket's; of a rule, its name
    Index("ix_notification_person_id_read_at", "person_id", "read_at"),
    UniqueConstraint("position", "person_id"),
)

errand = Table(
    "errand",
    metadata,
    own_id(),
    Column("follower", String(24), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("target", String(60), nullable=False),
    Column("state", String(8), nullable=False),  # waiting done buried
    Column("attempt", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("error", Text),
    to("ticket_number", "ticket.number", nullable=True),
    Column("holder", String(40)),  # who runs it now, until `held_until`; then somebody else may
    Column("held_until", Moment),
    Column("lane", Id, nullable=False, server_default="0"),  # errands of other lanes are not waited for: a person, or 0
    UniqueConstraint("follower", "position", "target"),
    Index("ix_errand_state_next_at", "state", "next_at"),
    Index("ix_errand_line", "ticket_number", "follower", "state"),
)
