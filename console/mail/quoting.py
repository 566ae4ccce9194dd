"""What each line of a mail is: empty, text, quote, attribution, header of a quoted mail, or signature."""

# ruff: noqa: RUF001 (letters of other alphabets are meant as they stand)

from __future__ import annotations

import re
from dataclasses import dataclass

from console.mail import attribution, contact_block, cut_points, header_blocks, signature

EMPTY, TEXT, QUOTE, ATTRIBUTION, SIGNATURE = "e", "t", "q", "b", "s"

# Lines looked at for attributions, headers and signatures; of a longer mail, the rest is text or marked quote.
MOST_LINES = 20_000

_GROUPWISE = re.compile(r">>> .{5,200} >>>\s*$")
_QUOTED = re.compile(r"[ \t\xa0]{0,4}(?:>|&gt;|＞)")


@dataclass(frozen=True)
class Lines:
    """The lines of a text and a letter for each; from `cut` on all is a mail quoted without quote marks.

    `told` are the letters that the HTML gave, or "".
    """

    lines: list[str]
    kinds: list[str]
    told: list[str]
    cut: int


def classify(text: str, html: str | None) -> Lines:
    """Tell of each line of `text` what it is; the HTML, if any, tells where its program saw a quote."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    told = cut_points.marks(html, lines) if html else [""] * len(lines)
    kinds = [_plainly(line, mark) for line, mark in zip(lines, told, strict=True)]
    _join_wrapped(lines, kinds)
    following = _next_filled(kinds)
    cut, index = len(lines), 0
    while index < min(len(lines), MOST_LINES):
        end = _quoted_header_end(lines, kinds, index)
        if end is not None:
            after = following[end] if end < len(lines) else len(lines)
            followed = after < len(lines) and kinds[after] == QUOTE
            if not followed or kinds[index] == QUOTE or header_blocks.is_forward_mark(lines[index]):
                if kinds[index] == TEXT and not _is_certain(lines[index:end]):
                    index += 1
                    continue
                cut = index
                break
            kinds[index:end] = [ATTRIBUTION if kind != EMPTY else kind for kind in kinds[index:end]]
            index = end
            continue
        index += 1
    _mark_signatures(lines, kinds, cut)
    _mark_places(lines, kinds, told)
    return Lines(lines, kinds, told, cut)


def is_marked(line: str) -> bool:
    """Whether it begins with a quote mark."""
    return bool(_QUOTED.match(line))


def _plainly(line: str, mark: str) -> str:
    if not line.strip(" \t\xa0\u200b\ufeff\u200e\u200f\x0b\x0c"):
        return EMPTY
    if _QUOTED.match(line) or mark == cut_points.QUOTE:
        return QUOTE
    return SIGNATURE if mark == cut_points.SIGNATURE else TEXT


def _join_wrapped(lines: list[str], kinds: list[str]) -> None:
    """The tail of a quoted line that was wrapped on its way and lost its mark belongs to the quote."""
    for index in range(1, len(lines) - 1):
        above, line, below = lines[index - 1], lines[index], lines[index + 1]
        if kinds[index] != TEXT or kinds[index - 1] != QUOTE or kinds[index + 1] != QUOTE or len(line) > 30:
            continue
        long = len(above) >= 68 and _QUOTED.match(above) and _QUOTED.match(below)
        if long and line[:1].islower() and not above.rstrip().endswith((".", "?", "!", ":", ";")):
            kinds[index] = QUOTE


def _next_filled(kinds: list[str]) -> list[int]:
    """For each line the index of the next that is not empty, itself included."""
    result, following = [0] * len(kinds), len(kinds)
    for index in range(len(kinds) - 1, -1, -1):
        following = index if kinds[index] != EMPTY else following
        result[index] = following
    return result


def _quoted_header_end(lines: list[str], kinds: list[str], index: int) -> int | None:
    """Index behind the attribution, mark or header block that starts at `index`, or None."""
    line = lines[index]
    if kinds[index] != TEXT:
        # Gmail marks the head of a forwarded mail in its HTML, and not what follows.
        above = next((kind for kind in reversed(kinds[max(0, index - 4) : index]) if kind != EMPTY), TEXT)
        forwarded = kinds[index] == QUOTE and above != QUOTE and not _QUOTED.match(line)
        forwarded = forwarded and header_blocks.is_forward_mark(line)
        return index + 1 if forwarded or (len(line) < 250 and _GROUPWISE.match(line)) else None
    marked = header_blocks.is_original_mark(line) or header_blocks.is_forward_mark(line)
    if marked or header_blocks.is_rule(line):
        below = next((each for each in range(index + 1, min(index + 4, len(lines))) if lines[each].strip()), None)
        header = header_blocks.header_end(lines, below, marked=True) if below is not None else None
        return header or (index + 1 if marked else None)
    for last in range(index, min(index + attribution.LINES, len(lines))):
        if kinds[last] != TEXT:
            break
        if attribution.first_line(lines, last) == index:
            return last + 1
    below = index + 1
    while below < min(index + 3, len(lines)) and kinds[below] == EMPTY:
        below += 1
    if below < len(lines) and kinds[below] == QUOTE and attribution.introduces(line):
        return index + 1
    return header_blocks.header_end(lines, index, marked=False)


def _is_certain(head: list[str]) -> bool:
    """Whether what was taken for the head of a quote is one even with no marks below."""
    told = header_blocks.is_rule(head[0]) or any(map(header_blocks.is_original_mark, head))
    told = told or header_blocks.is_forward_mark(head[0]) or header_blocks.label(head[0]) is not None
    return told or attribution.is_certain(" ".join(head[: attribution.LINES]))


def _mark_signatures(lines: list[str], kinds: list[str], cut: int) -> None:
    ends, end, texts = [cut] * (cut + 1), cut, 0
    filled = [0] * (cut + 1)  # lines of text and signature from here to the end of the stretch
    for index in range(cut - 1, -1, -1):
        end, texts = (index, 0) if kinds[index] in (QUOTE, ATTRIBUTION) else (end, texts + (kinds[index] != EMPTY))
        ends[index], filled[index] = end, texts
    index = 0
    while index < min(cut, MOST_LINES):
        if kinds[index] == TEXT and signature.is_list_footer(lines, index):
            index = _sign(kinds, index, ends[index])
        elif kinds[index] == TEXT and signature.is_delimiter(lines[index]):
            short = filled[index] <= signature.SHORT + 1 or lines[index] == "-- "
            index = _sign(kinds, index, ends[index]) if short else index + 1
        else:
            if kinds[index] == TEXT and signature.is_added_by_program(lines[index]):
                kinds[index] = SIGNATURE
                if index + 1 < cut and signature.is_link(lines[index + 1]):
                    kinds[index + 1] = SIGNATURE
            index += 1


def _mark_places(lines: list[str], kinds: list[str], told: list[str]) -> None:
    """What stands where Outlook puts signatures is one if it begins as one, and something stands above it."""
    place = [index for index, mark in enumerate(told) if mark == cut_points.PLACE]
    if place and TEXT in kinds[: place[0]] and len(place) <= signature.SHORT:
        first = lines[place[0]]
        if contact_block.is_closing(first) or contact_block.is_name(first, 1):
            for index in place:
                kinds[index] = SIGNATURE if kinds[index] == TEXT else kinds[index]


def _sign(kinds: list[str], first: int, end: int) -> int:
    for index in range(first, end):
        if kinds[index] != EMPTY:
            kinds[index] = SIGNATURE
    return end
