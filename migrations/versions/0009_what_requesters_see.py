"""What requesters see: their company's requests, what is new to them, links to sign in by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("sees_company", sa.Boolean(), nullable=False, server_default=sa.false()))
        person.add_column(sa.Column("request_order", sa.String(length=8), nullable=False, server_default="changed"))
        person.add_column(sa.Column("newest_first", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "public_look",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("ticket_number", Id, nullable=False),
        sa.Column("seq", Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_public_look_person_id")),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_public_look_ticket_number")),
        sa.PrimaryKeyConstraint("person_id", "ticket_number", name=op.f("pk_public_look")),
    )
    op.create_index(op.f("ix_public_look_ticket_number"), "public_look", ["ticket_number"], unique=False)
    # What was answered before there were marks is no news to anybody.
    op.execute(
        sa.text(
            "insert into public_look (person_id, ticket_number, seq, at)"
            " select requester_id, number, public_seq, public_updated_at from ticket"
            " union select person_id, ticket_number, public_seq, public_updated_at"
            " from participant join ticket on number = ticket_number where person_id <> requester_id"
        )
    )
    op.create_table(
        "sign_in_link",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_link_digest")),
    )
    op.create_index(op.f("ix_sign_in_link_person_id"), "sign_in_link", ["person_id"], unique=False)


def downgrade() -> None:
    for name in ("sign_in_link", "public_look"):
        op.drop_table(name)
    with op.batch_alter_table("person") as person:
        for name in ("newest_first", "request_order", "sees_company"):
            person.drop_column(name)
