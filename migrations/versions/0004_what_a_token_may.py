"""What a token may: those that are there may everything, as before"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

EVERYTHING = "tickets:read tickets:write people:read tokens"


def upgrade() -> None:
    with op.batch_alter_table("api_token") as token:
        token.add_column(sa.Column("scopes", sa.String(length=200), nullable=False, server_default=EVERYTHING))
    with op.batch_alter_table("api_token") as token:
        token.alter_column("scopes", server_default=None, existing_type=sa.String(length=200), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("api_token") as token:
        token.drop_column("scopes")
