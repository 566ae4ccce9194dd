"""Whatever goes wrong under /api is a problem in the language of who asks, and never a traceback."""

from __future__ import annotations

import http.client

import pytest
from sqlalchemy.exc import OperationalError

from api.conftest import Program, problem
from console.api import shapes
from console.api.problems import SENTENCES
from console.desk.actions import signing
from console.language import translate
from world import World


def test_an_unknown_address_and_a_wrong_method_are_problems_too(program: Program, world: World) -> None:
    ada = program("ada")
    for path in ("/nothing", "/tickets/1/nothing", "/tokens/1/nothing"):
        problem(ada.get(path), 404)
    for path in ("/api/v2/tickets", "/api/", "/api/nothing", "/api/v1/tickets/%0A1"):
        problem(ada.get(f"{world.url}{path}"), 404)
    for method, path in (
        ("DELETE", "/tickets"),
        ("PUT", "/tickets/1"),
        ("GET", "/tokens/1"),
        ("GET", "/tickets/1/messages"),
    ):
        answer = ada.request(method, path)
        problem(answer, 405)
        assert answer.headers["allow"]
    assert set(ada.request("DELETE", "/tickets").headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_somebody_who_hangs_up_while_sending_leaves_nothing(program: Program, world: World) -> None:
    token = signing.new_secret()
    world.desk.run(signing.create_token, world.cast["ada"], value=token, name="test")
    caller = http.client.HTTPConnection("127.0.0.1", world.settings.port, timeout=5)
    caller.putrequest("POST", "/api/v1/tickets/1/messages")
    caller.putheader("authorization", f"Bearer {token}")
    caller.putheader("content-length", "100")
    caller.endheaders(b'{"kind": "reply", "bo')
    caller.close()
    assert program("ada").get("/tickets/1").json()["seq"] == 2


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_problems_speak_the_language_of_who_asks(program: Program, language: str) -> None:
    rhea, nobody = program("rhea", language), program(None, language)
    told = {
        "A valid API token is needed.": nobody.get("/tickets"),
        "This e-mail address and password do not belong together.": nobody.post(
            "/tokens", json={"email": "x", "password": "x", "name": "x"}
        ),
        "There is nothing here, or you may not open it.": rhea.get("/tickets/999"),
        "This address works another way.": rhea.put("/tickets/1"),
        "This is not valid JSON.": rhea.post("/tickets", content=b"{"),
        "Send a JSON object.": rhea.post("/tickets", json=[]),
        "Requesters write no internal notes.": rhea.post("/tickets/1/messages", json={"kind": "note", "body": "x"}),
        "Only technicians open tickets for somebody else.": rhea.post(
            "/tickets", json={"subject": "x", "body": "x", "requester": "y"}
        ),
    }
    for sentence, answer in told.items():
        assert answer.json()["detail"] == translate(language, sentence)
        assert answer.headers["content-language"] == language
        assert language == "en" or answer.json()["detail"] != sentence
    missing = rhea.post("/tickets", json={"subject": "x"}).json()["detail"]
    assert missing == translate(language, "%(name)s is missing.", name="body")


def test_a_persons_own_language_comes_before_the_programs(program: Program, world: World) -> None:
    world.desk.run(signing.choose_language, world.cast["rhea"], language="pt")
    assert program("rhea", "es").get("/tickets/999").headers["content-language"] == "pt"
    assert program("cora", "es").get("/tickets/999").headers["content-language"] == "es"


@pytest.mark.parametrize(
    ("error", "status"),
    [(RuntimeError("a secret of the house"), 500), (OperationalError("select 1", {}, OSError()), 503)],
)
def test_a_failure_of_ours_is_a_problem_without_its_reason(
    program: Program, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    client = program("ada", "es")
    assert client.get("/tickets/1").status_code == 200
    monkeypatch.setattr(shapes, "shown", fail)
    answer = client.get("/tickets/1")
    assert problem(answer, status) == translate("es", SENTENCES[status]) != SENTENCES[status]
    assert "secret" not in answer.text and "select" not in answer.text
    assert answer.headers.get("retry-after") == ("1" if status == 503 else None)
