"""The index of changes of status by their moments, which reports count"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOVES = "ix_activity_moves"
WHERE = sa.text("kind = 'status_changed'")


def upgrade() -> None:
    op.create_index(MOVES, "activity", ["at"], sqlite_where=WHERE, postgresql_where=WHERE)


def downgrade() -> None:
    op.drop_index(MOVES, "activity")
