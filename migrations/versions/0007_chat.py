"""Chats on tickets, and what an admin has switched"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "option",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_option")),
    )
    op.create_table(
        "chat",
        sa.Column("id", Id, nullable=False),
        sa.Column("ticket_number", Id, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_side", sa.String(length=10), nullable=False),
        sa.Column("asker_id", Id, nullable=False),
        sa.Column("technician_id", Id, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("technician_got", Id, nullable=False),
        sa.Column("technician_saw", Id, nullable=False),
        sa.Column("technician_saw_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requester_got", Id, nullable=False),
        sa.Column("requester_saw", Id, nullable=False),
        sa.Column("requester_saw_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_chat_asker_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["person.id"], name=op.f("fk_chat_technician_id")),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_chat_ticket_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat")),
    )
    op.create_index(op.f("ix_chat_ticket_number"), "chat", ["ticket_number"], unique=False)
    op.create_table(
        "chat_person",
        sa.Column("chat_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name=op.f("fk_chat_person_chat_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_chat_person_person_id")),
        sa.PrimaryKeyConstraint("chat_id", "person_id", name=op.f("pk_chat_person")),
    )
    with op.batch_alter_table("ticket") as ticket:
        ticket.add_column(sa.Column("chat_id", Id, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ticket") as ticket:
        ticket.drop_column("chat_id")
    for name in ("chat_person", "chat", "option"):
        op.drop_table(name)
