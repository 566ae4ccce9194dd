"""Rules of escalation"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "escalation",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("clock", sa.String(20), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("department_id", Id, nullable=True),
        sa.Column("priorities", sa.Text(), nullable=False),
        sa.Column("tells_technician", sa.Boolean(), nullable=False),
        sa.Column("tells_leads", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.String(10), nullable=True),
        sa.Column("tag", sa.String(30), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("set_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_escalation_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("escalation")
