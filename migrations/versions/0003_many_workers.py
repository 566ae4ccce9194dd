"""Numbers of 64 bits on PostgreSQL, and who runs an errand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBERS = (
    ("activity", "seq", True),
    ("activity", "public_seq", True),
    ("draft", "version", False),
    ("look", "seq", False),
    ("message", "seen", True),
    ("ticket", "news_seq", False),
    ("ticket", "public_seq", False),
    ("ticket", "seq", False),
    ("ticket", "version", False),
)


def upgrade() -> None:
    _numbers(sa.BigInteger(), sa.Integer())
    ticket = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("errand") as errand:
        errand.add_column(sa.Column("ticket_number", ticket, nullable=True))
        errand.add_column(sa.Column("holder", sa.String(length=40), nullable=True))
        errand.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
        errand.create_foreign_key("fk_errand_ticket_number", "ticket", ["ticket_number"], ["number"])
        errand.create_index("ix_errand_line", ["ticket_number", "follower", "state"])
    op.execute(
        "UPDATE errand SET ticket_number = "
        "(SELECT activity.ticket_number FROM activity WHERE activity.position = errand.position)"
    )


def downgrade() -> None:
    with op.batch_alter_table("errand") as errand:
        errand.drop_index("ix_errand_line")
        errand.drop_constraint("fk_errand_ticket_number", type_="foreignkey")
        for column in ("held_until", "holder", "ticket_number"):
            errand.drop_column(column)
    _numbers(sa.Integer(), sa.BigInteger())


def _numbers(now: sa.types.TypeEngine[int], before: sa.types.TypeEngine[int]) -> None:
    if op.get_bind().dialect.name == "postgresql":  # an INTEGER of SQLite has 64 bits
        for table, column, nullable in NUMBERS:
            op.alter_column(table, column, type_=now, existing_type=before, existing_nullable=nullable)
