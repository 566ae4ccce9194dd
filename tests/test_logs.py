"""What the program writes about itself: one line for each thing, with ids and without secrets."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest
from realtime.line import Line
from running import Running, run

from console import logs
from console.config import Settings
from console.viewer import COOKIE
from world import http

PASSWORD = "a right canary-4411"
CANARIES = (
    PASSWORD,
    "wrong-canary-5522",
    "cookie-canary-6633",
    "token-canary-7744",
    "metrics-canary-8855",
    "body-canary-9966",
)


def record(message: str, *arguments: object, failing: bool = False) -> logging.LogRecord:
    found = None
    if failing:
        try:
            raise ValueError("two\nlines \x1b[31mred")
        except ValueError:
            found = sys.exc_info()
    return logging.LogRecord("console.test", logging.WARNING, "x.py", 1, message, arguments, found)


def test_nobody_writes_a_line_of_their_own() -> None:
    forged = record("at %s", "/a\r\n2026-01-01T00:00:00Z CRITICAL all is lost\x1b[31m\u2028", failing=True)
    first, *others = logs.Plain().format(forged).split("\n")
    assert first.endswith("at /a\\r\\n2026-01-01T00:00:00Z CRITICAL all is lost\\x1b[31m\\u2028")
    assert others and all(each.startswith("    ") for each in others)
    assert "\x1b" not in logs.Plain().format(forged) and "\r" not in logs.Plain().format(forged)
    line = logs.Json().format(forged)
    assert "\n" not in line and "\x1b" not in line
    assert json.loads(line)["exception"].endswith("ValueError: two\nlines \x1b[31mred")


def test_a_line_names_request_person_and_ticket() -> None:
    before = logs.request.set("r1"), logs.person.set(3), logs.ticket.set(4821)
    try:
        found = json.loads(logs.Json().format(record("word %s", 1)))
        assert (found["request"], found["person"], found["ticket"], found["message"]) == ("r1", 3, 4821, "word 1")
        assert found["level"] == "warning" and found["time"].endswith("Z")
        assert " request=r1 person=3 ticket=4821 word 1" in logs.Plain().format(record("word %s", 1))
    finally:
        logs.request.reset(before[0])
        logs.person.reset(before[1])
        logs.ticket.reset(before[2])


def test_no_secret_is_written_at_the_finest_level_and_every_line_is_an_object(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    assert (
        run("user", "add", *data, "ada@desk.example", "--name", "Ada", "--role", "admin", "--password", PASSWORD)[0]
        == 0
    )
    settings = {"CONSOLE_LOG_FORMAT": "json", "CONSOLE_LOG_LEVEL": "debug", "CONSOLE_METRICS_TOKEN": CANARIES[4]}
    with Running("serve", *data, "--port", "0", **settings) as server, http(base_url=server.url) as page:
        wrong = {"email": "ada@desk.example", "password": CANARIES[1]}
        page.post("/sign-in", data=wrong, headers={"cookie": f"{COOKIE}={CANARIES[2]}"})
        page.post("/api/v1/tokens", json={**wrong, "name": "x"})
        page.get("/api/v1/tickets", headers={"authorization": f"Bearer {CANARIES[3]}"})
        page.get("/metrics", headers={"authorization": f"Bearer {CANARIES[4]}"}).raise_for_status()
        named = page.post(
            "/sign-in", data={**wrong, "password": PASSWORD}, headers={"x-request-id": "given-by-a-proxy"}
        )
        assert named.status_code == 303 and named.headers["x-request-id"] == "given-by-a-proxy"
        token = page.post("/api/v1/tokens", json={**wrong, "password": PASSWORD, "name": "x"}).json()["token"]
        robot = {"authorization": f"Bearer {token}"}
        page.post(
            "/api/v1/tickets", json={"subject": CANARIES[5], "body": CANARIES[5], "type": CANARIES[5]}, headers=robot
        )
        drawn = page.get("/tickets/77", headers={"x-request-id": "not a\tplain one"}).headers["x-request-id"]
        assert len(drawn) == 16
        cookie = page.cookies[COOKIE]
        live = Line(server.url, {"Cookie": f"{COOKIE}={cookie}"})
        assert "sid" in live.enter("/staff", {"language": "en"})
        live.close()
        server.stop()
        server.wait_for_end()
    lines = [json.loads(line) for line in server.said.splitlines() if not line.startswith("Agent Console")]
    for canary in (*CANARIES, token, cookie):
        assert canary not in server.said
    asked = [each for each in lines if each["logger"] == "console.access"]
    assert [each["request"] for each in asked if each["route"] == "/sign-in"][-1] == "given-by-a-proxy"
    (ticket,) = [each for each in asked if each["route"] == "/tickets/{number:number}"]
    assert (ticket["request"], ticket["ticket"], ticket["person"], ticket["status"]) == (drawn, 77, 1, 404)


@pytest.mark.parametrize("value", ["xml", "JSON"])
def test_an_unknown_format_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="log_format"):
        Settings(log_format=value)
