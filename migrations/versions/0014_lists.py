"""Indexes of a technician's tickets by status, of those with a chat and of an application's, for lists and their counts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CHATS = sa.text("chat_id IS NOT NULL")


def upgrade() -> None:
    columns = ["department_id", "updated_at"]
    op.create_index("ix_ticket_chats", "ticket", columns, sqlite_where=CHATS, postgresql_where=CHATS)
    op.create_index("ix_ticket_technician_id_status", "ticket", ["technician_id", "status"])
    op.drop_index("ix_ticket_technician_id", "ticket")
    op.create_index("ix_ticket_application_id_updated_at", "ticket", ["application_id", "updated_at"])


def downgrade() -> None:
    op.drop_index("ix_ticket_application_id_updated_at", "ticket")
    op.create_index("ix_ticket_technician_id", "ticket", ["technician_id"])
    op.drop_index("ix_ticket_technician_id_status", "ticket")
    op.drop_index("ix_ticket_chats", "ticket")
