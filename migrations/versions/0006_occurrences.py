"""What a reply or a note tells besides its words: when it happened, time spent, a solution, and whether it goes by mail"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("occurred_at", sa.DateTime(timezone=True)))
        message.add_column(sa.Column("minutes", sa.Integer()))
        message.add_column(sa.Column("solution", sa.Text(), nullable=False, server_default=""))
        message.add_column(sa.Column("by_mail", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(sa.text("update message set by_mail = false where kind = 'note'"))
    with op.batch_alter_table("message") as message:
        message.alter_column("solution", server_default=None, existing_type=sa.Text(), existing_nullable=False)
        message.alter_column("by_mail", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    op.execute(sa.text("update message set kind = 'note' where kind = 'occurrence'"))
    with op.batch_alter_table("message") as message:
        for name in ("occurred_at", "minutes", "solution", "by_mail"):
            message.drop_column(name)
