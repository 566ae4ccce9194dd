"""Who takes part, and what proves them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, String, Table, false, true

from console.desk.tables.columns import Moment, metadata, own_id, to

company = Table("company", metadata, own_id(), Column("name", String(120), nullable=False, unique=True))

department = Table(
    "department",
    metadata,
    own_id(),
    Column("name", String(80), nullable=False, unique=True),
    # Whether requesters can choose it. The names of the others are nobody's business outside the staff.
    Column("offered", Boolean, nullable=False, server_default=false()),
)

person = Table(
    "person",
    metadata,
    own_id(),
    Column("name", String(120), nullable=False),
    Column("email", String(254), nullable=False, unique=True),  # always in lower case
    Column("password_hash", String(200)),
    Column("role", String(12), nullable=False),  # requester technician lead admin
    to("company_id", "company.id", nullable=True),
    Column("language", String(2)),  # null: the browser's
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Moment, nullable=False),
    Column("letter_keys", Boolean, nullable=False, default=True, server_default=true()),  # single letters are shortcuts
    Column("sees_company", Boolean, nullable=False, default=False, server_default=false()),  # reads its requests
    # How their lists of requests are sorted: changed newest oldest; and whether conversations begin with the newest.
    Column("request_order", String(8), nullable=False, default="changed", server_default="changed"),
    Column("newest_first", Boolean, nullable=False, default=False, server_default=false()),
)

membership = Table(
    "membership",
    metadata,
    to("person_id", "person.id", primary_key=True),
    to("department_id", "department.id", primary_key=True),
)

session = Table(
    "session",
    metadata,
    own_id(),
    Column("digest", String(64), nullable=False, unique=True),  # sha256 of the cookie's value
    to("person_id", "person.id", index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    to("ticket_number", "ticket.number", nullable=True),  # all that it opens, if it began with the link in a mail
)

# A link that was mailed to a requester who wants to sign in without a password. It is good once.
sign_in_link = Table(
    "sign_in_link",
    metadata,
    own_id(),
    Column("digest", String(64), nullable=False, unique=True),  # sha256 of what the link holds
    to("person_id", "person.id", index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

api_token = Table(
    "api_token",
    metadata,
    own_id(),
    Column("digest", String(64), nullable=False, unique=True),
    to("person_id", "person.id", index=True),
    Column("name", String(80), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("scopes", String(200), nullable=False),  # names of desk/scopes.py with spaces between
)
