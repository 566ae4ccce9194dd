"""`console mail parse`, run as a process, as other programs run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIL = "From: Ada <ada@x.org>\nSubject: =?utf-8?Q?Caf=C3=A9?=\nMessage-ID: <1@x.org>\n\nHello\n"
FIELDS = (
    "message_id in_reply_to references date from sender reply_to to cc subject text html reply quoted signature"
    " attachments class class_reason bounce spam warnings"
).split()


def ran(*words: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "console", "mail", *words],
        input=given,
        capture_output=True,
        timeout=60,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "one.eml"
    path.write_text(MAIL)
    return path


def test_a_mail_on_standard_input_is_one_line_of_json() -> None:
    done = ran("parse", given=MAIL.encode(), PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0 and done.stderr == b"" and done.stdout.count(b"\n") == 1
    told = json.loads(done.stdout)
    assert list(told) == FIELDS and told["subject"] == "Café" and "Café".encode() in done.stdout


def test_it_needs_no_settings_and_no_database(tmp_path: Path) -> None:
    done = ran("parse", given=MAIL.encode(), CONSOLE_PORT="nonsense", CONSOLE_DATA=str(tmp_path / "none"))
    assert done.returncode == 0 and not (tmp_path / "none").exists()


def test_several_files_are_told_in_their_order_and_the_worst_decides(file: Path, tmp_path: Path) -> None:
    empty, second = tmp_path / "empty.eml", tmp_path / "two.eml"
    empty.write_bytes(b"")
    second.write_text(MAIL.replace("1@x.org", "2@x.org"))
    done = ran("parse", str(file), str(empty), str(second))
    assert [json.loads(line)["message_id"] for line in done.stdout.splitlines()] == ["1@x.org", "2@x.org"]
    assert done.returncode == os.EX_DATAERR and b"empty.eml" in done.stderr
    done = ran("parse", str(file), str(empty), str(tmp_path / "missing.eml"))
    assert done.returncode == os.EX_NOINPUT and b"missing.eml" in done.stderr and done.stdout.count(b"\n") == 1


@pytest.mark.parametrize("given", [b"", b"\n", b"hello, no header here"])
def test_what_is_no_mail_ends_with_65(given: bytes) -> None:
    done = ran("parse", given=given)
    assert (done.returncode, done.stdout) == (os.EX_DATAERR, b"") and done.stderr.startswith(b"Standard input: ")


@pytest.mark.parametrize("words", [["parse", "--nonsense"], ["nonsense"], ["--nonsense"], []])
def test_wrong_words_end_with_64(words: list[str]) -> None:
    done = ran(*words)
    assert done.returncode == os.EX_USAGE and done.stdout == b"" and b"Usage: console mail" in done.stderr


def test_a_folder_can_not_be_read(tmp_path: Path) -> None:
    assert ran("parse", str(tmp_path)).returncode == os.EX_NOINPUT


def test_hostile_bytes_give_json_and_no_traceback() -> None:
    done = ran("parse", given=b"From: \xff\xfe <a@b>\nSubject: =?utf-16?B?2AA=?= \xed\xa0\x80\n\n\xed\xa0\x80\x00+2AA-")
    assert done.returncode == 0 and done.stderr == b"" and json.loads(done.stdout.decode())["from"]["address"] == "a@b"


def test_it_explains_itself() -> None:
    done = ran("parse", "--help")
    assert done.returncode == 0 and b"[FILE]..." in done.stdout
