"""The demo desk, run as somebody runs it who tries the console."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import httpx2
import pytest
from running import Running, run

from world import http

pytestmark = pytest.mark.timeout(240)

SECOND_START = 5.0  # seconds
SLACK = 3  # a machine that runs other tests at the same time is slower
STAFF = ("ana", "ben", "carla", "dario", "eva", "fabio", "gil", "lea", "root")


def ask(url: str, path: str, email: str = "ana@demo.example", password: str = "demo") -> httpx2.Response:
    """One question to the API in somebody's name."""
    with http(base_url=f"{url}/api/v1", timeout=20) as client:
        answer = client.post("/tokens", json={"email": email, "password": password, "name": "test"})
        answer.raise_for_status()
        return client.get(path, headers={"authorization": f"Bearer {answer.json()['token']}"})


def files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's data folder, built once, and what the command said then."""
    data = tmp_path_factory.mktemp("demo") / "desk"
    with Running("demo", "--data", str(data), "--port", "0") as demo:
        demo.wait_for("Ctrl-C")
        demo.stop()
    return data, demo.said


@pytest.fixture
def demo_data(built: tuple[Path, str], tmp_path: Path) -> Path:
    return Path(shutil.copytree(built[0], tmp_path / "desk"))


@pytest.fixture
def demo(demo_data: Path) -> Iterator[Running]:
    with Running("demo", "--data", str(demo_data), "--port", "0") as running:
        running.wait_for("Ctrl-C")
        yield running


def test_the_demo_says_where_it_is_and_who_may_come_in(built: tuple[Path, str]) -> None:
    said = built[1]
    assert re.search(r"demo desk: http://127\.0\.0\.1:\d+\n", said)
    for name in (*STAFF, "rita", "saul"):
        role = {"lea": "lead", "root": "admin", "rita": "requester", "saul": "requester"}.get(name, "technician")
        assert re.search(rf"^  {name}@demo\.example +{role}$", said, re.MULTILINE), name
    assert "The password of every account is: demo\n" in said
    count = re.search(r"(\d+) tickets", said)
    assert count is not None and int(count[1]) >= 200


def test_every_account_of_the_demo_comes_in_and_ticket_1_is_as_promised(demo: Running) -> None:
    for name in STAFF:
        ticket = ask(demo.url, "/tickets/1", f"{name}@demo.example").json()
        told = [ticket[part] for part in ("number", "status", "technician", "department")]
        assert (told, ticket["requester"]["email"]) == ([1, "open", None, "Support"], "rita@demo.example"), name
    assert ask(demo.url, "/tickets/1", "rita@demo.example").json()["words"] == "awaiting_reply"
    assert ask(demo.url, "/tickets/1", "saul@demo.example").status_code == 404
    page = httpx2.get(f"{demo.url}/sign-in").text
    assert all(f"{name}@demo.example" in page for name in (*STAFF, "rita", "saul"))


def test_the_demo_speaks_three_languages(built: tuple[Path, str]) -> None:
    database = sqlite3.connect(built[0] / "desk.db")
    query = (
        """select coalesce(language, 'none'), count(*) from ticket join person on person.id = requester_id group by 1"""
    )
    tickets = dict(database.execute(query).fetchall())
    accounts = database.execute("select count(*) from person where password_hash is not null and language is not null")
    first = accounts.fetchone()[0]
    database.close()
    assert sum(tickets.values()) >= 200
    assert all(tickets[language] >= 30 for language in ("en", "es", "pt")), tickets
    assert first == 0, "the accounts follow the browser's language"


def test_the_demo_keeps_what_was_done_in_it_and_starts_fast_the_second_time(demo_data: Path) -> None:
    with Running("demo", "--data", str(demo_data), "--port", "0") as demo:
        with http(base_url=demo.url, follow_redirects=True, timeout=20) as ana:
            ana.post("/sign-in", data={"email": "ana@demo.example", "password": "demo"}).raise_for_status()
            ana.post("/tickets/1/notes", data={"body": "Do not forget me"}).raise_for_status()
        demo.stop()
    began = monotonic()
    with Running("demo", "--data", str(demo_data), "--port", "0") as demo:
        assert httpx2.get(f"{demo.url}/healthz").status_code == 200
        assert monotonic() - began < SECOND_START * SLACK
        assert "Building" not in demo.said
        assert "Do not forget me" in ask(demo.url, "/tickets/1/activity").text
        demo.stop()


@pytest.mark.full  # it builds another one
def test_the_demo_is_built_anew_if_somebody_asks_for_it(demo_data: Path) -> None:
    with Running("demo", "--data", str(demo_data), "--port", "0") as demo:
        with http(base_url=demo.url, follow_redirects=True, timeout=20) as ana:
            ana.post("/sign-in", data={"email": "ana@demo.example", "password": "demo"}).raise_for_status()
            ana.post("/tickets/1/notes", data={"body": "Forget me"}).raise_for_status()
        demo.stop()
    with Running("demo", "--data", str(demo_data), "--port", "0", "--fresh") as demo:
        demo.wait_for("Ctrl-C")
        assert "Building" in demo.said
        assert "Forget me" not in ask(demo.url, "/tickets/1/activity").text


@pytest.mark.parametrize("fresh", [("--fresh",), pytest.param((), marks=pytest.mark.full)])
def test_the_demo_touches_no_folder_that_is_not_a_demo(tmp_path: Path, fresh: tuple[str, ...]) -> None:
    data = tmp_path / "real"
    run("migrate", "--data", str(data))
    before = files(data)
    code, said = run("demo", "--data", str(data), "--port", "0", *fresh)
    assert code == 2 and "holds something that is not a demo desk; it stays as it is" in " ".join(said.split())
    assert files(data) == before


@pytest.mark.full  # it builds another one
def test_the_demo_touches_no_other_database_that_the_environment_names(tmp_path: Path) -> None:
    real = tmp_path / "real"
    run("migrate", "--data", str(real))
    before = (real / "desk.db").read_bytes()
    elsewhere = {"CONSOLE_DATABASE_URL": f"sqlite:///{real / 'desk.db'}"}
    with Running("demo", "--data", str(tmp_path / "demo"), "--port", "0", **elsewhere) as demo:
        demo.wait_for("Ctrl-C|Error")
    assert (real / "desk.db").read_bytes() == before


def test_the_demo_whose_password_everybody_knows_is_served_as_a_demo_only(demo_data: Path) -> None:
    code, said = run("serve", "--data", str(demo_data), "--port", "0")
    assert code == 2 and "holds a demo desk, whose password everybody knows" in " ".join(said.split())


def test_nothing_that_the_desk_writes_is_readable_by_others(built: tuple[Path, str]) -> None:
    data = built[0]
    assert data.stat().st_mode & 0o777 == 0o700
    opened = [each for each in data.rglob("*") if each.is_dir() and each.stat().st_mode & 0o077]
    assert opened == [] and os.access(data, os.W_OK)
