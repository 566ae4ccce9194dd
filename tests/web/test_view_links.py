"""The link in a mail: it opens one request for the person it was written to, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from sqlalchemy import update
from starlette.routing import Mount, Route

from cast import Clock, email
from console.desk import tables as t
from console.desk.actions import sending
from console.desk.actions.closing import revoke_links
from console.desk.actions.opening import open_ticket
from console.desk.actions.staffing import change_access
from console.desk.message import Draft
from console.desk.signed import signer
from console.routes import routes
from console.statics import Statics
from world import JSON, World, send


def link(world: World, name: str, number: int = 1) -> str:
    """The address that is in a mail about this ticket to this person."""
    who = world.cast[name]
    generation = world.desk.run(sending.renew_link, number, who.id).made or 0
    code = world.desk.database.read_now(signer).view_code(number, who.id, generation)
    return f"/view/{number}/{who.id}/{code}"


@contextmanager
def follow(world: World, address: str) -> Iterator[httpx2.Client]:
    client = world.browse()
    answer = client.get(address)
    assert (answer.status_code, answer.headers.get("location")) == (303, "/portal/requests/1"), answer.text
    yield client


def test_the_link_opens_the_request_many_times_without_a_password(world: World) -> None:
    address = link(world, "rhea")
    for _ in range(3):
        with follow(world, address) as client:
            page = client.get("/portal/requests/1")
            assert page.status_code == 200 and "Blank pages" in page.text
            assert send(client, "/portal/requests/1/replies", body="By the link.").status_code == 200
    assert world.browse("rhea").get("/portal/requests/1").text.count("By the link.") == 3


def test_it_opens_nothing_else(world: World) -> None:
    other = world.desk.run(
        open_ticket, world.cast["rhea"], subject="Other", draft=Draft("Mine too."), department="Support"
    ).number
    with follow(world, link(world, "rhea")) as client:
        assert "Other" not in client.get("/portal").text and "Blank pages" in client.get("/portal").text
        assert client.get(f"/portal/requests/{other}").status_code == 404
        assert send(client, f"/portal/requests/{other}/replies", body="x").status_code == 404
    assert "Other" in world.browse("rhea").get("/portal").text, "who signs in has both"


def test_a_session_of_a_link_gets_nothing_that_staff_get(world: World) -> None:
    """Even of somebody who works here: the link is another secret than their password."""
    with follow(world, link(world, "rhea")) as client:
        for route in (each for each in routes(Statics()) if isinstance(each, Route)):
            path = re.sub(r"{(number|seq|author|letter|message|mail|person|until)(:\w+)?}", "1", route.path)
            path = re.sub(r"{\w+(:\w+)?}", "status", path)
            if path.startswith(("/tickets", "/notifications", "/settings", "/messages")):
                for method in (route.methods or set()) - {"HEAD"}:
                    assert client.request(method, path, headers=JSON).status_code == 404, path
        assert not [
            each
            for each in routes(Statics())
            if isinstance(each, Mount) and client.get(f"{each.path}/v1/tickets").is_success
        ]


def test_it_is_live_on_its_ticket_alone(world: World) -> None:
    with follow(world, link(world, "rhea")) as client:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    from world import Socket

    socket = Socket(world.url, "/portal", {"Cookie": cookie}, {"language": "en"})
    try:
        assert socket.join("ticket:1")["ok"] is True
        other = world.desk.run(
            open_ticket, world.cast["rhea"], subject="Other", draft=Draft("Mine too."), department="Support"
        ).number
        assert socket.join(f"ticket:{other}") == {"ok": False, "error": "not_found"}
    finally:
        socket.close()


@pytest.mark.parametrize("changed", ("code", "person", "number", "generation"))
def test_a_link_that_was_not_written_so_opens_nothing(changed: str, world: World) -> None:
    _, _, number, person, code = link(world, "rhea").split("/")
    link(world, "cora")
    guess = {
        "code": f"/view/{number}/{person}/{'a' * len(code)}",
        "person": f"/view/{number}/{world.cast['cora'].id}/{code}",
        "number": f"/view/2/{person}/{code}",
        "generation": f"/view/{number}/{person}/{code}",
    }[changed]
    if changed == "generation":
        with world.desk.database.writing() as connection:
            connection.execute(update(t.view_link).values(generation=2))
    client = world.browse()
    assert client.get(guess).status_code == 404 and not client.cookies


def test_it_lives_for_thirty_days_from_the_last_mail_that_had_it(world: World, clock: Clock) -> None:
    address = link(world, "rhea")
    clock.pass_(days=29)
    with follow(world, address):
        pass
    assert link(world, "rhea") == address, "another mail has the same link, and lets it live on"
    clock.pass_(days=29)
    with follow(world, address) as client:
        clock.pass_(days=2)
        assert world.browse().get(address).status_code == 404
        assert client.get("/portal/requests/1").status_code == 303, "and its sessions end with it"


def test_who_was_disabled_or_is_staff_has_no_link(world: World) -> None:
    address = link(world, "rhea")
    world.desk.run(change_access, None, email=email("rhea"), active=False)
    assert world.browse().get(address).status_code == 404
    assert world.browse().get(link(world, "ada")).status_code == 404


def test_links_that_are_revoked_end_with_what_was_begun_with_them(world: World) -> None:
    address = link(world, "rhea")
    with follow(world, address) as client:
        assert client.get("/portal/requests/1").status_code == 200
        world.desk.run(revoke_links, 1)
        assert client.get("/portal/requests/1").status_code == 303
    assert world.browse().get(address).status_code == 404
    assert link(world, "rhea") != address
    with follow(world, link(world, "rhea")):
        pass


def test_a_technician_ends_the_links_once_for_a_command_and_the_log_tells_staff_alone(world: World) -> None:
    address, ada, rhea = link(world, "rhea"), world.browse("ada"), world.browse("rhea")
    before = rhea.get("/portal/requests/1/since/0", headers=JSON).json()["seq"]
    with follow(world, address) as client:
        for _ in range(2):
            answer = send(ada, "/tickets/1/links/revocation", command_id="once", last=2)
            assert [each["kind"] for each in answer.json()["events"]] == ["links_revoked"]
        assert client.get("/portal/requests/1").status_code == 303
    assert world.browse().get(address).status_code == 404
    assert "Ada Moreno</b> ended the links in mails of this ticket" in ada.get("/tickets/1").text
    after = rhea.get("/portal/requests/1/since/0", headers=JSON).json()
    assert after["seq"] == before and "links_revoked" not in str(after), "who has a password notices nothing"


@pytest.mark.parametrize("name", ("cleo", "rhea", "mallory"))
def test_who_may_not_open_the_ticket_ends_no_link_of_it(name: str, world: World) -> None:
    address = link(world, "rhea")
    assert send(world.browse(name), "/tickets/1/links/revocation").status_code == 404
    assert world.browse().get(address).status_code == 303


def test_who_is_signed_in_stays_who_they_are(world: World) -> None:
    rhea = world.browse("rhea")
    before = dict(rhea.cookies)
    assert rhea.get(link(world, "rhea")).status_code == 303 and dict(rhea.cookies) == before


def test_following_a_link_does_nothing_to_the_ticket(world: World) -> None:
    before = world.desk.database.read_now(
        lambda c: c.execute(t.activity.select().where(t.activity.c.ticket_number == 1)).all()
    )
    with follow(world, link(world, "rhea")) as client:
        client.get("/portal/requests/1")
    after = world.desk.database.read_now(
        lambda c: c.execute(t.activity.select().where(t.activity.c.ticket_number == 1)).all()
    )
    assert before == after


def test_a_resolved_request_is_open_again_by_one_button(world: World) -> None:
    ada = world.browse("ada")
    send(ada, "/tickets/1/status", value="resolved")
    with follow(world, link(world, "rhea")) as client:
        page = client.get("/portal/requests/1").text
        assert 'action="/portal/requests/1/reopening"' in page
        assert client.get("/portal/requests/1/reopening").status_code == 405, (
            "a scanner that follows links does nothing"
        )
        assert client.post("/portal/requests/1/reopening").status_code == 303
    status = world.desk.database.read_now(
        lambda c: c.execute(t.ticket.select().where(t.ticket.c.number == 1)).one()
    ).status
    assert status == "open"
