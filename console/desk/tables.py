"""Every table of the desk, as SQLAlchemy Core. Rows are the truth; `activity` is the record of how they came to be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    true,
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC; SQLite, which knows no zones, keeps it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by itself only in an INTEGER primary key, which has 64 bits there.
Id = BigInteger().with_variant(Integer, "sqlite")
Number = Id  # of activities or versions: wide, because a door compares it with whatever number somebody sends


def _id(name: str = "id") -> Column[int]:
    return Column(name, Id, primary_key=True, autoincrement=True)


def _to(name: str, target: str, **options: Any) -> Column[int]:
    return Column(name, Id, ForeignKey(target), **{"nullable": False, **options})


company = Table("company", metadata, _id(), Column("name", String(120), nullable=False, unique=True))

department = Table("department", metadata, _id(), Column("name", String(80), nullable=False, unique=True))

person = Table(
    "person",
    metadata,
    _id(),
    Column("name", String(120), nullable=False),
    Column("email", String(254), nullable=False, unique=True),  # always in lower case
    Column("password_hash", String(200)),
    Column("role", String(12), nullable=False),  # requester technician lead admin
    _to("company_id", "company.id", nullable=True),
    Column("language", String(2)),  # null: the browser's
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Moment, nullable=False),
    Column("letter_keys", Boolean, nullable=False, default=True, server_default=true()),  # single letters are shortcuts
)

membership = Table(
    "membership",
    metadata,
    _to("person_id", "person.id", primary_key=True),
    _to("department_id", "department.id", primary_key=True),
)

session = Table(
    "session",
    metadata,
    _id(),
    Column("digest", String(64), nullable=False, unique=True),  # sha256 of the cookie's value
    _to("person_id", "person.id", index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

api_token = Table(
    "api_token",
    metadata,
    _id(),
    Column("digest", String(64), nullable=False, unique=True),
    _to("person_id", "person.id", index=True),
    Column("name", String(80), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

# One row. Its counter is taken as the last lock of a change, so that the order of commits is the order of positions.
log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    Column("epoch", String(36), nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    _id("number"),
    Column("subject", String(250), nullable=False),
    Column("status", String(40), nullable=False),
    Column("priority", String(10), nullable=False),
    Column("type", String(12), nullable=False),
    Column("impact", String(12)),
    Column("activity_status", String(24), nullable=False),
    Column("source", String(10), nullable=False),
    _to("department_id", "department.id"),
    _to("requester_id", "person.id", index=True),
    _to("technician_id", "person.id", nullable=True, index=True),
    Column("last_public_side", String(10), nullable=False),  # requester or technician: who spoke last in public
    Column("seq", Number, nullable=False),
    Column("public_seq", Number, nullable=False),
    Column("version", Number, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("public_updated_at", Moment, nullable=False),
    Column("first_response_at", Moment),
    Column("resolved_at", Moment),
    Column("closed_at", Moment),
    Column("news_seq", Number, nullable=False, server_default="0"),  # seq of the last activity that is not quiet
    Index("ix_ticket_department_id_updated_at", "department_id", "updated_at"),
)

participant = Table(
    "participant",
    metadata,
    _to("ticket_number", "ticket.number", primary_key=True),
    _to("person_id", "person.id", primary_key=True, index=True),
)

# Technicians who want to hear of a ticket that is not theirs.
follower = Table(
    "follower",
    metadata,
    _to("ticket_number", "ticket.number", primary_key=True),
    _to("person_id", "person.id", primary_key=True, index=True),
)

# How far a technician has seen a ticket, over all their tabs and devices.
look = Table(
    "look",
    metadata,
    _to("person_id", "person.id", primary_key=True),
    _to("ticket_number", "ticket.number", primary_key=True, index=True),
    Column("seq", Number, nullable=False),
    Column("at", Moment, nullable=False),
)

# What somebody is writing on a ticket. The row stays when the message was sent or discarded: its version goes on, so
# that a late save from another device can't bring back what is gone.
draft = Table(
    "draft",
    metadata,
    _to("ticket_number", "ticket.number", primary_key=True),
    _to("author_id", "person.id", primary_key=True, index=True),
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
    _id(),
    _to("ticket_number", "ticket.number"),
    _to("draft_author_id", "person.id"),
    _to("author_id", "person.id"),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_draft_comment_of", "ticket_number", "draft_author_id"),
)

message = Table(
    "message",
    metadata,
    _id(),
    _to("ticket_number", "ticket.number", index=True),
    Column("kind", String(10), nullable=False),  # opening request reply note
    Column("state", String(8), nullable=False),  # queued sent
    _to("author_id", "person.id"),
    Column("side", String(10), nullable=False),  # requester or technician, by the authorship rule
    Column("body", Text, nullable=False),
    Column("source", String(10), nullable=False),
    Column("command_id", String(100)),
    Column("seen", Number),  # the highest seq the author had seen when sending
    Column("then_status", String(40)),  # status chosen with Send while the reply waits
    Column("leaves_at", Moment),
    Column("created_at", Moment, nullable=False),
)

message_person = Table(
    "message_person",
    metadata,
    _to("message_id", "message.id", primary_key=True),
    _to("person_id", "person.id", primary_key=True),
    Column("part", String(8), primary_key=True),  # cc or notified
)

attachment = Table(
    "attachment",
    metadata,
    _id(),
    Column("key", String(32), nullable=False, unique=True),  # random; names the file in addresses and on disk
    _to("message_id", "message.id", index=True),
    Column("name", String(150), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
)

activity = Table(
    "activity",
    metadata,
    Column("position", Id, primary_key=True, autoincrement=False),
    _to("ticket_number", "ticket.number", nullable=True),
    Column("seq", Number),
    Column("public_seq", Number),
    Column("kind", String(24), nullable=False),
    _to("actor_id", "person.id", nullable=True),
    Column("side", String(10)),
    _to("message_id", "message.id", nullable=True),
    Column("facts", Text, nullable=False),  # JSON: small references, `from` and `to`; never bodies
    Column("at", Moment, nullable=False),
    UniqueConstraint("ticket_number", "seq"),
    UniqueConstraint("ticket_number", "public_seq"),
    Index("ix_activity_views", "ticket_number", "kind", "actor_id", "at"),
)

command = Table(
    "command",
    metadata,
    _to("actor_id", "person.id", primary_key=True),
    Column("id", String(100), primary_key=True),
    Column("body_hash", String(64)),
    Column("result", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

notification = Table(
    "notification",
    metadata,
    _id(),
    _to("person_id", "person.id"),
    _to("ticket_number", "ticket.number"),
    Column("position", BigInteger, nullable=False),
    Column("kind", String(24), nullable=False),
    _to("actor_id", "person.id"),
    Column("created_at", Moment, nullable=False),
    Column("read_at", Moment),
    Index("ix_notification_person_id_read_at", "person_id", "read_at"),
    UniqueConstraint("position", "person_id"),
)

errand = Table(
    "errand",
    metadata,
    _id(),
    Column("follower", String(24), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("target", String(60), nullable=False),
    Column("state", String(8), nullable=False),  # waiting done buried
    Column("attempt", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("error", Text),
    _to("ticket_number", "ticket.number", nullable=True),
    Column("holder", String(40)),  # who runs it now, until `held_until`; then somebody else may
    Column("held_until", Moment),
    UniqueConstraint("follower", "position", "target"),
    Index("ix_errand_state_next_at", "state", "next_at"),
    Index("ix_errand_line", "ticket_number", "follower", "state"),
)
