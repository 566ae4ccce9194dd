"""The text of a mail as HTML: its lines stay lines, its quotes are quotes, its addresses are links."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape

CACHED = 4_096  # texts kept in memory
DEEPEST = 5  # levels of quotes that are shown as such
_LINK = re.compile(r"https?://[^\s<>\"]{1,2000}")
_QUOTED = re.compile(r"((?:> ?){1,5})(.*)")
_TRAILING = ".,;:!?)]}'"


@lru_cache(CACHED)
def as_plain(text: str) -> Markup:
    """`text` as HTML that is safe in a page."""
    out: list[Markup] = []
    depth = 0
    lines: list[Markup] = []

    def flush() -> None:
        if lines:
            out.append(Markup("<p>") + Markup("<br>").join(lines) + Markup("</p>"))
            lines.clear()

    for line in text.split("\n"):
        found = _QUOTED.match(line)
        level = min(found[1].count(">"), DEEPEST) if found else 0
        words = found[2] if found else line
        if level != depth:
            flush()
            out.append(Markup("<blockquote>" if level > depth else "</blockquote>") * abs(level - depth))
            depth = level
        if words.strip():
            lines.append(_linked(words.rstrip()))
        else:
            flush()
    flush()
    out.append(Markup("</blockquote>") * depth)
    return Markup("\n").join(out)


def _linked(line: str) -> Markup:
    parts, end = Markup(), 0
    for found in _LINK.finditer(line):
        address = found[0].rstrip(_TRAILING)
        parts += escape(line[end : found.start()])
        parts += Markup('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>').format(address)
        end = found.start() + len(address)
    return parts + escape(line[end:])
