"""Idempotency-Key: a command sent again is done once and answered as the first time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2

from api.conftest import Program
from cast import email
from console.desk.actions import staffing
from console.desk.keeping import forget_commands
from world import World

REPLY = {"kind": "reply", "body": "Once."}


def send(client: httpx2.Client, path: str, body: Any, key: str = "k-1") -> httpx2.Response:
    return client.post(path, json=body, headers={"idempotency-key": key})


def head(program: Program) -> int:
    found: int = program("ada").get("/tickets/1").json()["seq"]
    return found


def test_a_message_sent_again_is_stored_once_and_answered_as_before(program: Program) -> None:
    ada = program("ada")
    first = send(ada, "/tickets/1/messages", REPLY)
    ada.post("/tickets/1/messages", json=REPLY)  # without a key it is another one
    again = send(ada, "/tickets/1/messages", {"body": "Once.", "kind": "reply"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert head(program) == 4


def test_a_ticket_opened_again_is_opened_once_and_answered_as_before(program: Program, world: World) -> None:
    body = {"subject": "Twice", "body": "Twice", "priority": "low", "department": "Support"}
    for name in ("rhea", "ada"):
        client = program(name)
        first = send(client, "/tickets", body)
        number = first.json()["number"]
        answer = {"kind": "reply", "body": "Done", "status": "resolved"}
        assert program("ben").post(f"/tickets/{number}/messages", json=answer).status_code == 201
        again = send(client, "/tickets", body)
        assert (again.status_code, again.json()) == (201, first.json())
        assert client.get(f"/tickets/{number}").json() != first.json()
    assert len(program("ada").get("/tickets").json()["items"]) == 3


def test_the_key_of_another_request_is_refused(program: Program) -> None:
    ada = program("ada")
    ada.post("/tickets", json={"subject": "Second", "body": "Second"})
    send(ada, "/tickets/1/messages", REPLY)
    for path, body in (
        ("/tickets/1/messages", REPLY | {"body": "Twice."}),
        ("/tickets/2/messages", REPLY),
        ("/tickets", {"subject": "Once.", "body": "Once."}),
    ):
        answer = send(ada, path, body)
        assert answer.status_code == 422
        assert answer.json()["detail"] == "This key was already used for another request."
    assert ada.get("/tickets/2").json()["seq"] == 1
    assert head(program) == 3


def test_each_person_has_keys_of_their_own(program: Program) -> None:
    assert send(program("ada"), "/tickets/1/messages", REPLY).json()["seq"] == 3
    assert send(program("ben"), "/tickets/1/messages", REPLY).json()["seq"] == 4


def test_all_tokens_of_a_person_share_the_keys(program: Program) -> None:
    answers = [send(program("ada"), "/tickets/1/messages", REPLY).json() for _ in range(2)]
    assert answers[0] == answers[1]


def test_a_key_sent_by_twenty_at_once_makes_one_message(program: Program) -> None:
    clients = [program("rhea") for _ in range(20)]
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda client: send(client, "/tickets/1/messages", {"body": "Once."}), clients))
    assert {(each.status_code, each.content) for each in answers} == {(201, answers[0].content)}
    assert head(program) == 3


def test_a_known_key_answers_first_even_when_the_request_would_be_refused_by_now(program: Program) -> None:
    rhea, ada = program("rhea"), program("ada")
    first = send(rhea, "/tickets/1/messages", {"body": "HP."})
    ada.post("/tickets/1/messages", json={"kind": "note", "body": "Closed.", "status": "closed"})
    assert rhea.post("/tickets/1/messages", json={"body": "HP."}).status_code == 422
    assert send(rhea, "/tickets/1/messages", {"body": "HP."}).json() == first.json()


def test_a_refused_request_leaves_its_key_free(program: Program) -> None:
    assert send(program("ada"), "/tickets/1/messages", {"kind": "reply", "body": " "}).status_code == 422
    assert send(program("ada"), "/tickets/1/messages", REPLY).status_code == 201


def test_after_seven_days_a_key_is_new(program: Program, world: World) -> None:
    send(program("ada"), "/tickets/1/messages", REPLY)
    world.clock.pass_(days=7, minutes=-1)
    forget_commands(world.desk)
    assert send(program("ada"), "/tickets/1/messages", REPLY).json()["seq"] == 3
    world.clock.pass_(minutes=2)
    forget_commands(world.desk)
    assert send(program("ada"), "/tickets/1/messages", REPLY).json()["seq"] == 4


def test_a_key_has_1_to_100_characters(program: Program) -> None:
    assert send(program("ada"), "/tickets/1/messages", REPLY, "k" * 100).status_code == 201
    for key in ("", "k" * 101):
        answer = send(program("ada"), "/tickets/1/messages", REPLY, key)
        assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


def test_no_page_shows_a_key(program: Program, world: World) -> None:
    answer = send(program("ada"), "/tickets/1/messages", REPLY, "angry-customer-77")
    assert answer.status_code == 201
    for name, path in (("rhea", "/portal/requests/1"), ("ada", "/tickets/1")):
        page = world.browse(name).get(path)
        assert "Once." in page.text
        assert "angry-customer-77" not in page.text


def test_who_lost_the_ticket_reads_nothing_with_an_old_key(program: Program, world: World) -> None:
    ben, note = program("ben"), {"kind": "note", "body": "Once."}
    send(ben, "/tickets/1/messages", note)
    world.desk.run(staffing.change_access, None, email=email("ben"), departments=["Billing"])
    assert send(ben, "/tickets/1/messages", note, "k-2").status_code == 404
    again = send(ben, "/tickets/1/messages", note)
    assert again.json() == {"id": 3, "number": 1, "seq": 3}  # his own words, and nothing newer
