"""Messages through the API: replies, notes and requesters' messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2

from api.conftest import Program
from cast import email
from console.desk.actions import signing
from console.desk.notification import latest
from world import World, http


def say(client: httpx2.Client, number: int = 1, /, **body: Any) -> httpx2.Response:
    return client.post(f"/tickets/{number}/messages", json=body)


def last(client: httpx2.Client, number: int = 1) -> Any:
    return client.get(f"/tickets/{number}/activity").json()["items"][-1]


def test_a_technician_replies_with_copies_and_a_status(program: Program) -> None:
    ada = program("ada")
    answer = say(ada, kind="reply", body="Try **this**.\r\n", cc=[" Mallory@desk.example"], status="pending")
    assert answer.status_code == 201
    assert answer.json() == {"id": 3, "number": 1, "seq": 4}
    reply, status = ada.get("/tickets/1/activity?after=2").json()["items"]
    assert (reply["kind"], reply["message"]["body"], reply["message"]["source"]) == ("replied", "Try **this**.", "api")
    assert reply["message"]["id"] == 3
    assert [each["name"] for each in reply["message"]["cc"]] == ["Mallory Gray"]
    assert (status["kind"], status["from"], status["to"]) == ("status_changed", "open", "pending")
    assert program("mallory").get("/tickets/1").json()["words"] == "answered_waiting"


def test_a_technician_writes_a_note_that_notifies(program: Program, world: World) -> None:
    ada = program("ada")
    answer = say(ada, kind="note", body="Look, @Lea Brandt", notify=[email("ben")])
    assert answer.json() == {"id": 3, "number": 1, "seq": 3}
    assert {each["name"] for each in last(ada)["message"]["notified"]} == {"Ben Okafor", "Lea Brandt"}
    assert [each.number for each in world.desk.database.read_now(latest, world.cast["ben"])] == [1]


def test_a_requester_writes_and_gets_public_numbers(program: Program) -> None:
    say(program("ada"), kind="note", body="A note takes a row and a number.")
    assert say(program("rhea"), kind="reply", body="HP.").json() == {"id": 3, "number": 1, "seq": 3}
    assert say(program("cora"), body="HP 400.").json() == {"id": 4, "number": 1, "seq": 4}
    assert last(program("ada"))["seq"] == 5


def test_a_requesters_message_on_a_resolved_ticket_opens_it_again(program: Program) -> None:
    say(program("ada"), kind="reply", body="Done.", status="resolved")
    assert say(program("rhea"), body="Not yet.").json() == {"id": 5, "number": 1, "seq": 6}
    assert program("rhea").get("/tickets/1").json()["status"] == "open"


def test_a_requester_writes_nothing_on_a_closed_ticket(program: Program) -> None:
    say(program("ada"), kind="reply", body="Done.", status="closed")
    answer = say(program("rhea"), body="Still?")
    assert (answer.status_code, answer.json()["field"]) == (422, "body")


def test_a_technician_writes_on_their_own_ticket_as_its_requester(program: Program) -> None:
    tess = program("tess")
    tess.post("/tickets", json={"subject": "My screen", "body": "Black."})
    say(tess, 2, kind="reply", body="It is back.")
    assert (last(tess, 2)["kind"], last(tess, 2)["side"]) == ("requester_replied", "requester")
    answer = say(tess, 2, kind="note", body="A secret from myself")
    assert answer.status_code == 422


def test_a_reply_of_a_program_does_not_wait(serve: Callable[..., World]) -> None:
    world = serve(undo_seconds=60)
    token = signing.new_secret()
    world.desk.run(signing.create_token, world.cast["ada"], value=token, name="robot")
    with http(base_url=f"{world.url}/api/v1", headers={"authorization": f"Bearer {token}"}) as client:
        say(client, kind="reply", body="At once.")
        assert (last(client)["kind"], last(client)["message"]["state"]) == ("replied", "sent")


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("rhea", {"kind": "note"}, 403, "kind"),
    ("rhea", {"status": "closed"}, 403, "status"),
    ("rhea", {"cc": [email("cora")]}, 403, "cc"),
    ("rhea", {"notify": [email("ada")]}, 403, "notify"),
    ("ada", {}, 422, "kind"),
    ("ada", {"kind": "note", "cc": [email("cora")]}, 422, "cc"),
    ("ada", {"kind": "reply", "notify": [email("ben")]}, 422, "notify"),
    ("ada", {"kind": "note", "notify": [email("rhea")]}, 422, "notify"),
    ("ada", {"kind": "note", "notify": [email("cleo")]}, 422, "notify"),
    ("ada", {"kind": "reply", "cc": [email("nobody")]}, 422, "cc"),
    ("ada", {"kind": "reply", "status": "done"}, 422, "status"),
]


def test_what_does_not_fit_is_refused_and_nothing_is_stored(program: Program) -> None:
    clients = {"rhea": program("rhea"), "ada": program("ada")}
    before = clients["ada"].get("/tickets/1").json()
    for name, body, status, field in REFUSED:
        answer = say(clients[name], **{"body": "Hello", **body})
        assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert clients["ada"].get("/tickets/1").json() == before


def test_a_note_is_refused_to_requesters_whether_the_ticket_exists_or_not(program: Program) -> None:
    there, nowhere = (say(program("mallory"), number, kind="note", body="x") for number in (1, 999))
    assert there.status_code == nowhere.status_code == 403
    assert there.content == nowhere.content


def test_a_note_tells_when_it_happened_how_long_it_took_and_what_solved_it(program: Program) -> None:
    ada, rhea = program("ada"), program("rhea")
    told = {"occurred_at": "2026-02-03T14:30:00+01:00", "minutes": 95, "solution": "Take the **old** driver"}
    assert say(ada, kind="note", body="In hall 3.", visible=True, email=False, **told).status_code == 201
    inside, outside = last(ada), last(rhea)
    assert (inside["kind"], inside["message"]["kind"]) == ("recorded", "occurrence")
    assert (inside["message"]["minutes"], inside["message"]["email"]) == (95, False)
    assert outside["message"]["occurred_at"] == inside["message"]["occurred_at"] == "2026-02-03T13:30:00Z"
    assert outside["message"]["solution"] == "Take the **old** driver"
    assert not {"minutes", "email", "id"} & set(outside["message"])
    assert say(ada, kind="note", body="Inside.", **told).status_code == 201
    assert last(ada)["kind"] == "noted" and last(rhea) == outside


def test_what_no_note_can_tell_is_refused_with_its_field(program: Program) -> None:
    ada = program("ada")
    for field, more in (
        ("visible", {"kind": "reply", "visible": False}),
        ("email", {"kind": "note", "email": True}),
        ("occurred_at", {"kind": "note", "occurred_at": "2999-01-01T00:00:00Z"}),
        ("occurred_at", {"kind": "note", "occurred_at": "soon"}),
        ("minutes", {"kind": "note", "minutes": -5}),
    ):
        answer = say(ada, body="x", **more)
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    for field, value in (("minutes", 5), ("visible", True), ("solution", "x"), ("email", False)):
        assert say(program("rhea"), body="x", **{field: value}).status_code == 403
