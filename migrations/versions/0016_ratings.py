"""What requesters say of how their requests were resolved"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("ticket_number", Id, nullable=False),
        sa.Column("resolved_at", Moment, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("technician_id", Id, nullable=True),
        sa.Column("department_id", Id, nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("message_id", Id, nullable=True),
        sa.Column("rated_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_rating_ticket_number")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rating_person_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["person.id"], name=op.f("fk_rating_technician_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_rating_department_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_rating_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("ticket_number", "resolved_at", name=op.f("uq_rating_ticket_number_resolved_at")),
    )
    op.create_index(op.f("ix_rating_rated_at"), "rating", ["rated_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_rating_rated_at"), table_name="rating")
    op.drop_table("rating")
