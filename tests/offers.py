"""What Root offers in tests: Administration with two modules, Accounting with one, Fleet for Gray Partners alone.

Support is open to requesters, Billing is not.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from cast import Cast
from console.desk.actions import offering
from console.desk.desk import Desk
from console.desk.tables import application as applications
from console.desk.tables import company, department
from console.desk.tables import module as modules


@dataclass(frozen=True, slots=True)
class Offers:
    """The ids of what is offered, by name."""

    administration: int
    invoicing: int
    stock: int
    accounting: int
    ledger: int
    fleet: int
    vans: int
    gray_partners: int


def make(desk: Desk, cast: Cast) -> Offers:
    """What is offered already stays as it is."""
    root = cast["root"]
    with desk.database.reading() as connection:
        there = {row.name: row.id for table in (applications, modules) for row in connection.execute(select(table))}

    def application(name: str) -> int:
        return there.get(name) or desk.run(offering.add_application, root, name=name).made or 0

    def module(of: int, name: str) -> int:
        return there.get(name) or desk.run(offering.add_module, root, of, name=name).made or 0

    administration, accounting, fleet = (application(name) for name in ("Administration", "Accounting", "Fleet"))
    with desk.database.reading() as connection:
        gray = connection.execute(select(company.c.id).where(company.c.name == "Gray Partners")).scalar_one()
        support = connection.execute(select(department.c.id).where(department.c.name == "Support")).scalar_one()
    offers = Offers(
        administration,
        module(administration, "Invoicing"),
        module(administration, "Stock"),
        accounting,
        module(accounting, "Ledger"),
        fleet,
        module(fleet, "Vans"),
        gray,
    )
    desk.run(offering.offer_to, root, fleet, companies=[gray])
    desk.run(offering.offer, root, "department", support, on=True)
    return offers
