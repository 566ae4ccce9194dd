"""The examples in deploy/ and the page about running a desk name only what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.__main__ import cli
from console.config import Settings

ROOT = Path(__file__).parent.parent
EXAMPLES = [*sorted((ROOT / "deploy").iterdir()), ROOT / "docs/operations.md", ROOT / "README.md"]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_every_setting_and_command_that_is_named_exists(file: Path) -> None:
    text = file.read_text()
    for name in re.findall(r"\bCONSOLE_([A-Z_]+)\b", text):
        assert name.lower() in Settings.model_fields, f"{file.name} names CONSOLE_{name}"
    for word in re.findall(r"(?:`|-m |^    )console ([a-z]+)", text, re.MULTILINE):
        assert word in cli.commands, f"{file.name} names `console {word}`"


def test_the_settings_file_of_the_example_is_one_that_serves() -> None:
    lines = (ROOT / "deploy/agent-console.env").read_text().splitlines()
    given = dict(line.removeprefix("CONSOLE_").split("=", 1) for line in lines if line and not line.startswith("#"))
    settings = Settings.model_validate({name.lower(): value for name, value in given.items()})
    assert settings.workers == 2 and settings.https and settings.redis_url.startswith("redis://")


def test_what_the_container_needs_is_copied_into_it() -> None:
    copied = set(re.findall(r"^COPY (\S+)", (ROOT / "deploy/Containerfile").read_text(), re.MULTILINE))
    assert {"console", "migrations", "static", "requirements.lock"} <= copied
    assert all((ROOT / each).exists() for each in copied)
