"""Opening hours, targets, and how the clocks of each ticket stand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLACE = (["department_id"], ["department.id"])


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("id", Id, nullable=False),
        sa.Column("department_id", Id, nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("weekly", sa.Text(), nullable=False),
        sa.Column("holidays", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(*PLACE, name=op.f("fk_calendar_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
    )
    op.create_table(
        "target",
        sa.Column("id", Id, nullable=False),
        sa.Column("department_id", Id, nullable=True),
        sa.Column("priority", sa.String(length=10), nullable=False),
        sa.Column("first_response", sa.Integer(), nullable=True),
        sa.Column("next_response", sa.Integer(), nullable=True),
        sa.Column("resolution", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(*PLACE, name=op.f("fk_target_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    with op.batch_alter_table("ticket") as ticket:
        ticket.add_column(sa.Column("clocks", sa.Text(), nullable=True))
        ticket.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        ticket.add_column(sa.Column("due_kind", sa.String(length=16), nullable=True))
        ticket.add_column(sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True))
        ticket.add_column(sa.Column("breached", sa.Boolean(), nullable=False, server_default=sa.false()))
        ticket.create_index(op.f("ix_ticket_due_at"), ["due_at"], unique=False)
        ticket.create_index(op.f("ix_ticket_alarm_at"), ["alarm_at"], unique=False)
    with op.batch_alter_table("notification") as notification:
        notification.alter_column("actor_id", existing_type=Id, nullable=True)


def downgrade() -> None:
    op.execute("delete from notification where actor_id is null")
    with op.batch_alter_table("notification") as notification:
        notification.alter_column("actor_id", existing_type=Id, nullable=False)
    with op.batch_alter_table("ticket") as ticket:
        ticket.drop_index(op.f("ix_ticket_alarm_at"))
        ticket.drop_index(op.f("ix_ticket_due_at"))
        for name in ("breached", "alarm_at", "due_kind", "due_at", "clocks"):
            ticket.drop_column(name)
    op.drop_table("target")
    op.drop_table("calendar")
