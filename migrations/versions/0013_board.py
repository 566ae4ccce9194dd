"""Indexes of what the board counts by the hour, and notices that are no ticket's"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENTS = ("created_at", "resolved_at", "first_response_at")


def upgrade() -> None:
    for name in MOMENTS:
        op.create_index(op.f(f"ix_ticket_{name}"), "ticket", [name])
    with op.batch_alter_table("notification") as batch_op:
        batch_op.alter_column("ticket_number", existing_type=Id, nullable=True)
        batch_op.add_column(sa.Column("words", sa.String(length=500), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM notification WHERE ticket_number IS NULL")
    with op.batch_alter_table("notification") as batch_op:
        batch_op.drop_column("words")
        batch_op.alter_column("ticket_number", existing_type=Id, nullable=False)
    for name in MOMENTS:
        op.drop_index(op.f(f"ix_ticket_{name}"), "ticket")
