"""The command line, run as an operator runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner
from running import Running, run
from web.wire import RawSocket

from cast import Clock
from console.__main__ import cli
from console.database import Database
from console.desk.actions import mailboxes
from console.desk.desk import Desk
from world import http

pytestmark = pytest.mark.timeout(240)

PASSWORD = "a-long-secret"
COMMANDS = ("serve", "demo", "migrate", "check", "user", "user add", "user access", "robots")


def sign_in(url: str, email: str, password: str) -> httpx2.Response:
    return httpx2.post(f"{url}/sign-in", data={"email": email, "password": password}, timeout=20)


def here(*words: str) -> tuple[int, str]:
    """Run a command that opens no desk inside this process, which is faster."""
    done = CliRunner().invoke(cli, words, prog_name="console", terminal_width=200)
    return done.exit_code, done.output


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command: str) -> None:
    code, said = here(*command.split(), "--help")
    assert code == 0 and said.startswith("Usage: console") and "Traceback" not in said
    lists = {
        "": ("serve", "demo", "migrate", "check", "user"),
        "user": ("add", "access"),
        "demo": ("--fresh", "--port", "--data"),
    }
    for word in lists.get(command, ()):
        assert re.search(rf"^  {word}\b .*\S", said, re.MULTILINE), f"{word} is not explained"


def test_the_command_runs_as_a_module() -> None:
    code, said = run("--help")
    assert code == 0 and said.splitlines()[0] == here("--help")[1].splitlines()[0]


WRONG_WORDS = (
    "nonsense",
    "serve --nonsense",
    "serve --port x",
    "serve --port 70000",
    "user add",
    "user add a@b --role king",
)


@pytest.mark.parametrize("words", WRONG_WORDS)
def test_wrong_words_end_with_a_hint(words: str) -> None:
    code, said = here(*words.split())
    assert code == 2 and "Usage: console" in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"CONSOLE_PORT": "many"}, "port"),
        ({"CONSOLE_UNDO_SECONDS": "61"}, "undo_seconds"),
        ({"CONSOLE_COMMENT_CHARACTERS": "1"}, "comment_characters"),
    ],
)
def test_an_impossible_setting_is_named(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    code, said = run("serve", "--data", str(tmp_path / "new"), **settings)
    assert code == 2 and named in said and "Traceback" not in said
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("toml", "named"), [("prot = 8000", "prot"), ('port = "x"', "port"), ("port = = 1", "console.toml")]
)
def test_a_wrong_settings_file_is_named(tmp_path: Path, toml: str, named: str) -> None:
    (tmp_path / "console.toml").write_text(toml)
    code, said = run("migrate", "--data", str(tmp_path))
    assert code == 2 and named in said and "Traceback" not in said


@pytest.mark.parametrize("command", ["serve", "demo", "migrate", "check"])
def test_a_data_folder_that_is_a_file_is_told_in_a_sentence(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("mine")
    code, said = run(command, "--data", str(tmp_path / "file"))
    assert code != 0 and str(tmp_path / "file") in said and "Traceback" not in said
    assert (tmp_path / "file").read_text() == "mine"


def test_a_server_runs_until_it_is_stopped_and_lets_go_of_its_folder(tmp_path: Path) -> None:
    for sign in (signal.SIGTERM, signal.SIGINT):
        with Running("serve", "--data", str(tmp_path / "desk"), "--port", "0") as server:
            assert httpx2.get(f"{server.url}/healthz").text == "ok\n"
            assert httpx2.get(f"{server.url}/readyz").text == "ok\n"
            assert server.stop(sign) in (0, -sign)
        assert "Traceback" not in server.said
    assert (tmp_path / "desk").stat().st_mode & 0o777 == 0o700


def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with Running("serve", "--data", str(tmp_path), "--port", "0") as server:
        url = server.url
        code, said = run("serve", "--data", str(tmp_path), "--port", "0")
        assert (code, said) == (
            75,
            f"Error: Another server already runs on {tmp_path}/desk.db. Stop it, or choose another --data.\n",
        )
        assert httpx2.get(f"{url}/healthz").text == "ok\n", "the first one goes on"


def test_a_port_in_use_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        for command in ("serve", "demo"):
            code, said = run(command, "--data", str(tmp_path / command), "--port", port)
            assert code == 75 and f"Port {port} on 127.0.0.1 can't be used" in said and "Traceback" not in said


def test_migrate_makes_a_desk_and_does_nothing_the_second_time(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "desk"
    first, second = run("migrate", "--data", str(data)), run("migrate", "--data", str(data))
    assert first == second and first[0] == 0
    assert re.fullmatch(r"The database is at revision \w+\.\n", first[1])
    assert run("check", "--data", str(data)) == (0, "Nothing is wrong.\n")


def test_check_finds_what_is_wrong_and_says_how_to_mend_it(tmp_path: Path) -> None:
    data = tmp_path / "desk"
    code, said = run("check", "--data", str(data))
    assert code == 78 and "does not exist" in said and f"console migrate --data {data}" in said
    assert not data.exists(), "a check changes nothing"
    run("migrate", "--data", str(data))
    data.chmod(0o755)
    code, said = run("check", "--data", str(data))
    assert code == 78 and f"chmod 700 {data}" in said and len(said.splitlines()) == 1
    data.chmod(0o700)
    with sqlite3.connect(data / "desk.db") as database:
        database.execute("update alembic_version set version_num = '0000'")
    database.close()
    code, said = run("check", "--data", str(data))
    assert code == 78 and "at revision 0000" in said and "console migrate" in said
    (data / "desk.db").write_bytes(b"no database at all" * 1_000)
    code, said = run("check", "--data", str(data))
    assert code == 78 and "can't be opened" in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("settings", "mend"),
    [
        ({"CONSOLE_HOST": "0.0.0.0"}, "CONSOLE_BASE_URL to its https://"),
        ({"CONSOLE_BASE_URL": "desk.example"}, "https://desk.example"),
        ({"CONSOLE_DATABASE_URL": "postgresql://127.0.0.1:1/y"}, "Start PostgreSQL"),
        ({"CONSOLE_DATABASE_URL": "nothing"}, "Write it in full"),
    ],
)
def test_check_finds_settings_that_do_not_fit(tmp_path: Path, settings: dict[str, str], mend: str) -> None:
    run("migrate", "--data", str(tmp_path / "desk"))
    code, said = run("check", "--data", str(tmp_path / "desk"), **settings)
    assert code == 78 and mend in said and "Traceback" not in said


def test_check_tells_of_a_mailbox_that_is_behind(tmp_path: Path) -> None:
    data, now = tmp_path / "desk", datetime.now(UTC)
    run("migrate", "--data", str(data))
    desk = Desk(Database(f"sqlite:///{data}/desk.db"), clock=Clock(now - timedelta(minutes=11)))
    desk.run(mailboxes.take, "support@127.0.0.1/INBOX", "one")
    desk.run(mailboxes.read_to_end, "support@127.0.0.1/INBOX", 1)
    settings = {
        "CONSOLE_MAIL_IMAP": "imap+plain://support:secret@127.0.0.1:1",
        "CONSOLE_MAIL_ADDRESS": "support@x.example",
    }
    code, said = run("check", "--data", str(data), **settings)
    assert code == 78 and "support@127.0.0.1/INBOX was not read to its end for 66" in said
    assert "console mail fetch" in said and "secret" not in said
    Desk(desk.database).run(mailboxes.read_to_end, "support@127.0.0.1/INBOX", 1)
    desk.database.close()
    assert run("check", "--data", str(data), **settings) == (0, "Nothing is wrong.\n")


def test_a_person_is_added_and_comes_in(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    ada = ("ada@desk.example", "--name", "Ada", "--role", "technician", "--department", "Support")
    code, said = run("user", "add", *data, *ada, said=f"{PASSWORD}\n{PASSWORD}\n")
    assert code == 0 and said.endswith("ada@desk.example was added.\n") and PASSWORD not in said
    code, said = run("user", "add", *data, "ADA@desk.example", "--name", "Again", "--password", PASSWORD)
    assert (code, said) == (1, "Error: Somebody already has the address ada@desk.example.\n")
    code, said = run("user", "add", *data, "a b@c", "--name", "X", "--password", PASSWORD)
    assert code == 1 and "is not an e-mail address" in said
    code, said = run("user", "add", *data, "x@y", "--name", "X", "--password", "short")
    assert code == 2 and "8 characters or more" in said
    with Running("serve", *data, "--port", "0") as server:
        assert sign_in(server.url, "ada@desk.example", PASSWORD).headers["location"] == "/"
        assert sign_in(server.url, "ada@desk.example", "x").status_code == 422


def test_a_change_of_access_reaches_the_sockets_of_a_running_server(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    for name, role in (("ada", "technician"), ("ben", "technician"), ("rhea", "requester")):
        person = f"{name}@x.example --name {name} --role {role} --department Support --password {PASSWORD}"
        assert run("user", "add", *data, *person.split())[0] == 0
    assert run("user", "access", *data, "nobody@x.example", "--disabled")[0] == 1
    with Running("serve", *data, "--port", "0") as server:
        with http(base_url=f"{server.url}/api/v1", timeout=20) as rhea:
            asked = {"email": "rhea@x.example", "password": PASSWORD, "name": "x"}
            token = rhea.post("/tokens", json=asked).json()["token"]
            rhea.headers["authorization"] = f"Bearer {token}"
            rhea.post("/tickets", json={"subject": "Help", "body": "Please"}).raise_for_status()
        for name, change, reason in (
            ("ada", ("--department", "Billing"), "access"),
            ("ben", ("--disabled",), "signed_out"),
        ):
            cookie = sign_in(server.url, f"{name}@x.example", PASSWORD).cookies["console_session"]
            seat = RawSocket(server.url, "/staff", f"console_session={cookie}")
            assert seat.join("ticket:1")["ok"]
            code, said = run("user", "access", *data, f"{name}@x.example", *change)
            assert (code, said) == (0, f"The access of {name}@x.example was changed.\n")
            told = json.dumps({"channel": "ticket:1", "reason": reason}, separators=(",", ":"))
            assert seat.read() == f'42/staff,["gone",{told}]'
            seat.close()
            page = httpx2.get(f"{server.url}/tickets/1", headers={"cookie": f"console_session={cookie}"})
            assert page.status_code == (404 if reason == "access" else 303)


@pytest.mark.parametrize("words", [("serve",), ("check",), ("migrate",), ("backup", "desk.tar")])
@pytest.mark.parametrize(
    "address", ["postgresql+psycopg://desk:url-canary@127.0.0.1:1/desk", "nothing://desk:url-canary@127.0.0.1/desk"]
)
def test_a_database_that_can_not_be_opened_is_told_in_a_sentence_without_its_password(
    tmp_path: Path, words: tuple[str, ...], address: str
) -> None:
    settings = {"CONSOLE_DATA": str(tmp_path / "data"), "CONSOLE_REDIS_URL": "redis://:redis-canary@127.0.0.1:1/0"}
    (tmp_path / "data").mkdir(mode=0o700)
    code, said = run(*words, CONSOLE_DATABASE_URL=address, **settings)
    assert code == (os.EX_CONFIG if words == ("check",) else os.EX_UNAVAILABLE)
    assert "The database can't be opened" in said and "CONSOLE_DATABASE_URL" in said
    assert "Traceback" not in said and "canary" not in said
