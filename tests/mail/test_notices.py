"""Notices of fifty mail servers, written from memory of how each of them speaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.mail.parse import parse

# Blocks of what a mail server would send; a line before each has its name, and what is expected: address, status, kind.
NOTICES = [block.partition("\n") for block in (Path(__file__).parent / "notices.txt").read_text().split("===== ")[1:]]


@pytest.mark.parametrize(
    ("head", "raw"), [(head, raw) for head, _, raw in NOTICES], ids=[each[0].split()[0] for each in NOTICES]
)
def test_a_notice_is_a_bounce_with_its_address_and_kind(head: str, raw: str) -> None:
    """A status may be read from a code or from words; where a notice has an enhanced one, it is that."""
    _, address, status, sort = head.split()
    found = parse(raw.encode()).kind
    assert found.name == "bounce" and found.bounce is not None, found
    assert found.bounce.recipients == (address,)
    if sort != "*":  # whether a full mailbox will have room again is anybody's guess
        assert found.bounce.kind == sort
    if status != "-" and not status.endswith(".0.0"):
        assert found.bounce.status == status
