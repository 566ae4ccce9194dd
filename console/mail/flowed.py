"""format=flowed (RFC 3676): lines that end with a space go on in the next one."""

from __future__ import annotations


def unflowed(text: str, *, delsp: bool = False) -> str:
    """`text` with its paragraphs on one line each; quotes keep their marks."""
    out: list[str] = []
    depth_before, open_line = 0, False
    for line in text.split("\n"):
        words = line.lstrip(">")
        depth = len(line) - len(words)
        words = words.removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        if open_line and depth == depth_before and words != "-- ":
            out[-1] += words
        else:
            out.append(">" * depth + (" " if depth and words else "") + words)
        if flows and delsp:
            out[-1] = out[-1][:-1]
        depth_before, open_line = depth, flows
    return "\n".join(line if line.endswith("-- ") else line.rstrip() for line in out)
