"""Signing in and out: sessions, cookies, where it leads, the limit of failures, and the language that stays."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from sqlalchemy import Connection, Table, select

from cast import PASSWORD, email
from console import viewer
from console.desk.actions import staffing
from console.desk.tables import metadata
from console.web import notifications
from world import World, http, send

FIXED = "x" * 43  # a session id that somebody else has chosen

ELSEWHERE = """
    //evil.example ///evil.example /\\evil.example \\\\evil.example \\/evil.example https://evil.example http:evil.example
    javascript:alert(1) data:text/html,x evil.example @evil.example .evil.example /%5cevil.example /%5Cevil.example
    ///%5cevil.example https:/evil.example /\\/evil.example ?next=//evil.example #//evil.example
""".split()
ELSEWHERE += [
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nset-cookie: a=b",
    "\t//evil.example",
    " //evil.example",
    "/\0",
    "/\u202e",
    "",
]
HERE = ["/tickets", "/tickets/1", "/tickets?show=mine&status=open", "/portal/requests/1", "/notifications#latest"]


def sign_in(client: httpx2.Client, name: str, password: str = PASSWORD, **more: str) -> httpx2.Response:
    return client.post("/sign-in", data={"email": email(name), "password": password, **more})


def cookies(answer: httpx2.Response) -> dict[str, dict[str, str]]:
    """The attributes of each cookie that an answer sets, in lower case; its value is `value`."""
    found = {}
    for line in answer.headers.get_list("set-cookie"):
        (name, _, value), *rest = (part.strip().partition("=") for part in line.split(";"))
        found[name] = {"value": value} | {key.lower(): word.lower() for key, _, word in rest}
    return found


def test_the_right_password_begins_a_session_and_signing_out_ends_it(world: World) -> None:
    client = world.browse()
    assert client.get("/tickets").headers["location"] == "/sign-in?next=/tickets"
    form = client.get("/sign-in?next=/tickets").text
    assert set(re.findall(r'<input[^>]* name="(\w+)"', form)) >= {"email", "password", "next"}
    answer = sign_in(client, "ada", next="/tickets")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets")
    assert client.get("/tickets").status_code == 200
    kept = client.cookies[viewer.COOKIE]
    assert client.post("/sign-out").headers["location"] == "/sign-in"
    assert viewer.COOKIE not in client.cookies
    client.cookies.set(viewer.COOKIE, kept)
    assert client.get("/tickets").status_code == 303, "the cookie is worth nothing any more"


def test_capitals_and_spaces_around_the_address_do_not_matter(world: World) -> None:
    answer = world.browse().post("/sign-in", data={"email": "  ADA@Desk.Example ", "password": PASSWORD})
    assert answer.headers["location"] == "/"


def test_signing_out_here_leaves_the_other_sessions_alone(world: World) -> None:
    here, elsewhere, colleague = world.browse("ada"), world.browse("ada"), world.browse("ben")
    here.post("/sign-out")
    assert here.get("/tickets").status_code == 303
    assert elsewhere.get("/tickets").status_code == colleague.get("/tickets").status_code == 200


def test_a_session_ends_by_itself_after_its_days(serve: Callable[..., World]) -> None:
    world = serve(session_days=3)
    client = world.browse()
    sign_in(client, "ada")
    world.clock.pass_(days=2, hours=23)
    assert client.get("/tickets").status_code == 200
    world.clock.pass_(hours=2)
    assert client.get("/tickets").status_code == 303
    assert send(client, "/tickets/1/notes", body="Late").status_code == 401


def test_a_disabled_person_is_out_at_once_and_can_not_come_back(world: World) -> None:
    client = world.browse("ben")
    assert client.get("/tickets").status_code == 200
    world.desk.run(staffing.change_access, None, email=email("ben"), active=False)
    assert client.get("/tickets").status_code == 303
    assert sign_in(world.browse(), "ben").status_code == 422


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(world: World) -> None:
    world.desk.run(staffing.add_person, None, name="No Password", email=email("mute"), role="requester")
    world.desk.run(staffing.change_access, None, email=email("ben"), active=False)
    answers = {}
    for name, password in (("ada", "wrong"), ("ghost", "wrong"), ("mute", ""), ("ben", PASSWORD), ("ada", "")):
        answer = sign_in(world.browse(), name, password)
        head = {key: value for key, value in answer.headers.items() if key not in ("date", "content-length")}
        answers[name, password] = (answer.status_code, answer.text.replace(email(name), "…"), head)
    assert len({json.dumps(each) for each in answers.values()}) == 1
    assert answers["ghost", "wrong"][0] == 422
    assert "set-cookie" not in answers["ghost", "wrong"][2]


@pytest.mark.parametrize("following", ELSEWHERE)
def test_signing_in_leads_nowhere_but_to_this_desk(shared: World, following: str) -> None:
    client = shared.browse("ada")
    asked = client.get("/sign-in", params={"next": following})
    chosen = client.post("/preferences/language", data={"language": "en", "next": following})
    assert (asked.headers["location"], chosen.headers["location"]) == ("/", "/")


def test_after_the_password_too_it_leads_nowhere_but_to_this_desk(shared: World) -> None:
    for following, led in [*((each, "/") for each in ELSEWHERE[:4]), (HERE[2], HERE[2])]:
        assert sign_in(shared.browse(), "ada", next=following).headers["location"] == led, following


@pytest.mark.parametrize("following", HERE)
def test_a_page_of_this_desk_is_where_it_leads(shared: World, following: str) -> None:
    client = shared.browse("ada")
    assert client.get("/sign-in", params={"next": following}).headers["location"] == following


def test_what_was_typed_stays_in_the_form_but_the_password(shared: World) -> None:
    said = sign_in(shared.browse(), '"><b>ada', "a wrong secret", next='/"><b>x').text
    assert "&#34;&gt;&lt;b&gt;ada@desk.example" in said and "<b>" not in said
    assert "a wrong secret" not in said


def test_on_plain_http_the_cookie_is_for_this_host_and_out_of_reach_of_scripts(world: World) -> None:
    cookie = cookies(sign_in(world.browse(), "ada"))["console_session"]
    assert len(cookie.pop("value")) == 43
    assert cookie == {"httponly": "", "samesite": "lax", "path": "/", "max-age": "1209600"}


def test_behind_https_the_cookie_is_bound_to_https_and_this_host(
    serve: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The proxy that would speak https is left out; the desk behind it is asked as the proxy asks.
    monkeypatch.setattr(World, "url", property(lambda world: f"http://127.0.0.1:{world.settings.port}"))
    world = serve(base_url="https://desk.example")
    client = world.browse()
    set_ = cookies(sign_in(client, "ada"))
    assert list(set_) == ["__Host-console_session"]
    value = set_["__Host-console_session"].pop("value")
    assert set_["__Host-console_session"] == {
        **{"httponly": "", "samesite": "lax", "path": "/", "max-age": "1209600"},
        "secure": "",
    }
    bound, plain = ({"cookie": f"{name}={value}"} for name in ("__Host-console_session", "console_session"))
    client.cookies.clear()
    assert client.get("/tickets", headers=plain).status_code == 303, (
        "a name without the prefix could come from anywhere"
    )
    assert client.get("/tickets", headers=bound).status_code == 200
    gone = cookies(client.post("/sign-out", headers=bound))["__Host-console_session"]
    assert gone["max-age"] == "0" and "secure" in gone, (
        "browsers ignore a __Host- cookie without Secure, also to delete it"
    )
    chosen = cookies(client.post("/preferences/language", data={"language": "es"}))
    assert "secure" in chosen["console_language"]


def test_a_session_id_that_was_there_before_is_not_taken_over(world: World) -> None:
    client = world.browse()
    client.cookies.set(viewer.COOKIE, FIXED)
    new = cookies(sign_in(client, "ada"))[viewer.COOKIE]["value"]
    assert new != FIXED
    victim = world.browse()
    victim.cookies.set(viewer.COOKIE, FIXED)
    assert victim.get("/tickets").status_code == 303


def test_signing_in_over_a_session_ends_it_and_begins_another(world: World) -> None:
    planted = world.session("mallory")
    client = http(base_url=world.url, headers={"cookie": f"{viewer.COOKIE}={planted}"})
    with client:
        assert client.get("/portal").status_code == 200
        assert cookies(sign_in(client, "ada"))[viewer.COOKIE]["value"] != planted
        assert client.get("/portal").status_code == 303


def test_the_limit_of_failures_holds_under_fifty_requests_at_once(serve: Callable[..., World]) -> None:
    world = serve(sign_in_failures=4)
    assert at_once(world, ["ada"] * 50) == [422] * 4 + [429] * 46
    assert sign_in(world.browse(), "ada").status_code == 429, "not even the right password"
    assert sign_in(world.browse(), "ben").status_code == 303, "the twin: others come in"


def test_the_limit_of_an_address_holds_under_fifty_requests_at_once(serve: Callable[..., World]) -> None:
    world = serve(sign_in_failures=2)
    assert at_once(world, [f"guess-{each}" for each in range(50)]) == [422] * 10 + [429] * 40


def test_coming_in_forgets_the_failures_of_the_account(serve: Callable[..., World]) -> None:
    world = serve(sign_in_failures=3)
    said = [sign_in(world.browse(), "ada", word).status_code for word in ("a", "b", PASSWORD, "c", "d", PASSWORD)]
    assert said == [422, 422, 303, 422, 422, 303]


def at_once(world: World, names: list[str]) -> list[int]:
    """The sorted answers to a wrong password for each of these names, all asked at the same time."""
    with http(base_url=world.url, timeout=60, limits=httpx2.Limits(max_connections=50)) as client:
        with ThreadPoolExecutor(50) as pool:
            return sorted(pool.map(lambda name: sign_in(client, name, "wrong").status_code, names))


def rows_of(connection: Connection, table: Table) -> object:
    return connection.execute(select(table)).all()


def test_passwords_and_session_ids_are_written_down_nowhere(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    client = world.browse()
    sign_in(client, "ada", "a wrong secret", next="/tickets")
    sign_in(client, "ada", next="/tickets")
    monkeypatch.setattr(notifications, "latest", lambda *_: 1 / 0)
    assert client.get("/notifications").status_code == 500
    asked = {"email": email("ada"), "password": PASSWORD, "name": "x"}
    token = world.browse().post("/api/v1/tokens", json=asked).json()["token"]
    stored = b"".join(each.read_bytes() for each in world.settings.data.rglob("*") if each.is_file())
    for table in metadata.sorted_tables:
        stored += repr(world.desk.database.read_now(rows_of, table)).encode()
    assert "ZeroDivisionError" in caplog.text and b"$argon2id$" in stored, "the twin: this is where they would be"
    ours = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    )
    for secret in ("a wrong secret", PASSWORD, client.cookies[viewer.COOKIE], token):
        assert secret not in ours and secret.encode() not in stored


def test_a_visitors_language_stays_with_the_browser(world: World) -> None:
    client = world.browse(language="pt")
    assert '<html lang="pt">' in client.get("/sign-in").text
    led = client.post("/preferences/language", data={"language": "es", "next": "/sign-in?next=/tickets"})
    assert led.headers["location"] == "/sign-in?next=/tickets"
    assert '<html lang="es">' in client.get("/sign-in").text
    assert '<html lang="es">' in sign_in(client, "ghost", "wrong").text
    assert '<html lang="en">' in world.browse().get("/sign-in").text


def test_a_persons_language_stays_with_the_account_on_every_device(world: World) -> None:
    here, phone = world.browse("rhea", "en"), world.browse("rhea", "pt")
    assert '<html lang="pt">' in phone.get("/portal").text
    here.post("/preferences/language", data={"language": "es", "next": "/portal"})
    assert '<html lang="es">' in here.get("/portal").text
    assert '<html lang="es">' in phone.get("/portal").text
    here.post("/preferences/language", data={"language": "xx"})
    assert '<html lang="es">' in world.browse("rhea", "en").get("/portal").text
    assert '<html lang="en">' in world.browse("cora", "en").get("/portal").text
