"""Applications and their modules, and which departments requesters can choose"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("offered", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("name", name=op.f("uq_application_name")),
    )
    op.create_table(
        "module",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("application_id", Id, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("offered", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_module_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint("application_id", "name", name=op.f("uq_module_application_id_name")),
    )
    for who in ("company", "department"):
        op.create_table(
            f"application_{who}",
            sa.Column("application_id", Id, nullable=False),
            sa.Column(f"{who}_id", Id, nullable=False),
            sa.ForeignKeyConstraint(
                ["application_id"], ["application.id"], name=op.f(f"fk_application_{who}_application_id")
            ),
            sa.ForeignKeyConstraint([f"{who}_id"], [f"{who}.id"], name=op.f(f"fk_application_{who}_{who}_id")),
            sa.PrimaryKeyConstraint("application_id", f"{who}_id", name=op.f(f"pk_application_{who}")),
        )
    with op.batch_alter_table("department") as department:
        department.add_column(sa.Column("offered", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("ticket") as ticket:
        for name in ("application", "module"):
            ticket.add_column(sa.Column(f"{name}_id", Id, nullable=True))
            ticket.create_foreign_key(op.f(f"fk_ticket_{name}_id"), name, [f"{name}_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("ticket") as ticket:
        for name in ("module", "application"):
            ticket.drop_constraint(op.f(f"fk_ticket_{name}_id"), type_="foreignkey")
            ticket.drop_column(f"{name}_id")
    with op.batch_alter_table("department") as department:
        department.drop_column("offered")
    for name in ("application_department", "application_company", "module", "application"):
        op.drop_table(name)
