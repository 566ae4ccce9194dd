"""Applications and modules: who may choose which, what a ticket keeps, and what the log says of it."""

from __future__ import annotations

from collections.abc import Callable

import offers
import pytest
from offers import Offers

from cast import email
from console.desk import applications
from console.desk.actions import offering
from console.desk.actions.fields import set_fields
from console.desk.actions.staffing import change_access
from console.desk.errors import Changed, Invalid, NotFound
from console.desk.tables import ticket
from desk.acts import Acts


@pytest.fixture
def there(acts: Acts) -> Offers:
    return offers.make(acts.desk, acts.cast)


def offered(acts: Acts, who: str) -> list[tuple[str, list[str]]]:
    found = acts.read(applications.offered, acts.cast[who].id)
    return [(each.name, [part.name for part in each.modules]) for each in found]


def on_ticket(acts: Acts, number: int = 1) -> tuple[str | None, str | None]:
    row = acts.row(ticket.select().where(ticket.c.number == number))
    return acts.read(applications.name_of, row.application_id, row.module_id)


def said(acts: Acts, after: int) -> list[tuple[str, object, object]]:
    return [(each.kind, each.facts["from"], each.facts["to"]) for each in acts.log(after)]


ADMINISTRATION = ("Administration", ["Invoicing", "Stock"])
ACCOUNTING = ("Accounting", ["Ledger"])
FLEET = ("Fleet", ["Vans"])


def test_an_application_is_offered_to_its_companies_and_departments_or_to_everybody(acts: Acts, there: Offers) -> None:
    assert offered(acts, "rhea") == [ADMINISTRATION, ACCOUNTING]
    assert offered(acts, "mallory") == [ADMINISTRATION, ACCOUNTING, FLEET]
    assert offered(acts, "tess") == [ADMINISTRATION, ACCOUNTING]
    billing = next(iter(acts.cast["cleo"].departments))
    acts.desk.run(offering.offer_to, acts.cast["root"], there.fleet, companies=[], departments=[billing])
    assert FLEET not in offered(acts, "mallory") and FLEET in offered(acts, "cleo")
    acts.desk.run(change_access, None, email=email("tess"), departments=["Billing"])
    assert FLEET in offered(acts, "tess")
    acts.desk.run(offering.offer_to, acts.cast["root"], there.fleet, companies=[])
    assert FLEET in offered(acts, "rhea")


def test_a_technician_knows_of_the_applications_of_their_requesters_and_of_their_tickets(
    acts: Acts, there: Offers
) -> None:
    def known(who: str) -> bool:
        return there.fleet in acts.read(applications.known, acts.cast[who])

    assert known("ada") and known("cleo")  # of a company, whose people may ask any department
    billing = next(iter(acts.cast["cleo"].departments))
    acts.desk.run(offering.offer_to, acts.cast["root"], there.fleet, companies=[], departments=[billing])
    assert not known("ada") and not known("lea") and known("cleo") and known("root")
    acts.desk.run(offering.offer, acts.cast["root"], "application", there.fleet, on=False)
    assert known("cleo") and not known("ada")
    acts.desk.run(offering.offer, acts.cast["root"], "application", there.fleet, on=True)
    acts.opens("cleo", department="Support", application=there.fleet)
    assert known("ada") and known("lea")


def test_what_is_switched_off_is_not_offered_and_tickets_keep_it(acts: Acts, there: Offers) -> None:
    acts.sets("ada", "application", str(there.administration))
    acts.sets("ada", "module", str(there.stock))
    root = acts.cast["root"]
    acts.desk.run(offering.offer, root, "module", there.stock, on=False)
    assert offered(acts, "rhea")[0] == ("Administration", ["Invoicing"])
    acts.desk.run(offering.offer, root, "application", there.administration, on=False)
    assert offered(acts, "rhea") == [ACCOUNTING]
    assert on_ticket(acts) == ("Administration", "Stock")
    head = acts.last().position
    acts.sets("ada", "application", str(there.administration))
    assert acts.last().position == head, "what it has already is no other choice"
    acts.sets("ada", "module", str(there.invoicing))
    assert on_ticket(acts) == ("Administration", "Invoicing"), "the modules of its application can still be chosen"
    acts.sets("ada", "module", None)
    with pytest.raises(Invalid, match="Choose a module"):
        acts.sets("ada", "module", str(there.stock))


def test_another_application_takes_the_module_away_and_the_log_names_both(acts: Acts, there: Offers) -> None:
    head = acts.last().position
    acts.sets("ada", "application", str(there.administration))
    acts.sets("ada", "module", str(there.invoicing))
    acts.sets("ada", "application", str(there.accounting))
    assert on_ticket(acts) == ("Accounting", None)
    assert said(acts, head) == [
        ("application_changed", None, "Administration"),
        ("module_changed", None, "Invoicing"),
        ("application_changed", "Administration", "Accounting"),
        ("module_changed", "Invoicing", None),
    ]
    assert all(each.public_seq is not None for each in acts.log(head)), "the requester may know of it"
    acts.desk.run(offering.rename, acts.cast["root"], "application", there.accounting, name="Books")
    assert on_ticket(acts)[0] == "Books" and acts.log(head)[2].facts["to"] == "Accounting"


@pytest.mark.parametrize("value", ["fleet", "ledger", "0", "-1", "x", "9" * 30, "1.5"])
def test_only_what_the_requester_may_choose_can_be_set(value: str, acts: Acts, there: Offers) -> None:
    acts.sets("ada", "application", str(there.administration))
    head = acts.last().position
    chosen = str(getattr(there, value)) if value.isalpha() and value != "x" else value
    with pytest.raises(Invalid) as refused:
        acts.sets("ada", "module" if value == "ledger" else "application", chosen)
    assert refused.value.field == ("module" if value == "ledger" else "application")
    assert acts.last().position == head
    mallorys = acts.opens("mallory").number or 0
    acts.sets("ada", "application", str(there.fleet), number=mallorys)
    assert on_ticket(acts, mallorys)[0] == "Fleet", "the twin: for a person of its company it can"


def test_several_fields_name_the_application_and_a_module_of_it_in_any_order(acts: Acts, there: Offers) -> None:
    def sets(**values: str | None) -> None:
        acts.desk.run(set_fields, 1, acts.cast["ada"], values=values)

    sets(module="Ledger", application="Accounting", priority="high")
    assert on_ticket(acts) == ("Accounting", "Ledger")
    sets(application="Accounting")
    assert on_ticket(acts) == ("Accounting", "Ledger"), "the same application takes nothing away"
    with pytest.raises(Invalid):
        sets(application="Administration", module="Ledger")
    assert on_ticket(acts) == ("Accounting", "Ledger"), "one wrong field leaves all as they were"
    sets(application=None)
    assert on_ticket(acts) == (None, None)
    with pytest.raises(Invalid, match="Choose a module"):
        sets(module="Ledger")


def test_an_editor_who_saw_another_application_has_to_choose(acts: Acts, there: Offers) -> None:
    acts.sets("ben", "application", str(there.accounting))
    with pytest.raises(Changed):
        acts.sets("ada", "application", str(there.administration), before="")
    acts.sets("ada", "application", str(there.administration), before=str(there.accounting))
    assert on_ticket(acts)[0] == "Administration"


def test_a_ticket_is_opened_about_an_application_by_id_or_by_name(acts: Acts, there: Offers) -> None:
    for about in (
        {"application": there.administration, "module": there.stock},
        {"application": "Administration", "module": "Stock"},
        {"module": there.stock},
    ):
        number = acts.opens("rhea", **about).number or 0
        assert on_ticket(acts, number) == ("Administration", "Stock")
    assert on_ticket(acts, acts.opens("rhea", application="Accounting").number or 0) == ("Accounting", None)
    assert on_ticket(acts, acts.opens("rhea").number or 0) == (None, None)
    head = acts.last().position
    for field, about in (
        ("application", {"application": "Fleet"}),
        ("application", {"application": there.fleet}),
        ("application", {"module": there.vans}),
        ("application", {"module": "Stock"}),
        ("module", {"application": "Accounting", "module": "Stock"}),
        ("module", {"application": there.accounting, "module": there.stock}),
    ):
        with pytest.raises(Invalid) as refused:
            acts.opens("rhea", **about)
        assert refused.value.field == field, about
    assert acts.last().position == head


def test_an_admin_orders_renames_and_nothing_is_called_twice(acts: Acts, there: Offers) -> None:
    root, run = acts.cast["root"], acts.desk.run
    run(offering.move, root, "application", there.accounting, up=True)
    run(offering.move, root, "application", there.accounting, up=True)
    run(offering.move, root, "module", there.invoicing, up=False)
    run(offering.rename, root, "module", there.ledger, name=" Main \n ledger\0 ")
    assert offered(acts, "rhea") == [("Accounting", ["Main ledger"]), ("Administration", ["Stock", "Invoicing"])]
    run(offering.add_module, root, there.accounting, name="Stock")
    head = acts.last().position
    for wrong in ("", "  ", "x" * 81, "Administration"):
        with pytest.raises(Invalid):
            run(offering.add_application, root, name=wrong)
        with pytest.raises(Invalid):
            run(offering.rename, root, "application", there.accounting, name=wrong)
    with pytest.raises(Invalid, match="already one called Stock"):
        run(offering.add_module, root, there.accounting, name="Stock")
    with pytest.raises(Invalid):
        run(offering.offer_to, root, there.fleet, companies=[there.gray_partners, 999])
    with pytest.raises(NotFound):
        run(offering.add_module, root, 999, name="x")
    with pytest.raises(NotFound):
        run(offering.offer_to, root, 999, companies=[])
    assert acts.last().position == head
    assert FLEET in offered(acts, "mallory") and FLEET not in offered(acts, "rhea")


@pytest.mark.parametrize("who", ["lea", "ada", "rhea"])
def test_nobody_but_an_admin_changes_what_is_offered(who: str, acts: Acts, there: Offers) -> None:
    head, run, actor = acts.last().position, acts.desk.run, acts.cast[who]
    attempts: tuple[Callable[[], object], ...] = (
        lambda: run(offering.add_application, actor, name="x"),
        lambda: run(offering.add_module, actor, there.fleet, name="x"),
        lambda: run(offering.rename, actor, "module", there.vans, name="x"),
        lambda: run(offering.offer, actor, "application", there.fleet, on=False),
        lambda: run(offering.move, actor, "application", there.fleet, up=True),
        lambda: run(offering.offer_to, actor, there.fleet, companies=[]),
    )
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
    assert acts.last().position == head
