"""Tickets in JSON: the list by pages, one ticket, and opening one."""

from __future__ import annotations

from typing import Any

import httpx2
import offers
import pytest

from api.conftest import Program, problem
from cast import email
from console.desk.actions import fields, staffing
from console.desk.actions.note import write_note
from console.desk.actions.opening import open_ticket
from console.desk.actions.reply import post_reply
from console.desk.desk import Desk
from console.desk.message import Draft
from world import World


def all_pages(client: httpx2.Client, limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": limit}
    while True:
        page = client.get("/tickets", params=query).json()
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


def test_staff_get_the_whole_ticket(program: Program, world: World) -> None:
    ada, rhea = world.cast["ada"], world.cast["rhea"]
    world.desk.run(fields.set_field, 1, ada, field="technician", value=str(ada.id))
    found = program("ada").get("/tickets/1").json()
    times = {name: found.pop(name) for name in ("created_at", "updated_at", "first_response_at")}
    assert found == {
        "number": 1,
        "subject": "Blank pages",
        "status": "open",
        "status_category": "open",
        "activity_status": "awaiting_requester",
        "priority": "normal",
        "type": "incident",
        "impact": None,
        "source": "portal",
        "requester": {"id": rhea.id, "name": "Rhea Lindqvist", "email": email("rhea")},
        "technician": {"id": ada.id, "name": "Ada Moreno", "email": email("ada")},
        "department": "Support",
        "application": None,
        "module": None,
        "seq": 3,
        "resolved_at": None,
        "closed_at": None,
        "due_at": None,
        "due_kind": None,
        "breached": False,
    }
    assert all(time.endswith("Z") and "T" in time for time in times.values())


def test_a_requester_gets_the_public_side_alone(program: Program, world: World) -> None:
    ada, rhea = world.cast["ada"], world.cast["rhea"]
    world.desk.run(fields.set_field, 1, ada, field="technician", value=str(ada.id))
    found = program("rhea").get("/tickets/1").json()
    del found["created_at"], found["updated_at"]
    assert found == {
        "number": 1,
        "subject": "Blank pages",
        "status": "open",
        "status_category": "open",
        "words": "answered",
        "priority": "normal",
        "requester": {"id": rhea.id, "name": "Rhea Lindqvist", "email": email("rhea")},
        "technician": None,
        "department": None,
        "application": None,
        "module": None,
        "seq": 2,
    }


def test_whoever_takes_part_opens_the_ticket(program: Program) -> None:
    for name in ("ada", "lea", "root", "rhea", "cora"):
        client = program(name)
        assert client.get("/tickets/1").status_code == 200
        assert [each["number"] for each in client.get("/tickets").json()["items"]] == [1]


@pytest.mark.parametrize("name", ["cleo", "mallory"])
def test_to_others_the_ticket_is_like_one_that_does_not_exist(program: Program, name: str) -> None:
    client = program(name)
    for path in ("/tickets/{}", "/tickets/{}/activity"):
        there, nowhere = client.get(path.format(1)), client.get(path.format(999))
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content
    said = [client.post(f"/tickets/{n}/messages", json={"kind": "reply", "body": "Hello"}) for n in (1, 999)]
    assert [each.status_code for each in said] == [404, 404]
    assert said[0].content == said[1].content
    assert client.get("/tickets").json() == {"items": [], "next": None}


def test_the_pages_of_the_list_are_complete_and_without_duplicates(program: Program, world: World) -> None:
    desk, rhea, mallory = world.desk, world.cast["rhea"], world.cast["mallory"]
    for who in (rhea, mallory, rhea, rhea):
        desk.run(open_ticket, who, subject="More", draft=Draft("More"), department="Support")
    still = desk.clock()
    desk.clock = lambda: still  # tickets of one moment, as an import makes them
    for _ in range(4):
        desk.run(open_ticket, rhea, subject="At once", draft=Draft("At once"), department="Support")
    for limit in (1, 2, 3, 8, 9, 200):
        staff = all_pages(program("ada"), limit)
        assert [each["number"] for each in staff] == [9, 8, 7, 6, 5, 4, 3, 2, 1]
        assert [each["number"] for each in all_pages(program("rhea"), limit)] == [9, 8, 7, 6, 5, 4, 2, 1]
        assert staff[-1] == program("ada").get("/tickets/1").json()


def test_a_note_moves_the_ticket_in_the_list_of_staff_but_not_in_the_requesters(program: Program) -> None:
    ada, rhea = program("ada"), program("rhea")
    rhea.post("/tickets", json={"subject": "Second", "body": "Second"})
    assert [each["number"] for each in rhea.get("/tickets").json()["items"]] == [2, 1]
    ada.post("/tickets/1/messages", json={"kind": "note", "body": "Between us"})
    assert [each["number"] for each in ada.get("/tickets").json()["items"]] == [1, 2]
    assert [each["number"] for each in rhea.get("/tickets").json()["items"]] == [2, 1]


def test_a_requester_opens_a_ticket(program: Program, world: World) -> None:
    sent = {"subject": " Bad  toner ", "body": "It smells.", "priority": "high", "department": "Billing"}
    answer = program("rhea").post("/tickets", json=sent)
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == "/api/v1/tickets/2"
    assert made == program("rhea").get("/tickets/2").json()
    assert (made["subject"], made["priority"], made["words"], made["seq"]) == ("Bad toner", "high", "awaiting_reply", 1)
    seen = program("cleo").get("/tickets/2").json()
    assert (seen["department"], seen["source"], seen["activity_status"]) == ("Billing", "api", "unread")


def test_a_technician_opens_a_ticket_for_a_requester(program: Program) -> None:
    sent = {"subject": "By phone", "body": "She called.", "type": "request", "requester": "Rhea@desk.example"}
    made = program("ada").post("/tickets", json=sent)
    assert made.status_code == 201
    assert made.json() == program("ada").get("/tickets/2").json()
    assert made.json()["requester"]["email"] == email("rhea")
    assert (made.json()["type"], made.json()["activity_status"]) == ("request", "read")
    assert program("rhea").get("/tickets/2").status_code == 200


def test_a_technicians_own_request_to_another_department_is_theirs_as_a_requester(program: Program) -> None:
    tess = program("tess")
    made = tess.post("/tickets", json={"subject": "My invoice", "body": "Where is it?", "department": "Billing"})
    assert made.status_code == 201
    assert "type" not in made.json()
    assert tess.get("/tickets/2").json() == made.json()
    assert tess.post("/tickets/2/messages", json={"body": "Please."}).json() == {"id": 2, "number": 2, "seq": 2}
    assert program("ada").get("/tickets/2").status_code == 404


def test_a_requester_opens_no_ticket_in_anothers_name(program: Program) -> None:
    sent = {"subject": "Not mine", "body": "Not mine", "requester": email("mallory")}
    answer = program("rhea").post("/tickets", json=sent)
    assert (answer.status_code, answer.json()["field"]) == (403, "requester")
    assert program("rhea").post("/tickets", json=sent | {"requester": email("rhea")}).status_code == 201


def test_without_a_department_the_ticket_goes_to_the_persons_own_or_to_the_first(program: Program) -> None:
    sent = {"subject": "Anywhere", "body": "Anywhere"}
    assert program("cleo").post("/tickets", json=sent).json()["requester"]["email"] == email("cleo")
    assert program("cleo").get("/tickets/2").json()["department"] == "Billing"
    program("rhea").post("/tickets", json=sent)
    assert program("ada").get("/tickets/3").json()["department"] == "Support"


def test_the_list_forgets_the_tickets_of_a_department_that_somebody_left(program: Program, world: World) -> None:
    client = program("ben")
    world.desk.run(post_reply, 1, world.cast["ben"], draft=Draft("Mine"), audience="staff")
    assert client.get("/tickets").json()["items"]
    world.desk.run(staffing.change_access, None, email=email("ben"), departments=["Billing"])
    assert client.get("/tickets").json()["items"] == []


def test_the_application_and_its_module_are_named_when_opening_and_changed_by_staff(
    program: Program, world: World
) -> None:
    offers.make(world.desk, world.cast)
    ada, rhea = program("ada"), program("rhea")
    about = {"application": "Administration", "module": "Stock"}
    asked = {"subject": "Wrong count", "body": "Two are missing.", **about}
    key = {"idempotency-key": "stock"}
    made = rhea.post("/tickets", json=asked, headers=key)
    assert made.status_code == 201 and about.items() <= made.json().items()
    for client in (ada, rhea):
        assert about.items() <= client.get("/tickets/2").json().items()
    changed = ada.patch("/tickets/2", json={"application": "Accounting"}).json()
    assert (changed["application"], changed["module"]) == ("Accounting", None)
    changed = ada.patch("/tickets/2", json={"module": "Ledger"}).json()
    assert (changed["application"], changed["module"]) == ("Accounting", "Ledger")
    assert rhea.post("/tickets", json=asked, headers=key).json() == made.json(), "the first answer"
    told = [each["to"] for each in rhea.get("/tickets/2/activity").json()["items"] if "to" in each]
    assert told == ["Accounting", None, "Ledger"]
    cleared = ada.patch("/tickets/2", json={"application": None}).json()
    assert (cleared["application"], cleared["module"]) == (None, None)
    for wrong, field in (("Fleet", "application"), ("Nothing", "application"), ("", "application")):
        problem(rhea.post("/tickets", json={**asked, "application": wrong}), 422, field)
    problem(rhea.post("/tickets", json={**asked, "module": "Ledger"}), 422, "module")
    fleet = {"subject": "A van", "body": "It is flat.", "application": "Fleet", "module": "Vans"}
    assert program("mallory").post("/tickets", json=fleet).status_code == 201, "the twin: her company's"


def test_a_search_finds_what_its_asker_may_read(program: Program, world: World) -> None:
    ada = world.cast["ada"]
    world.desk.run(write_note, 1, ada, draft=Draft("Zanzibar warranty"))
    waits = Desk(world.desk.database, clock=world.clock, undo_seconds=60)
    waits.run(post_reply, 1, ada, draft=Draft("Quokka, soon"), audience="staff")
    said = Draft("The printer again", source="portal")
    world.desk.run(open_ticket, world.cast["mallory"], subject="Printer", draft=said, department="Billing")
    world.desk.run(open_ticket, world.cast["rhea"], subject="Printer", draft=said, department="Support")

    def finds(who: str, question: str, **more: int) -> list[int]:
        page = program(who).get("/tickets", params={"q": question, **more}).json()
        assert page["next"] is None
        return [each["number"] for each in page["items"]]

    assert finds("ada", "printer") == [3, 1] == finds("rhea", "printer") and finds("cora", "printer") == [1]
    assert finds("mallory", "printer") == [2] == finds("cleo", "printer") and finds("root", "printer") == [3, 2, 1]
    assert finds("root", "printer", limit=1) == [3]
    for secret in ("zanzibar", "warranty", "quokka", "fjord", "blank zanzibar"):
        assert 1 in finds("ada", secret), secret
        assert finds("rhea", secret) == [] == finds("cora", secret), secret
    (item,) = program("rhea").get("/tickets", params={"q": "driver"}).json()["items"]
    assert (item["words"], item["technician"]) == ("answered", None), "the public side"
    assert finds("ada", "***") == [] and len(program("ada").get("/tickets", params={"q": ""}).json()["items"]) == 2
