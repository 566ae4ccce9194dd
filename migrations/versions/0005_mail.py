"""Mail"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bounced",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bounced")),
    )
    op.create_table(
        "mailbox",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("holder", sa.String(length=40), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailbox")),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "view_link",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket_number", Id, autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "ticket_number", name=op.f("pk_view_link")),
    )
    op.create_table(
        "wording",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "language", name=op.f("pk_wording")),
    )
    op.create_table(
        "mail_id",
        sa.Column("id", sa.String(length=250), nullable=False),
        sa.Column("from_address", sa.String(length=254), nullable=False),
        sa.Column("ticket_number", Id, nullable=False),
        sa.Column("audience", sa.String(length=6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_mail_id_ticket_number")),
        sa.PrimaryKeyConstraint("id", "from_address", name=op.f("pk_mail_id")),
    )
    with op.batch_alter_table("mail_id") as table:
        table.create_index(table.f("ix_mail_id_ticket_number"), ["ticket_number"], unique=False)

    op.create_table(
        "inbound",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("mail_id", sa.String(length=250), nullable=True),
        sa.Column("from_address", sa.String(length=254), nullable=True),
        sa.Column("from_name", sa.String(length=200), nullable=True),
        sa.Column("subject", sa.String(length=250), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("ticket_number", Id, nullable=True),
        sa.Column("message_id", Id, nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_inbound_message_id")),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_inbound_ticket_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("key", name=op.f("uq_inbound_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_inbound_message_id")),
        sa.UniqueConstraint("source", "uidvalidity", "uid", name=op.f("uq_inbound_source_uidvalidity_uid")),
    )
    with op.batch_alter_table("inbound") as table:
        table.create_index("ix_inbound_from_address_received_at", ["from_address", "received_at"], unique=False)
        table.create_index(table.f("ix_inbound_mail_id"), ["mail_id"], unique=False)
        table.create_index("ix_inbound_state_id", ["state", "id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ticket_number", Id, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("message_id", Id, nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("mail_id", sa.String(length=250), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("key", sa.String(length=32), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_letter_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id")),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_letter_ticket_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_letter_mail_id")),
        sa.UniqueConstraint("position", "person_id", "kind", name=op.f("uq_letter_position_person_id_kind")),
    )
    with op.batch_alter_table("letter") as table:
        table.create_index("ix_letter_address_filed_at", ["address", "filed_at"], unique=False)
        table.create_index(table.f("ix_letter_message_id"), ["message_id"], unique=False)
        table.create_index("ix_letter_state_id", ["state", "id"], unique=False)

    op.create_table(
        "mailed",
        sa.Column("message_id", Id, autoincrement=False, nullable=False),
        sa.Column("inbound_id", Id, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("has_html", sa.Boolean(), nullable=False),
        sa.Column("copied", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_mailed_inbound_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_mailed_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_mailed")),
    )
    with op.batch_alter_table("errand") as table:
        table.add_column(sa.Column("lane", Id, server_default="0", nullable=False))

    with op.batch_alter_table("message") as table:
        table.add_column(sa.Column("reopened_not", sa.String(length=10), nullable=True))

    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("ticket_number", Id, nullable=True))
        table.create_foreign_key(table.f("fk_session_ticket_number"), "ticket", ["ticket_number"], ["number"])

    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("follow_up_of", Id, nullable=True))
        table.create_foreign_key(table.f("fk_ticket_follow_up_of"), "ticket", ["follow_up_of"], ["number"])


def downgrade() -> None:
    with op.batch_alter_table("ticket") as table:
        table.drop_constraint(table.f("fk_ticket_follow_up_of"), type_="foreignkey")
        table.drop_column("follow_up_of")

    with op.batch_alter_table("session") as table:
        table.drop_constraint(table.f("fk_session_ticket_number"), type_="foreignkey")
        table.drop_column("ticket_number")

    with op.batch_alter_table("message") as table:
        table.drop_column("reopened_not")

    with op.batch_alter_table("errand") as table:
        table.drop_column("lane")

    op.drop_table("mailed")
    with op.batch_alter_table("letter") as table:
        table.drop_index("ix_letter_state_id")
        table.drop_index(table.f("ix_letter_message_id"))
        table.drop_index("ix_letter_address_filed_at")

    op.drop_table("letter")
    with op.batch_alter_table("inbound") as table:
        table.drop_index("ix_inbound_state_id")
        table.drop_index(table.f("ix_inbound_mail_id"))
        table.drop_index("ix_inbound_from_address_received_at")

    op.drop_table("inbound")
    with op.batch_alter_table("mail_id") as table:
        table.drop_index(table.f("ix_mail_id_ticket_number"))

    op.drop_table("mail_id")
    op.drop_table("wording")
    op.drop_table("view_link")
    op.drop_table("signing_key")
    op.drop_table("mailbox")
    op.drop_table("bounced")
