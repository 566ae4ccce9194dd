"""What an admin offers to requesters: every change is seen at once where requesters choose, and is in the log."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import offers
import pytest
from lxml import html
from offers import Offers
from sqlalchemy import select

from console.desk import tables as t
from world import JSON, World

PLACE, NEW = "/settings/applications", "/portal/requests/new"


@pytest.fixture
def there(world: World) -> Offers:
    return offers.make(world.desk, world.cast)


@pytest.fixture
def root(world: World) -> httpx2.Client:
    return world.browse("root")


def does(root: httpx2.Client, **form: Any) -> str:
    answer = root.post(PLACE, data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def offered(client: httpx2.Client, name: str) -> list[str]:
    page = html.document_fromstring(client.get(NEW).text)
    return [each.text for each in page.xpath(f"//select[@name='{name}']//option[@value!='']")]


def log(world: World) -> list[dict[str, Any]]:
    query = select(t.activity.c.facts).where(t.activity.c.kind == "offer_changed").order_by(t.activity.c.position)
    return world.desk.database.read_now(lambda connection: [json.loads(row.facts) for row in connection.execute(query)])


def test_what_an_admin_offers_is_what_requesters_choose_from(world: World, root: httpx2.Client) -> None:
    rhea, mallory = world.browse("rhea"), world.browse("mallory")
    assert 'name="application"' not in rhea.get(NEW).text
    assert does(root, act="add", what="application", name="Shop") == f"{PLACE}#application-1"
    does(root, act="add", what="application", name="Till")
    assert does(root, act="add", what="module", of=1, name="Basket") == f"{PLACE}#module-1"
    does(root, act="add", what="module", of=1, name="Coupons")
    does(root, act="move", what="application", id=2, on=1)
    does(root, act="move", what="module", id=1, on=0)
    does(root, act="rename", what="module", id=1, name="Cart")
    assert (offered(rhea, "application"), offered(rhea, "module")) == (["Till", "Shop"], ["Coupons", "Cart"])
    does(root, act="offer", what="module", id=2, on=0)
    does(root, act="offer", what="application", id=2, on=0)
    assert (offered(rhea, "application"), offered(rhea, "module")) == (["Shop"], ["Cart"])
    page = html.document_fromstring(root.get(PLACE).text)
    gray = page.xpath("//*[@id='application-1']//label[contains(., 'Gray Partners')]/input/@value")
    does(root, act="offer_to", what="application", id=1, companies=gray)
    assert offered(rhea, "application") == [] and offered(mallory, "application") == ["Shop"]
    assert "Only some" in root.get(PLACE).text
    does(root, act="offer_to", what="application", id=1)
    assert offered(rhea, "application") == ["Shop"]
    assert [each["act"] for each in log(world)] == [
        *("added", "added", "added", "added", "moved", "moved", "renamed", "withdrawn", "withdrawn"),
        *("offered_to", "offered_to"),
    ]


def test_a_department_is_opened_to_requesters_and_closed_again(world: World, root: httpx2.Client) -> None:
    rhea = world.browse("rhea")
    ids = dict(
        world.desk.database.read_now(
            lambda c: [tuple(row) for row in c.execute(select(t.department.c.name, t.department.c.id))]
        )
    )
    assert "Billing" not in rhea.get(NEW).text
    assert does(root, act="offer", what="department", id=ids["Billing"], on=1) == f"{PLACE}#departments"
    assert offered(rhea, "department") == ["Billing"]
    does(root, act="offer", what="department", id=ids["Billing"], on=0)
    assert "Billing" not in rhea.get(NEW).text


def test_a_name_that_can_not_be_is_told_where_it_was_typed_and_stays(
    world: World, root: httpx2.Client, there: Offers
) -> None:
    before = len(log(world))
    for form in (
        {"act": "add", "what": "application"},
        {"act": "rename", "what": "application", "id": there.fleet},
    ):
        answer = root.post(PLACE, data={**form, "name": "Accounting"})
        assert answer.status_code == 422
        wrong = html.document_fromstring(answer.text).xpath("//input[@aria-invalid='true']")
        assert [each.get("value") for each in wrong] == ["Accounting"]
        assert answer.text.count("There is already one called Accounting.") == 1
    answer = root.post(PLACE, data={"act": "add", "what": "module", "of": there.accounting, "name": "Ledger"})
    assert answer.status_code == 422 and answer.text.count("already one called Ledger") == 1
    for form, status in (
        ({"act": "add", "what": "module", "of": 999, "name": "x"}, 404),
        ({"act": "rename", "what": "module", "id": 999, "name": "x"}, 404),
        ({"act": "offer", "what": "application", "id": there.fleet, "on": "maybe"}, 422),
        ({"act": "offer_to", "what": "application", "id": there.fleet, "companies": "999"}, 422),
        ({"act": "burn", "what": "application", "id": there.fleet}, 422),
        ({"act": "add", "what": "application", "name": "x" * 81}, 422),
    ):
        assert root.post(PLACE, data=form, headers=JSON).status_code == status, form
    assert len(log(world)) == before


@pytest.mark.parametrize(("language", "words"), [("es", "Quién puede elegirla"), ("pt", "Quem pode escolhê-la")])
def test_the_page_speaks_the_admins_language(language: str, words: str, world: World, there: Offers) -> None:
    assert words in world.browse("root", language).get(PLACE).text
