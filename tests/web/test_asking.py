"""A new request in the portal: what is offered, what it becomes, what is refused and that nothing typed is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx2
import offers
import pytest
from lxml import html
from offers import Offers
from sqlalchemy import select

from cast import email
from console import viewer
from console.desk import tables as t
from console.desk.actions import offering, signing
from console.desk.actions.fields import set_field
from console.desk.actions.opening import open_ticket
from console.desk.message import Draft
from web.conftest import stored
from world import JSON, World

NEW, SIMILAR = "/portal/requests/new", "/portal/requests/similar"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)
WRONG = {"subject": " ", "application": "999", "module": "7", "department": "Billing", "priority": "now", "body": ""}


@pytest.fixture
def there(world: World) -> Offers:
    return offers.make(world.desk, world.cast)


def options(client: httpx2.Client, name: str) -> list[str]:
    page = html.document_fromstring(client.get(NEW).text)
    return [each.text for each in page.xpath(f"//select[@name='{name}']//option[@value!='']")]


def ask(client: httpx2.Client, files: Any = None, **fields: object) -> httpx2.Response:
    sent = {"subject": "No paper", "body": "The tray is empty.", "department": "Support", "priority": "high", **fields}
    data = {name: str(value) for name, value in sent.items()}
    return client.post(NEW, data=data, files=files, headers=JSON)


def rows(world: World, query: Any) -> list[Any]:
    found: list[Any] = world.desk.database.read_now(lambda connection: list(connection.execute(query)))
    return found


def test_a_request_arrives_with_all_that_was_chosen_and_is_confirmed_by_mail(world: World, there: Offers) -> None:
    rhea, ada = world.browse("rhea"), world.browse("ada")
    files = [("files", (f"{n}.png", PNG, "image/png")) for n in range(3)] + [("files", ("list.pdf", b"%PDF"))]
    answer = ask(rhea, files, application=there.administration, module=there.stock, command_id="one")
    assert answer.json() == {"url": "/portal/requests/2"}
    page = rhea.get("/portal/requests/2").text
    for words in ("No paper", "The tray is empty.", "Administration", "Stock", "High", "list.pdf", "2.png"):
        assert words in page, words
    seen = ada.get("/tickets/2").text
    assert "opened the ticket from the portal" in seen and 'id="panel-module"' in seen and "Stock" in seen
    row = rows(world, select(t.ticket).where(t.ticket.c.number == 2))[0]
    assert (row.requester_id, row.source, row.priority, row.status) == (
        world.cast["rhea"].id,
        "portal",
        "high",
        "open",
    )
    letters = rows(world, select(t.letter.c.kind, t.letter.c.address).where(t.letter.c.ticket_number == 2))
    assert [tuple(each) for each in letters] == [("confirmation", email("rhea"))]
    assert ask(rhea, files, command_id="one").json() == {"url": "/portal/requests/2"}, "sent twice, it is one"
    assert len(rows(world, select(t.ticket))) == 2
    plain = rhea.post(
        NEW, data={"subject": "Plain", "body": "Without scripts.", "department": "Support", "priority": "low"}
    )
    assert (plain.status_code, plain.headers["location"]) == (303, "/portal/requests/3")
    assert "New request" in rhea.get("/portal").text


def test_everybody_is_offered_what_is_theirs_and_learns_of_nothing_else(world: World, there: Offers) -> None:
    rhea, mallory = world.browse("rhea"), world.browse("mallory")
    assert options(rhea, "application") == ["Administration", "Accounting"]
    assert options(rhea, "module") == ["Invoicing", "Stock", "Ledger"]
    assert options(rhea, "department") == ["Support"]
    assert options(mallory, "application") == ["Administration", "Accounting", "Fleet"], "the twin: her company's"
    told = "".join(
        each.text
        for each in (
            rhea.get(NEW),
            ask(rhea, application=there.fleet),
            ask(rhea, module=there.vans),
            ask(rhea, department="Billing"),
            ask(rhea, department="Kitchen"),
        )
    )
    assert "Fleet" not in told and "Vans" not in told and "Gray" not in told and "Billing" not in told
    assert ask(rhea, department="Billing").text == ask(rhea, department="Kitchen").text
    assert ask(rhea, application=there.fleet).text == ask(rhea, application=999).text
    assert ask(mallory, application=there.fleet, module=there.vans).status_code == 200
    assert "Fleet" not in rhea.get("/portal").text + rhea.get(SIMILAR, params={"subject": "Fleet vans"}).text


def test_where_no_department_is_offered_requests_go_where_mail_goes(world: World) -> None:
    rhea = world.browse("rhea")
    assert "department" not in rhea.get(NEW).text
    assert ask(rhea, department="").status_code == 200 and ask(rhea, department="Billing").status_code == 200
    assert (
        "Support" in world.browse("ada").get("/tickets/2").text
        and "Support" in world.browse("ada").get("/tickets/3").text
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("A subject has 1 to 250", "can not be chosen", "Choose a department.", "Write something before")),
        ("es", ("Un asunto tiene", "no se puede elegir", "Elige un departamento.", "Escribe algo")),
        ("pt", ("Um assunto tem", "não pode ser escolhida", "Escolha um departamento.", "Escreva algo")),
    ],
)
def test_all_that_is_wrong_is_told_at_once_beside_its_field_and_the_text_stays(
    language: str, words: tuple[str, ...], world: World, there: Offers
) -> None:
    rhea = world.browse("rhea", language)
    answer = rhea.post(NEW, data=WRONG, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() == {"subject", "application", "department", "priority", "body"}
    page = rhea.post(NEW, data={**WRONG, "body": "", "subject": "x" * 251})
    tree = html.document_fromstring(page.text)
    for field, sentence in zip(("subject", "application", "department", "body"), words, strict=True):
        assert sentence in answer.json()["errors"][field], field
        shown = tree.xpath(f"//*[@data-of='{field}' and not(@hidden)]")
        assert sentence in shown[0].text_content(), field
        (marked,) = tree.xpath(f"//*[@name='{field}' and @aria-invalid='true']")
        assert shown[0].get("id") in marked.get("aria-describedby")
    assert page.status_code == 422 and f'value="{"x" * 251}"' in page.text and "<html" in page.text
    kept = rhea.post(NEW, data={"subject": "", "body": "\n<My> words", "priority": "urgent", "module": there.ledger})
    tree = html.document_fromstring(kept.text)
    assert tree.xpath("//textarea")[0].text.strip() == "<My> words"
    assert tree.xpath("//input[@checked]/@value") == ["urgent"]
    assert tree.xpath("//option[@selected]/text()") == ["Ledger"]
    assert len(rows(world, select(t.ticket))) == 1


def test_files_that_are_too_many_or_not_allowed_are_refused_and_none_is_left(world: World, there: Offers) -> None:
    rhea = world.browse("rhea")
    pictures = [("files", (f"{n}.png", PNG)) for n in range(4)]
    papers = [("files", (f"{n}.txt", b"words")) for n in range(2)]
    for files, sentence in (
        (pictures, "3 images"),
        (papers, "1 documents"),
        ([("files", ("run.exe", b"MZ"))], "run.exe can't be attached"),
        ([("files", ("a.png", b"no image"))], "a.png can't be attached"),
    ):
        answer = ask(rhea, files)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["files"])
        assert sentence in answer.json()["errors"]["files"]
        page = rhea.post(NEW, data={"subject": "Kept words", "body": "Kept text"}, files=files)
        assert page.status_code == 422, sentence
        assert all(words in unescape(page.text) for words in ("Kept words", "Kept text", sentence))
    assert ask(rhea, pictures, subject="").status_code == 422 and stored(world) == []
    assert ask(rhea, [*pictures[:3], papers[0]]).status_code == 200, "the twin"
    assert len(stored(world)) == 4


def test_an_open_request_that_looks_the_same_is_offered_only_to_those_who_may_see_it(world: World) -> None:
    rhea, cora, mallory = (world.browse(name) for name in ("rhea", "cora", "mallory"))

    def found(client: httpx2.Client, subject: str) -> list[str]:
        return re.findall(r'href="(/portal[^"]+)"', client.get(SIMILAR, params={"subject": subject}).text)

    world.desk.run(open_ticket, world.cast["rhea"], subject="Impresión lenta", draft=Draft("Sí."), department="Support")
    assert found(rhea, "BLANK page again!") == ["/portal/requests/1"]
    assert found(rhea, "La impresion es muy lenta") == ["/portal/requests/2"]
    assert found(cora, "blank pages") == ["/portal/requests/1"], "she takes part in it"
    assert found(mallory, "blank pages") == [] and found(cora, "impresión lenta") == []
    for other in ("", "a", "the and for", "pages of paper are missing", "x" * 3000):
        assert found(rhea, other) == [], other
    assert "Blank pages" in rhea.post(NEW, data={"subject": "Blank pages", "body": ""}).text
    world.desk.run(set_field, 1, world.cast["ada"], field="status", value="resolved")
    assert found(rhea, "blank pages") == []


def test_who_came_by_the_link_in_a_mail_can_open_that_request_and_ask_for_no_other(world: World) -> None:
    secret = signing.new_secret()
    world.desk.run(signing.sign_in, world.cast["rhea"], cookie=secret, days=1, only=1)
    guest = world.browse()
    guest.cookies.set(viewer.COOKIE, secret)
    assert guest.get("/portal/requests/1").status_code == 200
    for answer in (guest.get(NEW), ask(guest), guest.get(SIMILAR, params={"subject": "Blank pages"})):
        assert answer.status_code == 404
    assert "New request" not in guest.get("/portal").text + guest.get("/portal/requests/1").text


def test_a_technician_asks_another_department_as_a_requester(world: World, there: Offers) -> None:
    tess = world.browse("tess")
    assert ask(tess, subject="My screen").json() == {"url": "/portal/requests/2"}
    assert tess.get("/portal/requests/2").status_code == 200
    row = rows(world, select(t.message.c.side, t.message.c.source).where(t.message.c.ticket_number == 2))[0]
    assert tuple(row) == ("requester", "portal")


def test_what_is_withdrawn_while_somebody_writes_is_told_beside_its_field(world: World, there: Offers) -> None:
    rhea = world.browse("rhea")
    world.desk.run(offering.offer, world.cast["root"], "application", there.accounting, on=False)
    answer = ask(rhea, application=there.accounting, module=there.ledger)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["application"])
    world.desk.run(offering.offer, world.cast["root"], "application", there.accounting, on=True)
    assert ask(rhea, application=there.accounting, module=there.ledger).status_code == 200
