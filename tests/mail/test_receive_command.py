"""`console mail …` as a mail server's pipe runs it: what it answers, with which code, and that nothing is half stored."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from running import ROOT, arguments, environment

from bench.servers.mail import Mailboxes, mailboxes
from mail.postbox import NEW, write

FIELDS = {
    *(
        "message_id",
        "in_reply_to",
        "references",
        "date",
        "from",
        "sender",
        "reply_to",
        "to",
        "cc",
        "subject",
        "text",
        "html",
    ),
    *("reply", "quoted", "signature", "attachments", "class", "class_reason", "bounce", "spam", "warnings"),
}
MORE = {
    *("result", "reason", "ticket", "matched_by", "author", "author_kind", "visibility", "reopened", "follow_up_of"),
    *("related", "participants", "acknowledgement"),
}


def run(words: Sequence[str], raw: bytes = b"", **settings: str) -> tuple[int, list[dict[str, Any]], str]:
    """Run `console mail …`; gives the code, what was told, and what was said on standard error."""
    done = subprocess.run(
        arguments(("mail", *words)), cwd=ROOT, env=environment(**settings), input=raw, capture_output=True, timeout=60
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


@pytest.fixture
def receive(tmp_path: Path) -> Any:
    return lambda raw, *words, **settings: run(
        ["receive", "--data", str(tmp_path / "data"), "--address", "support@desk.example", *words], raw, **settings
    )


def test_parse_tells_each_file_in_its_order_and_ends_with_the_worst_code(tmp_path: Path) -> None:
    good, other, none = tmp_path / "a.eml", tmp_path / "b.eml", tmp_path / "c.eml"
    good.write_bytes(write(NEW, "First"))
    other.write_bytes(b"Subject: =?utf-8?q?caf=C3=A9?=\n\nSecond \xff\n")
    none.write_bytes(b"no mail")
    code, told, _ = run(["parse", str(good), str(other)])
    assert code == 0 and [each["text"] for each in told] == ["First", "Second ÿ"]
    assert all(each.keys() == FIELDS for each in told) and told[1]["subject"] == "café"
    code, told, said = run(["parse", str(none), str(good)])
    assert code == 65 and len(told) == 1 and "c.eml: There is no mail" in said
    assert run(["parse", str(tmp_path / "missing")])[0] == 66
    assert run(["parse", "--wrong"])[0] == run(["wrong"])[0] == 64
    assert run(["parse"], write(NEW, "From the pipe"))[1][0]["reply"] == "From the pipe"


def test_a_fresh_folder_takes_the_first_mail_in(receive: Any, tmp_path: Path) -> None:
    code, (told,), _ = receive(write(NEW, to="support@desk.example, bob@z.example"))
    assert code == 0 and told.keys() == FIELDS | MORE
    assert (told["result"], told["ticket"], told["participants"]) == (
        "created",
        "1",
        [{"address": "bob@z.example", "name": "bob"}],
    )
    assert told["acknowledgement"]["to"] == NEW
    rows = sqlite3.connect(tmp_path / "data/desk.db").execute("select state from inbound").fetchall()
    assert rows == [("filed",)]


@pytest.mark.parametrize(("raw", "code", "reason"), ((b"", 65, "not_a_message"), (b"words\n", 65, "not_a_message")))
def test_what_is_no_mail_is_told_and_not_kept(raw: bytes, code: int, reason: str, receive: Any, tmp_path: Path) -> None:
    found, (told,), _ = receive(raw)
    assert (found, told["result"], told["reason"]) == (code, "rejected", reason)
    assert not list(tmp_path.glob("data/attachments/*/*"))


def test_a_mail_that_is_too_large_is_told_so(receive: Any) -> None:
    code, (told,), _ = receive(write(NEW, files={"big.bin": b"x" * 200_000}), CONSOLE_MESSAGE_BYTES="100000")
    assert (code, told["result"], told["reason"]) == (69, "rejected", "too_large")


def test_a_refusal_by_policy_bounces_unless_it_must_not(receive: Any, tmp_path: Path) -> None:
    receive(write(NEW))
    with sqlite3.connect(tmp_path / "data/desk.db") as desk:
        desk.execute("update person set active = 0")
    for words, expected in (((), 77), (("--no-bounce",), 0)):
        code, (told,), _ = receive(write(NEW), *words)
        assert (code, told["result"], told["reason"]) == (expected, "rejected", "blocked")


@pytest.mark.parametrize(
    "settings",
    ({"CONSOLE_DATABASE_URL": "postgresql+psycopg://x@127.0.0.1:1/none"}, {"CONSOLE_DATA": "/proc/nowhere"}),
)
def test_a_desk_out_of_reach_is_a_passing_failure(settings: dict[str, str], tmp_path: Path) -> None:
    began = time.monotonic()
    words = ["receive"] if "CONSOLE_DATA" in settings else ["receive", "--data", str(tmp_path / "data")]
    code, told, said = run(words, write(NEW), **settings)
    assert (code, told) == (75, []) and "can't take mail in now" in said
    assert time.monotonic() - began < 15


@pytest.mark.full
def test_a_database_that_another_process_holds_is_a_passing_failure(receive: Any, tmp_path: Path) -> None:
    receive(write(NEW))
    holder = sqlite3.connect(tmp_path / "data/desk.db", isolation_level=None)
    holder.execute("begin immediate")
    began = time.monotonic()
    code, told, _ = receive(write(NEW, "Later."))
    assert (code, told) == (75, []) and time.monotonic() - began < 15 + 5  # the processes' own start
    holder.execute("rollback")
    assert receive(write(NEW, "Later."))[1][0]["result"] == "created"


def test_settings_that_are_not_possible_are_told_as_such(receive: Any) -> None:
    assert receive(write(NEW), CONSOLE_MAIL_TELLS="nonsense")[0] == 78
    assert receive(write(NEW), CONSOLE_MAIL_ADDRESS="no address")[0] == 78


def test_the_same_mail_at_once_is_one_message(tmp_path: Path) -> None:
    """Also in a folder that is made by all of them at once."""
    raw = write(NEW)
    words = arguments(("mail", "receive", "--data", str(tmp_path / "data")))
    running = [
        subprocess.Popen(words, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    told = [json.loads(each.communicate(raw, timeout=60)[0]) for each in running]
    assert sorted(each["result"] for each in told) == ["created", "ignored", "ignored", "ignored"]
    assert len({each["ticket"] for each in told}) == 1


def test_fetch_reads_each_mailbox_once(tmp_path: Path) -> None:
    with mailboxes() as served:
        served.deliver(write(NEW))
        served.deliver(write(NEW))
        assert _fetch(served, tmp_path) == (0, "support@desk.example@127.0.0.1/INBOX: 2 mails\n")
        assert _fetch(served, tmp_path) == (0, "support@desk.example@127.0.0.1/INBOX: 0 mails\n")
    assert _fetch(served, tmp_path)[0] == 75
    assert run(["fetch", "--data", str(tmp_path / "data")])[0] == 78


def _fetch(served: Mailboxes, folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        arguments(("mail", "fetch", "--data", str(folder / "data"))),
        cwd=ROOT,
        env=environment(CONSOLE_MAIL_IMAP=served.address),
        capture_output=True,
        timeout=60,
    )
    return done.returncode, done.stdout.decode()
