"""What a token is good for, one's own tokens, and their end."""

from __future__ import annotations

import httpx2
import pytest

from api.conftest import Program, problem
from cast import PASSWORD, email
from console.desk.scopes import PEOPLE, READ, SCOPES, TOKENS, WRITE
from world import Socket, World

ASKED = {
    "GET /tickets": READ,
    "GET /tickets/1": READ,
    "GET /tickets/1/activity": READ,
    "POST /tickets": WRITE,
    "PATCH /tickets/1": WRITE,
    "POST /tickets/1/messages": WRITE,
    "GET /people": PEOPLE,
    "GET /tokens": TOKENS,
    "DELETE /tokens/999": TOKENS,
}


def made(client: httpx2.Client, **more: object) -> httpx2.Response:
    return client.post("/tokens", json={"email": email("ada"), "password": PASSWORD, "name": "robot", **more})


def with_scopes(program: Program, *scopes: str) -> httpx2.Client:
    client = program()
    client.headers["authorization"] = f"Bearer {made(client, scopes=scopes).json()['token']}"
    return client


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_opens_what_its_scopes_name_and_nothing_else(program: Program, scope: str) -> None:
    client = with_scopes(program, scope)
    given = {scope, READ} if scope == WRITE else {scope}
    for asked, needed in ASKED.items():
        method, path = asked.split()
        answer = client.request(method, path, json={} if method in ("POST", "PATCH") else None)
        if needed in given:
            assert answer.status_code in (200, 404, 422), asked
        else:
            assert needed in problem(answer, 403)
            assert answer.headers["www-authenticate"] == f'Bearer error="insufficient_scope", scope="{needed}"'


def test_the_refusal_speaks_the_language_of_the_program(program: Program) -> None:
    token = with_scopes(program, READ).headers["authorization"]
    said = {
        language: program(language=language).get("/people", headers={"authorization": token}).json()["detail"]
        for language in ("en", "es", "pt")
    }
    assert len(set(said.values())) == 3 and all("people:read" in each for each in said.values())


def test_without_a_word_of_scopes_a_token_may_everything(program: Program) -> None:
    client = program()
    client.headers["authorization"] = f"Bearer {made(client).json()['token']}"
    (token,) = client.get("/tokens").json()["items"]
    assert token["scopes"] == list(SCOPES) and token["current"] is True and token["name"] == "robot"


def test_scopes_that_do_not_exist_are_refused(program: Program) -> None:
    for wrong in ([], ["everything"], "tickets:read", [READ, None]):
        problem(made(program(), scopes=wrong), 422, "scopes")


def test_a_scope_opens_no_more_than_its_person_may_open(program: Program) -> None:
    client = program()
    asked = {"email": email("rhea"), "password": PASSWORD, "name": "robot", "scopes": [PEOPLE, READ]}
    headers = {"authorization": f"Bearer {client.post('/tokens', json=asked).json()['token']}"}
    assert client.get("/people", headers=headers).status_code == 403
    assert client.get("/tickets/1", headers=headers).json()["technician"] is None


def test_ones_own_tokens_are_listed_page_by_page_without_their_values(program: Program) -> None:
    program("ben")
    client = program("ada")
    for name in ("second", "third"):
        made(client, name=name, scopes=[READ])
    first = client.get("/tokens", params={"limit": 2}).json()
    rest = client.get("/tokens", params={"limit": 2, "cursor": first["next"]}).json()
    assert [each["name"] for each in first["items"] + rest["items"]] == ["test", "second", "third"]
    assert [each["current"] for each in first["items"] + rest["items"]] == [True, False, False]
    assert rest["next"] is None
    assert set(first["items"][0]) == {"id", "name", "scopes", "created_at", "current"}


def test_an_ended_token_opens_nothing_and_its_sockets_are_sent_away(program: Program, world: World) -> None:
    client = program("ada")
    value = made(client).json()["token"]
    token = client.get("/tokens").json()["items"][-1]
    socket = Socket(world.url, "/staff", {}, {"token": value})
    try:
        assert socket.join("ticket:1")["ok"] is True
        assert client.delete(f"/tokens/{token['id']}").status_code == 204
        assert socket.next("gone")["reason"] == "signed_out"
    finally:
        socket.close()
    assert client.get("/tickets", headers={"authorization": f"Bearer {value}"}).status_code == 401
    assert client.get("/tickets").status_code == 200, "the twin: the other one goes on"
    assert client.delete(f"/tokens/{token['id']}").status_code == 404, "it has ended already"


def test_nobody_ends_the_token_of_somebody_else(program: Program) -> None:
    theirs = program("ben").get("/tokens").json()["items"][0]["id"]
    assert program("ada").delete(f"/tokens/{theirs}").status_code == 404
    assert program("ada").delete("/tokens/nothing").status_code == 404
    assert program("ben").delete(f"/tokens/{theirs}").status_code == 204


def test_a_token_that_may_not_read_opens_no_socket(program: Program, world: World) -> None:
    value = with_scopes(program, PEOPLE).headers["authorization"].split()[1]
    with pytest.raises(Exception, match=r"signed_out|One or more namespaces failed"):
        Socket(world.url, "/staff", {}, {"token": value})
    reading = with_scopes(program, READ).headers["authorization"].split()[1]
    Socket(world.url, "/staff", {}, {"token": reading}).close()
