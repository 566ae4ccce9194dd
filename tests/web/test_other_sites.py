"""A page of another site can make a browser send a command with its cookie; no such command is taken."""

from __future__ import annotations

from typing import Any

import pytest
from mail.postbox import Postbox
from sqlalchemy import select, update

from bench.servers.mail import wait_until
from cast import PASSWORD, email
from console.desk import tables as t
from console.desk.actions import chatting, drafting, linking
from console.desk.actions.fields import set_field
from console.desk.actions.note import write_note
from console.desk.actions.reply import post_reply
from console.desk.actions.saving_views import save_view
from console.desk.desk import Desk
from console.desk.filters import Filter
from console.desk.message import Draft
from console.desk.signed import signer
from web.forms_of_routes import FORMS
from web.test_matrix import ROUTES
from world import JSON, World

COMMANDS = sorted(path for method, path in ROUTES if method != "GET" and not path.startswith("/api/"))
FROM_ELSEWHERE = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "same-origin, cross-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://{host}"},
    {"origin": "https://evil.example"},
    {"origin": "http://evil.example:{port}"},
    {"origin": "http://127.0.0.1:1"},
    {"origin": "http://{host}.evil.example"},
    {"origin": "null"},
    {"origin": ""},
)
FROM_HERE: tuple[dict[str, str], ...] = (
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin", "origin": "http://{host}"},
    {"origin": "http://{host}"},
    {},
)


def filled(headers: dict[str, str], world: World) -> dict[str, str]:
    host = f"127.0.0.1:{world.settings.port}"
    return {name: value.format(host=host, port=world.settings.port) for name, value in headers.items()}


def stored(world: World) -> list[Any]:
    """All that a command may leave: the log's head, drafts and comments, how far somebody has read, chats."""
    tables = (t.log_head, t.draft, t.draft_comment, t.look, t.public_look, t.person, t.chat, t.view, t.handed_out)
    return [
        world.desk.database.read_now(lambda connection, table=table: connection.execute(select(table)).all())
        for table in tables
    ]


def drafts_there(world: World) -> int:
    """Ada has a draft and one that she discarded, Ben shares his; gives Ben's id."""
    ada, ben = world.cast["ada"], world.cast["ben"]
    world.desk.run(drafting.save, 1, ada, version=0, mode="reply", body="Discarded")
    world.desk.run(drafting.discard, 1, ada)
    world.desk.run(drafting.save, 1, ada, version=2, mode="reply", body="A word")
    world.desk.run(drafting.save, 1, ben, version=0, mode="reply", body="A word")
    world.desk.run(drafting.share, 1, ben, on=True)
    return ben.id


def mail_there(world: World) -> dict[str, object]:
    """A mail that is held, a letter that failed, and words of letters."""
    box = Postbox(world.desk, world.console.house.files)
    box.from_("rhea", subject="[#1] x", headers={"X-Spam-Flag": "YES"})
    world.desk.run(post_reply, 1, world.cast["ada"], draft=Draft("By mail."), audience="staff")
    waiting = select(t.errand.c.id).where(t.errand.c.state == "waiting").limit(1)
    wait_until(lambda: world.desk.database.read_now(lambda c: c.execute(waiting).first()) is None)
    with world.desk.database.writing() as connection:
        connection.execute(update(t.letter).values(state="failed"))
        mail = connection.execute(select(t.inbound.c.id)).scalar_one()
        letter = connection.execute(select(t.letter.c.id).limit(1)).scalar_one()
    return {"mail": mail, "letter": letter}


def link_there(world: World) -> str:
    """A link that signs Rhea in."""
    rhea = world.cast["rhea"]
    world.desk.run(linking.ask_link, email=rhea.email)
    mailed = select(t.letter.c.mail_id).where(t.letter.c.kind == "sign_in_link")
    mail_id = world.desk.database.read_now(lambda connection: connection.execute(mailed).scalar_one())
    return world.desk.database.read_now(signer).sign_in_code(mail_id, rhea.id)


def waiting_reply(world: World) -> int:
    slow = Desk(world.desk.database, clock=world.clock, undo_seconds=60)
    return slow.run(post_reply, 1, world.cast["ada"], draft=Draft("Soon."), audience="staff").message_id or 0


def chat_there(world: World, path: str) -> dict[str, str]:
    """A chat in which this command has something to do; gives what goes along with it.

    Ben leads it, so that Ada may join or be handed it; marks count only of those who are in it.
    """

    def technician(action: Any, **named: Any) -> None:
        world.desk.run(action, 1, world.cast["ada" if path.endswith("/marks") else "ben"], audience="staff", **named)

    def requester(action: Any, **named: Any) -> None:
        world.desk.run(action, 1, world.cast["rhea"], audience="public", **named)

    one, other = (technician, requester) if path.startswith("/portal") else (requester, technician)
    one(chatting.ask)
    if not path.endswith("/answer"):
        other(chatting.answer, accept=True)
        one(chatting.say, draft=Draft("A line."))
    to = world.cast["ada"].id if path.endswith("/technician") else 0
    return {"got": "99", "saw": "99", **({"value": str(to)} if to else {})}


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_from_another_sites_page_is_refused_and_nothing_is_stored(world: World, path: str) -> None:
    there = mail_there(world) if "{mail}" in path or "{letter}" in path else {}
    there |= {"code": link_there(world) if "{code}" in path else "", "kind": "closed", "language": "es"}
    address = path.format(number=1, field="priority", author=drafts_there(world), **there)
    form = {"language": "es", "email": email("ada"), "password": PASSWORD} | FORMS.get(path, {}) | {"value": "urgent"}
    form |= {"version": "3", "on": "0" if path == "/preferences/keys" else "1"}
    if path.endswith("/holds"):
        form |= {"message": str(waiting_reply(world))}
    if "/chat/" in path:
        form |= chat_there(world, path)
    if path.endswith(("/shown-notes", "/redactions")):
        said = world.desk.run(write_note, 1, world.cast["ada"], draft=Draft("To be shown."))
        form |= {"message": str(said.message_id), "email": "0"}
    if path == "/tickets/next":
        world.desk.run(post_reply, 1, world.cast["rhea"], draft=Draft("And now?"), audience="public")
    if path.startswith("/views/"):
        world.desk.run(save_view, world.cast["ada"], name="Mine", chosen=Filter())
    if path.endswith("/rating"):
        form |= {"value": "good"}
    if path.endswith(("/reopening", "/rating")):
        world.desk.run(set_field, 1, world.cast["ada"], field="status", value="resolved")
    name = "rhea" if path.startswith("/portal") else "root" if path.startswith(("/settings", "/board")) else "ada"
    with world.browse(name) as client:
        before = stored(world)
        for headers in FROM_ELSEWHERE:
            answer = client.post(address, data=form, headers=JSON | filled(headers, world))
            assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), headers
            assert answer.json()["error"] == "This request came from another site and was refused."
        assert stored(world) == before
        answer = client.post(address, data=form, headers=JSON | filled(FROM_HERE[2], world))
        assert answer.status_code in (200, 204, 303), "the twin: from the desk's own page it works"
        assert stored(world) != before or path.endswith(("/notifications/read", "/preview"))


def test_a_command_from_the_desks_own_page_or_from_a_program_is_taken(world: World) -> None:
    ada = world.browse("ada")
    for headers in FROM_HERE:
        assert (
            ada.post("/tickets/1/notes", data={"body": "x"}, headers=JSON | filled(headers, world)).status_code == 200
        )
