"""The send guard and the field merge at the page's doors: who missed something is told what, and nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest

from cast import email
from console.desk.actions import chatting, fields, note, reply
from console.desk.message import Draft
from world import World, send


def head(world: World) -> int:
    return int(world.browse("ada").get("/tickets/1/since/0").json()["seq"])


def happens(world: World, what: str) -> None:
    cast = world.cast
    if what == "reply":
        world.desk.run(reply.post_reply, 1, cast["ben"], draft=Draft("I have it already."), audience="staff")
    elif what == "request":
        world.desk.run(reply.post_reply, 1, cast["rhea"], draft=Draft("It works again!"), audience="public")
    elif what == "status":
        world.desk.run(fields.set_field, 1, cast["ben"], field="status", value="pending")
    elif what == "note":
        world.desk.run(note.write_note, 1, cast["ben"], draft=Draft("Between us."))
    elif what == "priority":
        world.desk.run(fields.set_field, 1, cast["ben"], field="priority", value="urgent")


@pytest.mark.parametrize("path", ("replies", "notes with a status"))
@pytest.mark.parametrize(
    ("what", "words"), [("reply", "I have it already."), ("request", "It works again!"), ("status", "Pending")]
)
def test_a_send_past_something_unseen_is_stopped_once_and_told_what(
    path: str, what: str, words: str, world: World
) -> None:
    ada, seen = world.browse("ada"), head(world)
    happens(world, what)
    more = {"status": "resolved"} if path != "replies" else {}
    before = head(world)
    stopped = send(ada, f"/tickets/1/{path.split()[0]}", body="My words", seen=seen, **more)
    assert stopped.status_code == 409
    guard = stopped.json()["guard"]
    assert (guard["head"], guard["count"]) == (before, 1) and words in guard["html"]
    assert head(world) == before, "nothing was stored"
    passed = send(ada, f"/tickets/1/{path.split()[0]}", body="My words", seen=guard["head"], written=seen, **more)
    assert passed.status_code == 200
    happens(world, "request")
    again = send(ada, "/tickets/1/replies", body="More words", seen=guard["head"])
    assert again.status_code == 409, "what arrives later stops it again"


@pytest.mark.parametrize("what", ("note", "priority", "view"))
def test_what_does_not_guard_stops_nothing(what: str, world: World) -> None:
    ada, seen = world.browse("ada"), head(world)
    if what == "view":
        world.browse("ben").post("/tickets/1/views")
    happens(world, what)
    assert send(ada, "/tickets/1/replies", body="My words", seen=seen).status_code == 200


def test_my_own_acts_stop_nothing_and_without_a_number_there_is_no_guard(world: World) -> None:
    ada, seen = world.browse("ada"), head(world)
    assert send(ada, "/tickets/1/replies", body="First", seen=seen, status="pending").status_code == 200
    assert send(ada, "/tickets/1/replies", body="Second", seen=seen).status_code == 200
    happens(world, "reply")
    assert send(ada, "/tickets/1/notes", body="Only a note", seen=seen).status_code == 200
    assert send(ada, "/tickets/1/replies", body="Third").status_code == 200


def test_a_requester_is_never_held_up(world: World) -> None:
    rhea = world.browse("rhea")
    happens(world, "reply")
    assert send(rhea, "/portal/requests/1/replies", body="Hello?", seen=1).status_code == 200


def test_a_command_that_was_done_is_answered_before_the_guard(world: World) -> None:
    ada, seen = world.browse("ada"), head(world)
    asked: dict[str, Any] = {"body": "Once", "seen": seen, "command_id": "once"}
    assert send(ada, "/tickets/1/replies", **asked).status_code == 200
    happens(world, "reply")
    assert send(ada, "/tickets/1/replies", **asked).status_code == 200
    assert ada.get("/tickets/1").text.count('data-command="once"') == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Written before message {} arrived"),
        ("es", "Escrito antes de que llegara el mensaje {}"),
        ("pt", "Escrito antes de chegar a mensagem {}"),
    ],
)
@pytest.mark.parametrize("path", ("replies", "notes"))
def test_the_log_says_what_a_message_was_written_before(path: str, language: str, words: str, world: World) -> None:
    ada, seen = world.browse("ada", language), head(world)
    happens(world, "status")
    happens(world, "request")
    now = head(world)
    assert send(ada, f"/tickets/1/{path}", body="All the same", seen=now, written=seen).status_code == 200
    assert send(ada, f"/tickets/1/{path}", body="With eyes open", seen=now).status_code == 200
    assert ada.get("/tickets/1").text.count(words.format(now)) == 1
    assert "Written" not in world.browse("rhea").get("/portal/requests/1").text


@pytest.mark.parametrize("seen", ("", "-1", "0 ", "1e1", "9" * 16, "x"))
@pytest.mark.parametrize("name", ("seen", "written"))
def test_a_number_that_is_none_does_not_switch_the_guard_off(name: str, seen: str, world: World) -> None:
    answer = send(world.browse("ada"), "/tickets/1/replies", body="Words", **{name: seen})
    assert (answer.status_code, answer.json()["field"]) == (422, name)


def test_a_number_of_another_log_counts_as_nothing_seen(world: World) -> None:
    ada = world.browse("ada")
    happens(world, "request")
    assert send(ada, "/tickets/1/replies", body="Words", seen=head(world) + 1).status_code == 409
    assert send(ada, "/tickets/1/replies", body="Words", seen=head(world)).status_code == 200


def test_a_requesters_message_that_its_answer_did_not_see_waits_on_for_the_others(world: World) -> None:
    world.desk.run(fields.set_field, 1, world.cast["lea"], field="technician", value=str(world.cast["ben"].id))
    ada, ben = world.browse("ada"), world.browse("ben")
    happens(world, "request")
    unread = ben.get("/notifications/unread").json()["unread"]
    seen = head(world)
    happens(world, "request")
    assert ben.get("/notifications/unread").json()["unread"] == unread + 1
    assert send(ada, "/tickets/1/replies", body="For the first", seen=seen).status_code == 409
    assert ben.get("/notifications/unread").json()["unread"] == unread + 1
    world.desk.run(reply.post_reply, 1, world.cast["ada"], draft=Draft("Late"), audience="staff")
    assert ben.get("/notifications/unread").json()["unread"] == unread - 1, "who does not say answers everything"


# Field merge


def test_edits_of_different_fields_both_win(world: World) -> None:
    ada, ben = world.browse("ada"), world.browse("ben")
    assert send(ada, "/tickets/1/priority", value="high", before="normal").status_code == 200
    assert send(ben, "/tickets/1/impact", value="site", before="").status_code == 200
    ticket = world.browse("lea").get("/tickets/1").text
    assert "High" in ticket and "One site" in ticket


@pytest.mark.parametrize(
    ("field", "first", "second", "shown"),
    [
        ("priority", "high", "urgent", ("High", "Urgent")),
        ("status", "pending", "resolved", ("Pending", "Resolved")),
        ("impact", "site", "company", ("One site", "Whole company")),
        ("type", "change", "problem", ("Change", "Problem")),
        ("technician", "ben", "tess", ("Ben Okafor", "Tess Quint")),
    ],
)
def test_the_second_editor_of_a_field_sees_both_values_and_picks(
    field: str, first: str, second: str, shown: tuple[str, str], world: World
) -> None:
    ada, ben = world.browse("ada"), world.browse("ben")
    if field == "technician":
        first, second = str(world.cast[first].id), str(world.cast[second].id)
    row = ada.get("/api/v1/tickets/1", headers=world_token(world, "ada")).json()
    before = "" if row.get(field) is None else row[field]
    assert send(ben, f"/tickets/1/{field}", value=first, before=before).status_code == 200
    log = head(world)
    stopped = send(ada, f"/tickets/1/{field}", value=second, before=before)
    assert stopped.status_code == 409 and stopped.json()["field"] == field
    merge = stopped.json()["merge"]
    assert merge["value"] == first and "Ben Okafor" in merge["html"] and "at-time" in merge["html"]
    assert all(words in merge["html"] for words in shown) and head(world) == log
    assert 'data-pick="theirs"' in merge["html"] and 'data-pick="mine"' in merge["html"]
    assert send(ada, f"/tickets/1/{field}", value=second, before=first).status_code == 200
    assert head(world) == log + 1


def test_two_editors_who_choose_the_same_value_do_not_disagree(world: World) -> None:
    ada, ben = world.browse("ada"), world.browse("ben")
    assert send(ben, "/tickets/1/priority", value="high", before="normal").status_code == 200
    log = head(world)
    assert send(ada, "/tickets/1/priority", value="high", before="normal").status_code == 200
    assert head(world) == log


def world_token(world: World, name: str) -> dict[str, str]:
    asked = {"email": email(name), "password": "correct horse", "name": "test"}
    return {"authorization": f"Bearer {world.browse().post('/api/v1/tokens', json=asked).json()['token']}"}


def test_a_line_of_the_chat_stops_a_reply_and_is_shown(world: World) -> None:
    ada = world.browse("ada")
    rhea = world.cast["rhea"]
    world.desk.run(chatting.ask, 1, rhea, audience="public")
    seen = world.desk.run(chatting.answer, 1, world.cast["ada"], audience="staff", accept=True).seq
    world.desk.run(chatting.say, 1, rhea, audience="public", draft=Draft("It is **burning**."))
    stopped = send(ada, "/tickets/1/replies", body="My words", seen=seen)
    assert stopped.status_code == 409 and "<strong>burning</strong>" in stopped.json()["guard"]["html"]
    assert send(ada, "/tickets/1/replies", body="My words", seen=stopped.json()["guard"]["head"]).status_code == 200
