"""The index that tickets are searched in

It is made from the rest, so it is not among the tables that the program declares, and no archive has it. It begins empty:
what is there already is indexed by the desk while it runs, or by `console search rebuild`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Columns are told apart, words need their places for phrases, and three letters are enough to search by. The words are
# folded already; what is in `search_text` can be taken out again. Nothing is ranked by the length of a text.
FTS5 = (
    "create virtual table {name} using fts5({columns}, content='', columnsize=0, prefix='3', "
    'tokenize="unicode61 remove_diacritics 2")'
)


def upgrade() -> None:
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("below", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
    )
    op.execute("insert into search_state (id, version, below) select 1, 1, coalesce(max(id), 0) + 1 from message")
    if op.get_bind().dialect.name == "sqlite":
        op.create_table(
            "search_text",
            sa.Column("id", Id, nullable=False),
            sa.Column("public", sa.Boolean(), nullable=False),
            sa.Column("title", sa.Text(), nullable=False),
            sa.Column("about", sa.Text(), nullable=False),
            sa.Column("body", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_search_text")),
        )
        op.execute(FTS5.format(name="search_public", columns="title, body"))
        op.execute(FTS5.format(name="search_staff", columns="title, about, body"))
    else:
        op.execute(
            "create table search_entry (message_id bigint constraint pk_search_entry primary key, "
            "ticket_number bigint not null, public_words tsvector, staff_words tsvector not null)"
        )
        for audience in ("public", "staff"):
            # Few words wait to be put in their places: a search reads all of those, and who fills the list empties it.
            op.execute(
                f"create index ix_search_entry_{audience} on search_entry using gin ({audience}_words) "
                "with (gin_pending_list_limit = 512)"
            )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("search_staff", "search_public", "search_text") if sqlite else ("search_entry",):
        op.execute(f"drop table {name}")
    op.drop_table("search_state")
