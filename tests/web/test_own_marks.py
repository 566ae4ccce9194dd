"""What a page knows of its own viewer: how far they looked, what they follow, which keys they use."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest
from lxml import html

from console.desk.actions import note, opening, reply
from console.desk.message import Draft
from world import JSON, World, send

FOR_ALL = ["Message to requester", "Start chat", "Mark as unreadU", "End the links in mails…"]  # in the menu


def region(client: httpx2.Client) -> Any:
    page = client.get("/tickets/1")
    assert page.status_code == 200
    return html.document_fromstring(page.text).xpath("//section[@data-channel]")[0]


def looked(client: httpx2.Client) -> str | None:
    found: str | None = region(client).get("data-looked")
    return found


def actions(client: httpx2.Client) -> list[str]:
    items = html.fragment_fromstring(client.get("/tickets/1/actions").text)
    return ["".join(each.itertext()).strip() for each in items.xpath(".//*[@role='menuitem']")]


def test_the_first_visit_knows_of_no_look_and_the_next_one_does(world: World) -> None:
    ada, ben = world.browse("ada"), world.browse("ben")
    assert looked(ada) is None
    send(ada, "/tickets/1/views", seen=2).raise_for_status()
    assert (looked(ada), looked(ben)) == ("3", None)
    send(ada, "/tickets/1/notes", body="Mine").raise_for_status()
    assert looked(ada) == "4", "one's own act is seen"
    send(ben, "/tickets/1/replies", body="His").raise_for_status()
    assert looked(ada) == "4"
    send(ada, "/tickets/1/views", seen=5, later=1).raise_for_status()
    assert looked(ada) == "5"


@pytest.mark.parametrize("seen", ("", "-1", "x", "9" * 16, "\uff11"))
def test_a_number_that_is_none_is_no_look(seen: str, world: World) -> None:
    ada = world.browse("ada")
    for more in ({}, {"later": 1}):
        assert send(ada, "/tickets/1/views", seen=seen, **more).status_code == 204
    assert looked(ada) is None


def test_a_page_that_was_opened_before_logs_no_view(world: World) -> None:
    ada = world.browse("ada")
    for seen in (1, 2):
        send(ada, "/tickets/1/views", seen=seen, later=1).raise_for_status()
    assert ada.get("/tickets/1/since/0").json()["seq"] == 2
    send(ada, "/tickets/1/views", seen=2).raise_for_status()
    assert [each["kind"] for each in ada.get("/tickets/1/since/2").json()["events"]] == ["viewed"]


def test_looks_are_asked_for_by_number_and_only_ones_own_are_told(world: World) -> None:
    ada, ben = world.browse("ada"), world.browse("ben")
    send(ada, "/tickets/1/views", seen=2).raise_for_status()
    assert ada.get("/tickets/looks?numbers=1,2,999").json() == {"looks": {"1": 3}}
    assert ben.get("/tickets/looks?numbers=1").json() == {"looks": {}}
    for strange in ("", "?numbers=", "?numbers=x,-1,1.5,,", "?numbers=" + "9" * 16, "?numbers=" + ",".join("9" * 500)):
        assert ada.get(f"/tickets/looks{strange}").json() == {"looks": {}}


def test_the_list_carries_the_viewers_looks_of_its_rows(world: World) -> None:
    ada = world.browse("ada")
    send(ada, "/tickets/1/views", seen=2).raise_for_status()
    pages = {client: html.document_fromstring(client.get("/tickets").text) for client in (ada, world.browse("ben"))}
    told = {client: page.xpath("//table/@data-looked")[0].split() for client, page in pages.items()}
    assert list(told.values()) == [["1:3"], []]
    assert pages[ada].xpath("//tr[@id='ticket-1']/@data-news") == ["2"], "a view is no news"


def test_marking_as_unread_answers_with_the_catch_up_and_puts_the_look_back(world: World) -> None:
    ada, ben = world.browse("ada"), world.browse("ben")
    send(ben, "/tickets/1/replies", body="News").raise_for_status()
    send(ada, "/tickets/1/views", seen=3).raise_for_status()
    answer = send(ada, "/tickets/1/unread", last=4, command_id="u-1").json()
    assert [each["kind"] for each in answer["events"]] == ["marked_unread"]
    assert looked(ada) == "2"
    assert send(ada, "/tickets/1/unread", last=5, command_id="u-1").json()["events"] == []
    row = html.document_fromstring(ben.get("/tickets").text).xpath("//tr[@id='ticket-1']")[0]
    assert "unread" in row.get("class")


def test_the_menu_offers_what_is_possible_for_who_opens_it(world: World) -> None:
    ada, ben = world.browse("ada"), world.browse("ben")
    assert actions(ada) == actions(ben) == ["Assign to meI", "Follow", *FOR_ALL]
    answer = send(ada, "/tickets/1/following", on=1, last=2).json()
    assert [each["kind"] for each in answer["events"]] == ["followed"]
    send(ada, "/tickets/1/technician", value=str(world.cast["ada"].id)).raise_for_status()
    assert actions(ada) == ["Assigned to youI", "Unfollow", *FOR_ALL]
    assert actions(ben) == ["Assign to meI", "Follow", *FOR_ALL]
    assert html.document_fromstring(ada.get("/tickets/1").text).xpath("//*[@id='action-follow']/@data-on") == ["0"]
    send(ada, "/tickets/1/following", on=0).raise_for_status()
    assert actions(ada)[1] == "Follow"


@pytest.mark.parametrize("on", ("", "2", "yes", "<b>"))
def test_a_following_that_is_neither_on_nor_off_is_refused(on: str, world: World) -> None:
    ada = world.browse("ada")
    answer = send(ada, "/tickets/1/following", on=on)
    assert (answer.status_code, answer.json()["field"]) == (422, "on")
    assert actions(ada)[1] == "Follow"


def test_single_letters_are_switched_off_for_the_person_wherever_they_sign_in(world: World) -> None:
    ada, elsewhere, ben = world.browse("ada"), world.browse("ada"), world.browse("ben")
    keys = {client: re.compile(r'data-keys="(\w+)"') for client in (ada, elsewhere, ben)}
    assert [keys[client].findall(client.get("/tickets").text) for client in keys] == [["on"]] * 3
    assert send(ada, "/preferences/keys", on=0).json() == {"on": False}
    assert [keys[client].findall(client.get("/tickets").text) for client in keys] == [["off"], ["off"], ["on"]]
    page = html.document_fromstring(ada.get("/tickets/1").text)
    switch = page.xpath("//*[@role='switch']")[0]
    assert (switch.get("aria-checked"), switch.get("value"), switch.get("name")) == ("false", "1", "on")
    # without script it is a plain form
    answer = elsewhere.post("/preferences/keys", data={"on": "1", "next": "/tickets/1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets/1")
    assert elsewhere.post("/preferences/keys", data={"next": "//evil.example"}).headers["location"] == "/"


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ("replied", "wrote a message", "wrote an internal note", "changed the status")),
        ("es", ("respondió", "escribió un mensaje", "escribió una nota interna", "cambió el estado")),
        ("pt", ("respondeu", "escreveu uma mensagem", "escreveu uma nota interna", "mudou o status")),
    ],
)
def test_the_list_of_notifications_tells_what_happened(language: str, sentences: tuple[str, ...], world: World) -> None:
    lea, ada = world.browse("lea", language), world.browse("ada")
    send(lea, "/tickets/1/following", on=1).raise_for_status()
    cast = world.cast
    world.desk.run(reply.post_reply, 1, cast["ada"], draft=Draft("x"), audience="staff")
    world.desk.run(reply.post_reply, 1, cast["rhea"], draft=Draft("x"), audience="public")
    world.desk.run(note.write_note, 1, cast["ada"], draft=Draft("x"))
    send(ada, "/tickets/1/status", value="pending").raise_for_status()
    lines = html.document_fromstring(lea.get("/notifications").text).xpath("//*[@class='what']")
    told = [" ".join(line.text_content().split()) for line in lines][::-1]
    for line, sentence, actor in zip(told, sentences, ("Ada", "Rhea", "Ada", "Ada"), strict=True):
        assert actor in line and sentence in line


def test_the_list_of_people_says_where_technicians_are(world: World) -> None:
    ada = world.browse("ada")
    ben, lea = world.socket("ben"), world.socket("lea")
    ben.join("ticket:1")
    lea.join("me")
    page = html.document_fromstring(ada.get("/tickets/1/people?for=notify", headers=JSON).text)
    places = {
        each.get("data-name"): each.xpath(".//*[@class='sub place']") for each in page.xpath("//*[@role='option']")
    }
    told = {name: place[0].text_content() for name, place in places.items() if place}
    assert told == {
        "Ben Okafor": "On this ticket",
        "Lea Brandt": "Online",
        "Root Admin": "Offline",
        "Tess Quint": "Offline",
    }
    requester = ada.get("/tickets/1/people?for=cc&q=rhea").text
    assert "rhea@desk.example" in requester and "Offline" not in requester


def test_a_page_learns_how_much_of_what_is_unread_is_about_its_own_ticket(world: World) -> None:
    ada, ben = world.browse("ada"), world.browse("ben")
    draft = Draft("Words", source="portal")
    world.desk.run(opening.open_ticket, world.cast["rhea"], subject="Another", draft=draft, department="Support")
    for number in (1, 2, 2):
        send(ada, f"/tickets/{number}/notes", body="@Ben, look").raise_for_status()
    for asked, told in (
        ("", {"unread": 3}),
        ("?ticket=2", {"unread": 3, "here": 2}),
        ("?ticket=9", {"unread": 3, "here": 0}),
        ("?ticket=x", {"unread": 3}),
    ):
        assert ben.get(f"/notifications/unread{asked}").json() == told
