"""Who wrote the mail that another one forwards, attached or within the text."""

from __future__ import annotations

import re
from email.message import Message

from console.mail import header_blocks
from console.mail.addresses import read_list
from console.mail.headers import Headers
from console.mail.parsed import Address

LINES = 400  # of a text in which the head of a forwarded mail is sought
AHEAD = 16  # lines of that head

_SUBJECT = re.compile(r"\s*(?:fwd?|rv|enc|wg|tr|i|vs|doorst|vb|reenviado|encaminhado)\s*:", re.IGNORECASE)


def author(text: str, subject: str, attached: Message | None) -> Address | None:
    """The author of the mail that is forwarded, or None if none is."""
    if attached is not None:
        listed = Headers(attached).addresses("from")
        return listed.addresses[0] if listed.addresses and not listed.unclear else None
    lines = text.split("\n")[:LINES]
    for index, line in enumerate(lines):
        if header_blocks.is_forward_mark(line):
            return _from(lines[index + 1 : index + 1 + AHEAD])
        if _SUBJECT.match(subject) and header_blocks.header_end(lines, index, marked=False) is not None:
            return _from(lines[index : index + AHEAD])
    return None


def _from(lines: list[str]) -> Address | None:
    for line in lines:
        if header_blocks.label(line) == "from":
            _, _, value = line.replace("：", ":", 1).partition(":")  # noqa: RUF001 (as Chinese programs write it)
            listed = read_list([value.strip(" \t*_")])
            found = [each for each in listed.addresses if "@" in each.address]
            return found[0] if len(found) == 1 and not listed.unclear else None
    return None
