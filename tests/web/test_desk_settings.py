"""What an admin switches for the whole desk, and what changes for everybody."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from console.desk import tables as t
from console.desk.actions import chatting
from console.desk.message import Draft
from web.conftest import token
from world import JSON, PATIENCE, World, http, send

REQUEST, TICKET = "/portal/requests/1", "/tickets/1"


def switch(world: World, name: str, on: bool) -> None:
    answer = world.browse("root").post("/settings/desk", data={"name": name, "on": str(int(on))})
    assert answer.status_code == 303


def chat(world: World) -> None:
    world.desk.run(chatting.ask, 1, world.cast["ada"], audience="staff")
    world.desk.run(chatting.answer, 1, world.cast["rhea"], audience="public", accept=True)
    world.desk.run(chatting.say, 1, world.cast["ada"], audience="staff", draft=Draft("In the chat."))


def everything(world: World, name: str) -> str:
    """What this person gets of ticket 1 as page, as events, and as JSON."""
    page = world.browse(name)
    headers = {"authorization": f"Bearer {token(world, name)}"}
    with http(base_url=world.url, headers=headers, timeout=PATIENCE) as program:
        said = program.get("/api/v1/tickets/1/activity").text
    return page.get(REQUEST).text + json.dumps(page.get(f"{REQUEST}/since/0").json(), ensure_ascii=False) + said


def test_switched_off_chat_is_offered_nowhere_and_refused(world: World) -> None:
    ada, rhea = world.browse("ada"), world.browse("rhea")
    assert "Start chat" in ada.get(f"{TICKET}/actions").text and "Ask for a chat" in rhea.get(REQUEST).text
    switch(world, "chat", False)
    assert "Start chat" not in ada.get(f"{TICKET}/actions").text
    assert "Ask for a chat" not in rhea.get(REQUEST).text
    for client, place in ((ada, TICKET), (rhea, REQUEST)):
        answer = client.post(f"{place}/chat", headers=JSON)
        assert (answer.status_code, answer.json()["error"]) == (422, "Chat is switched off.")
    switch(world, "chat", True)
    assert rhea.post(f"{REQUEST}/chat", headers=JSON).status_code == 200


def test_switched_off_occurrences_are_offered_nowhere_and_refused_and_plain_notes_go_on(world: World) -> None:
    ada = world.browse("ada")
    offers = ("Add note", "Visible to requester", "More about it")
    assert all(each in ada.get(TICKET).text for each in offers)
    switch(world, "occurrences", False)
    assert not any(each in ada.get(TICKET).text for each in offers)
    assert "Message to requester" not in ada.get(f"{TICKET}/actions").text
    for more in ({"visible": "1"}, {"minutes": "5"}, {"solution": "x"}, {"occurred_at": "2026-01-01T00:00:00Z"}):
        answer = send(ada, f"{TICKET}/notes", body="A note.", **more)
        assert (answer.status_code, answer.json()["error"]) == (422, "Occurrences are switched off.")
    assert send(ada, f"{TICKET}/notes", body="A note.", visible="0", email="0").status_code == 200
    assert send(ada, f"{TICKET}/replies", body="A reply.", email="1").status_code == 200


def test_without_names_requesters_see_the_department_in_the_technicians_place(world: World) -> None:
    ada = world.browse("ada")
    send(ada, f"{TICKET}/replies", body="An answer.").raise_for_status()
    send(ada, f"{TICKET}/notes", body="A visible one.", visible="1").raise_for_status()
    chat(world)
    world.desk.run(chatting.hand_over, 1, world.cast["ada"], to=world.cast["ben"].id)
    assert "Ada Moreno" in everything(world, "rhea"), "the twin: as long as names are shown"
    switch(world, "staff_names", False)
    told = everything(world, "rhea")
    assert "An answer." in told and "In the chat." in told and "A visible one." in told
    assert "Ada" not in told and "Ben" not in told and "Moreno" not in told
    assert "Reply from Support" in told and "Chat with Support" in told
    assert "Rhea Lindqvist" in told and "Ada Moreno" in world.browse("ben").get(TICKET).text


def test_whom_mails_about_occurrences_are_from_is_chosen_and_what_is_no_address_is_refused(world: World) -> None:
    root = world.browse("root")
    answer = root.post("/settings/desk", data={"address": "no address"})
    assert (
        answer.status_code == 422 and "Write an email address." in answer.text and 'value="no address"' in answer.text
    )
    assert root.post("/settings/desk", data={"address": "Field@desk.example"}).status_code == 303
    assert 'value="field@desk.example"' in root.get("/settings/desk").text


def test_each_change_is_in_the_log_and_only_of_what_there_is(world: World) -> None:
    switch(world, "chat", False)
    root = world.browse("root")
    assert root.post("/settings/desk", data={"name": "anything", "on": "1"}, headers=JSON).status_code == 422
    query = select(t.activity.c.facts, t.activity.c.actor_id).where(t.activity.c.kind == "option_switched")
    rows: list[Any] = world.desk.database.read_now(lambda connection: list(connection.execute(query)))
    assert [(json.loads(row.facts), row.actor_id) for row in rows] == [
        ({"name": "chat", "value": False}, world.cast["root"].id)
    ]
