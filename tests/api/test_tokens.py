"""A token for an e-mail address and a password, and what opens with it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import httpx2

from api.conftest import Program
from cast import PASSWORD, email
from console import viewer
from console.desk.actions import staffing
from world import World, http


def ask(client: httpx2.Client, **changed: object) -> httpx2.Response:
    return client.post("/tokens", json={"email": email("ada"), "password": PASSWORD, "name": "robot", **changed})


def test_a_password_gives_a_token_and_the_token_opens_what_its_holder_may_open(program: Program) -> None:
    client = program()
    answer = ask(client, email="  ADA@desk.example ")
    assert answer.status_code == 201
    assert list(answer.json()) == ["token"]
    opened = client.get("/tickets/1", headers={"authorization": f"bearer {answer.json()['token']}"})
    assert (opened.status_code, opened.json()["number"]) == (200, 1)


def test_a_wrong_password_and_an_unknown_address_get_the_same_refusal(program: Program) -> None:
    client = program()
    unknown = ask(client, email=email("nobody"))
    for password in ("wrong", "", "x" * 1_000):
        answer = ask(client, password=password)
        assert (answer.status_code, answer.content) == (unknown.status_code, unknown.content)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "This e-mail address and password do not belong together.",
    }


def test_somebody_who_has_left_gets_no_token(program: Program, world: World) -> None:
    assert ask(program(), email=email("ben")).status_code == 201
    world.desk.run(staffing.change_access, None, email=email("ben"), active=False)
    assert ask(program(), email=email("ben")).status_code == 401


def test_after_too_many_failures_even_the_right_password_waits(serve: Callable[..., World]) -> None:
    with http(base_url=f"{serve(sign_in_failures=3).url}/api/v1") as client:
        assert [ask(client, password="wrong").status_code for _ in range(3)] == [401] * 3
        assert ask(client).status_code == 429
        assert ask(client, email=email("ben")).status_code == 201


def test_failures_are_counted_together_with_those_of_the_sign_in_page(serve: Callable[..., World]) -> None:
    world = serve(sign_in_failures=2)
    for _ in range(2):
        world.browse().post("/sign-in", data={"email": email("ada"), "password": "wrong"})
    with http(base_url=f"{world.url}/api/v1") as client:
        assert ask(client).status_code == 429


def test_without_a_valid_token_nothing_opens(program: Program) -> None:
    client = program()
    headers = (None, "", "Bearer", "Bearer not-a-token", "Basic YWRhOng=", "Bearer é")
    doors = (("GET", "/tickets"), ("GET", "/tickets/1"), ("POST", "/tickets"), ("POST", "/tickets/1/messages"))
    for header, (method, path) in product(headers, doors):
        sent = {} if header is None else {b"authorization": header.encode("latin-1")}
        answer = client.request(method, path, headers=sent)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["detail"] == "A valid API token is needed."


def test_the_cookie_of_a_browser_opens_nothing_here(program: Program, world: World) -> None:
    client = program()
    client.cookies.set(viewer.COOKIE, world.session("ada"))
    assert client.get("/tickets/1").status_code == 401
    assert program("ada").get("/tickets/1").status_code == 200


def test_the_token_of_somebody_who_left_opens_nothing_any_more(program: Program, world: World) -> None:
    client = program("ben")
    assert client.get("/tickets/1").status_code == 200
    world.desk.run(staffing.change_access, None, email=email("ben"), active=False)
    assert client.get("/tickets/1").status_code == 401
