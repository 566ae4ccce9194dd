"""The index by which the search of a requester, who has few tickets, begins at these, on PostgreSQL"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NAME = "ix_search_entry_ticket_number"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(NAME, "search_entry", ["ticket_number"])
        # What is indexed there has no shelves, and is indexed anew.
        op.execute("update search_state set version = 2 where not exists (select 1 from message)")
    else:
        op.execute("update search_state set version = 2 where version = 1")  # entries are what they were


def downgrade() -> None:
    op.execute("update search_state set version = 1")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(NAME, "search_entry")
