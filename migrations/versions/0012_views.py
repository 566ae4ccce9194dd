"""Saved views, tags, tickets that were handed out, and the index of the lists by status"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BY_STATUS = "ix_ticket_department_id_status_updated_at"


def upgrade() -> None:
    op.create_table(
        "view",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filter", sa.String(length=600), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view")),
    )
    op.create_index(op.f("ix_view_owner_id"), "view", ["owner_id"])
    op.create_index(op.f("ix_view_shared"), "view", ["shared"])
    op.create_table(
        "handed_out",
        sa.Column("ticket_number", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handed_out_person_id")),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_handed_out_ticket_number")),
        sa.PrimaryKeyConstraint("ticket_number", name=op.f("pk_handed_out")),
    )
    op.create_table(
        "tag",
        sa.Column("ticket_number", Id, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_tag_ticket_number")),
        sa.PrimaryKeyConstraint("ticket_number", "name", name=op.f("pk_tag")),
    )
    op.create_index(op.f("ix_tag_name_ticket_number"), "tag", ["name", "ticket_number"])
    op.create_index(BY_STATUS, "ticket", ["department_id", "status", "updated_at"])


def downgrade() -> None:
    op.drop_index(BY_STATUS, "ticket")
    op.drop_table("tag")
    op.drop_table("handed_out")
    op.drop_table("view")
