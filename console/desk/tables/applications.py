"""What requests are about: applications and their modules, and which people may choose an application."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, String, Table, UniqueConstraint, true

from console.desk.tables.columns import metadata, own_id, to

application = Table(
    "application",
    metadata,
    own_id(),
    Column("name", String(80), nullable=False, unique=True),
    Column("offered", Boolean, nullable=False, server_default=true()),  # whether it can be chosen
    Column("place", Integer, nullable=False),  # order in lists
)

module = Table(
    "module",
    metadata,
    own_id(),
    to("application_id", "application.id"),
    Column("name", String(80), nullable=False),
    Column("offered", Boolean, nullable=False, server_default=true()),
    Column("place", Integer, nullable=False),
    UniqueConstraint("application_id", "name"),
)

# Who may choose an application: people of these companies or departments; everybody, if it has neither.
application_company = Table(
    "application_company",
    metadata,
    to("application_id", "application.id", primary_key=True),
    to("company_id", "company.id", primary_key=True),
)

application_department = Table(
    "application_department",
    metadata,
    to("application_id", "application.id", primary_key=True),
    to("department_id", "department.id", primary_key=True),
)
