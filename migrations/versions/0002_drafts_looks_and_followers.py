"""Drafts, looks and followers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("person", sa.Column("letter_keys", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("ticket", sa.Column("news_seq", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE ticket SET news_seq = COALESCE((SELECT MAX(activity.seq) FROM activity "
        "WHERE activity.ticket_number = ticket.number AND activity.kind <> 'viewed'), 0)"
    )
    op.create_table(
        "follower",
        sa.Column("ticket_number", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_follower_ticket_number")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follower_person_id")),
        sa.PrimaryKeyConstraint("ticket_number", "person_id", name=op.f("pk_follower")),
    )
    op.create_index(op.f("ix_follower_person_id"), "follower", ["person_id"])
    op.create_table(
        "look",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("ticket_number", Id, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_look_person_id")),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_look_ticket_number")),
        sa.PrimaryKeyConstraint("person_id", "ticket_number", name=op.f("pk_look")),
    )
    op.create_index(op.f("ix_look_ticket_number"), "look", ["ticket_number"])
    op.create_table(
        "draft",
        sa.Column("ticket_number", Id, nullable=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_draft_ticket_number")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_draft_author_id")),
        sa.PrimaryKeyConstraint("ticket_number", "author_id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_author_id"), "draft", ["author_id"])
    op.create_table(
        "draft_comment",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("ticket_number", Id, nullable=False),
        sa.Column("draft_author_id", Id, nullable=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_draft_comment_ticket_number")),
        sa.ForeignKeyConstraint(["draft_author_id"], ["person.id"], name=op.f("fk_draft_comment_draft_author_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_draft_comment_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comment")),
    )
    op.create_index("ix_draft_comment_of", "draft_comment", ["ticket_number", "draft_author_id"])


def downgrade() -> None:
    for name in ("draft_comment", "draft", "look", "follower"):
        op.drop_table(name)
    op.drop_column("ticket", "news_seq")
    op.drop_column("person", "letter_keys")
